"""The verbs of the directory; other rooms import these and the model, nothing else."""

from directory.actions.opening import (
    extend,
    lay_out,
    openings_of,
)
from directory.actions.searching import (
    Offered,
    listing,
    listing_by_id,
    offered,
    search,
)
from directory.actions.writing import (
    confirm_listing,
    hide_listing,
    show_listing,
    write_listing,
)

__all__ = [
    "Offered",
    "confirm_listing",
    "extend",
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
