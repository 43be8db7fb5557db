"""The verbs of the directory; other rooms import these and the model, nothing else."""

from directory.actions.calling import whom_to_call
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

__all__ = [
    "NO_YEAR",
    "add_publications",
    "hide_publication",
    "list_publications",
    "publication",
    "shipped_publications",
    "show_publication",
    "whom_to_call",
    "write_publication",
    "years",
]
