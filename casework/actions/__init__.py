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
from casework.actions.complaining import (
    begin_complaint,
    change_complaint,
    complaints_of_case,
    harm_of_case,
)
from casework.actions.counting import count_harm
from casework.actions.drafting import (
    begin_form,
    change_form,
    discard_form,
    open_form,
    send_form,
    sent_form,
)
from casework.actions.opened import open_case_file, require_access
from casework.actions.opening import open_case
from casework.actions.retiring import retention, sealed_records

__all__ = [
    "begin_complaint",
    "begin_form",
    "case_row",
    "change_complaint",
    "change_form",
    "close_in",
    "complaints_of_case",
    "count_harm",
    "discard_form",
    "harm_of_case",
    "keys_of",
    "let_in",
    "open_case",
    "open_case_file",
    "open_form",
    "open_to",
    "require_access",
    "retention",
    "sealed_records",
    "send_form",
    "sent_form",
    "shut_out",
    "with_access",
]
