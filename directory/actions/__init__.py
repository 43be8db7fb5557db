"""The verbs of the directory; other rooms import these and the model, nothing else."""

from directory.actions.calling import (
    answering_now,
    whom_to_call,
)
from directory.actions.importing import (
    Effect,
    Outcome,
    Terms,
    all_listings,
    bring_in,
)
from directory.actions.keeping import (
    MOST,
    ListingMoved,
    by_age,
    count_listings,
    count_stale,
    rewrite_listing,
)
from directory.actions.opening import (
    extend,
    lay_out,
    openings_of,
)
from directory.actions.publishing import (
    NO_YEAR,
    add_publications,
    hide_publication,
    list_publications,
    publication,
    shipped_publications,
    show_publication,
    write_publication,
    years,
)
from directory.actions.searching import (
    Offered,
    listing,
    listing_by_id,
    offered,
    search,
)
from directory.actions.suggesting import (
    count_waiting,
    decide_suggestion,
    retention,
    sealed_records,
    send_suggestion,
    waiting_suggestions,
)
from directory.actions.writing import (
    confirm_listing,
    hide_listing,
    show_listing,
    write_listing,
)

__all__ = [
    "MOST",
    "NO_YEAR",
    "Effect",
    "ListingMoved",
    "Offered",
    "Outcome",
    "Terms",
    "add_publications",
    "all_listings",
    "answering_now",
    "bring_in",
    "by_age",
    "confirm_listing",
    "count_listings",
    "count_stale",
    "count_waiting",
    "decide_suggestion",
    "extend",
    "hide_listing",
    "hide_publication",
    "lay_out",
    "list_publications",
    "listing",
    "listing_by_id",
    "offered",
    "openings_of",
    "publication",
    "retention",
    "rewrite_listing",
    "sealed_records",
    "search",
    "send_suggestion",
    "shipped_publications",
    "show_listing",
    "show_publication",
    "waiting_suggestions",
    "whom_to_call",
    "write_listing",
    "write_publication",
    "years",
]
