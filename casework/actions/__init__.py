"""The verbs of casework, a file for each part of a case's life."""

from casework.actions.access import (
    case_row,
    close_in,
    keys_of,
    let_in,
    open_to,
    shut_out,
    with_access,
)
from casework.actions.opened import open_case_file, require_access
from casework.actions.opening import open_case
from casework.actions.retiring import retention, sealed_records

__all__ = [
    "case_row",
    "close_in",
    "keys_of",
    "let_in",
    "open_case",
    "open_case_file",
    "open_to",
    "require_access",
    "retention",
    "sealed_records",
    "shut_out",
    "with_access",
]
