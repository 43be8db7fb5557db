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
from casework.actions.consenting import (
    case_consents,
    end_case_consent,
    give_case_consent,
    own_consents,
    pass_on,
    take_back_own,
)
from casework.actions.disclosing import told_of_case, told_of_report
from casework.actions.exporting import (
    drop,
    export_references,
    exports,
    open_export,
    propose_export,
    release,
    require_export,
)
from casework.actions.opened import open_case_file, require_access
from casework.actions.opening import open_case
from casework.actions.retiring import retention, sealed_records

__all__ = [
    "case_consents",
    "case_row",
    "close_in",
    "drop",
    "end_case_consent",
    "export_references",
    "exports",
    "give_case_consent",
    "keys_of",
    "let_in",
    "open_case",
    "open_case_file",
    "open_export",
    "open_to",
    "own_consents",
    "pass_on",
    "propose_export",
    "release",
    "require_access",
    "require_export",
    "retention",
    "sealed_records",
    "shut_out",
    "take_back_own",
    "told_of_case",
    "told_of_report",
    "with_access",
]
