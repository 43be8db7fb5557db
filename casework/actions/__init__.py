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
from casework.actions.own import own_case, own_cases, write_own_line
from casework.actions.retiring import retention, sealed_records
from casework.actions.telling import tell_person

__all__ = [
    "case_row",
    "close_in",
    "keys_of",
    "let_in",
    "open_case",
    "open_case_file",
    "open_to",
    "own_case",
    "own_cases",
    "require_access",
    "retention",
    "sealed_records",
    "shut_out",
    "tell_person",
    "with_access",
    "write_own_line",
]
