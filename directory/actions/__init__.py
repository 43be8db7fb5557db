"""The verbs of the directory; other rooms import these and the model, nothing else."""

from directory.actions.searching import Offered, listing, listing_by_id, offered, search
from directory.actions.writing import (
    confirm_listing,
    hide_listing,
    show_listing,
    write_listing,
)

__all__ = [
    "Offered",
    "confirm_listing",
    "hide_listing",
    "listing",
    "listing_by_id",
    "offered",
    "search",
    "show_listing",
    "write_listing",
]
