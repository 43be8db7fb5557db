"""The verbs of the directory; other rooms import these and the model, nothing else."""

from directory.actions.importing import Effect, Outcome, Terms, all_listings, bring_in
from directory.actions.keeping import (
    MOST,
    ListingMoved,
    by_age,
    count_stale,
    rewrite_listing,
)
from directory.actions.opening import lay_out, openings_of
from directory.actions.searching import Offered, listing, listing_by_id, offered, search
from directory.actions.writing import (
    confirm_listing,
    hide_listing,
    show_listing,
    write_listing,
)

__all__ = [
    "MOST",
    "Effect",
    "ListingMoved",
    "Offered",
    "Outcome",
    "Terms",
    "all_listings",
    "bring_in",
    "by_age",
    "confirm_listing",
    "count_stale",
    "hide_listing",
    "lay_out",
    "listing",
    "listing_by_id",
    "offered",
    "openings_of",
    "rewrite_listing",
    "search",
    "show_listing",
    "write_listing",
]
