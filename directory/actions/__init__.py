"""The verbs of the directory; other rooms import these and the model, nothing else."""

from directory.actions.importing import Effect, Outcome, Terms, all_listings, bring_in
from directory.actions.opening import lay_out, openings_of
from directory.actions.searching import Offered, listing, listing_by_id, offered, search
from directory.actions.writing import (
    confirm_listing,
    hide_listing,
    show_listing,
    write_listing,
)

__all__ = [
    "Effect",
    "Offered",
    "Outcome",
    "Terms",
    "all_listings",
    "bring_in",
    "confirm_listing",
    "hide_listing",
    "lay_out",
    "listing",
    "listing_by_id",
    "offered",
    "openings_of",
    "search",
    "show_listing",
    "write_listing",
]
