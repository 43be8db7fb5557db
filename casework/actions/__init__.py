"""The verbs of casework, a file for each part of a case's life."""

from casework.actions.access import (
    case_row,
    close_in,
    keys_of,
    let_in,
    open_to,
    with_access,
)
from casework.actions.complaining import (
    begin_complaint,
    change_complaint,
    complaints_of_case,
    harm_of_case,
)
from casework.actions.consenting import (
    case_consents,
    end_case_consent,
    give_case_consent,
    own_consents,
    pass_on,
    take_back_own,
)
from casework.actions.counting import (
    count_harm,
)
from casework.actions.disclosing import (
    told_of_case,
    told_of_report,
)
from casework.actions.drafting import (
    begin_form,
    change_form,
    discard_form,
    open_form,
    send_form,
    sent_form,
)
from casework.actions.exporting import (
    drop,
    export_references,
    exports,
    open_export,
    propose_export,
    release,
    require_export,
)
from casework.actions.feeding import (
    NoSuchFeed,
    drop_feed,
    due_days,
    feed_since,
    make_feed,
)
from casework.actions.linking import (
    link_report,
    linked_reports,
    part_report,
)
from casework.actions.listing import (
    CasePage,
    Column,
    Whose,
    board,
    list_cases,
    list_closed,
)
from casework.actions.notes import (
    change_note,
    note_of,
    notes_of,
    write_note,
)
from casework.actions.opened import (
    open_case_file,
    require_access,
)
from casework.actions.opening import (
    open_case,
)
from casework.actions.own import (
    own_case,
    own_cases,
    write_own_line,
)
from casework.actions.referring import (
    change_referral,
    refer,
    referrals_of,
)
from casework.actions.retiring import (
    retention,
    sealed_records,
)
from casework.actions.searching import (
    Hits,
    search_cases,
)
from casework.actions.tasks import (
    add_task,
    mark_task,
    may_do,
    own_tasks,
    tasks_of,
)
from casework.actions.telling import (
    tell_person,
)
from casework.actions.working import (
    close,
    hand_over,
    move,
    reopen,
    share,
    shut_out,
    spoke,
    take,
    write_line,
)

__all__ = [
    "CasePage",
    "Column",
    "Hits",
    "NoSuchFeed",
    "Whose",
    "add_task",
    "begin_complaint",
    "begin_form",
    "board",
    "case_consents",
    "case_row",
    "change_complaint",
    "change_form",
    "change_note",
    "change_referral",
    "close",
    "close_in",
    "complaints_of_case",
    "count_harm",
    "discard_form",
    "drop",
    "drop_feed",
    "due_days",
    "end_case_consent",
    "export_references",
    "exports",
    "feed_since",
    "give_case_consent",
    "hand_over",
    "harm_of_case",
    "keys_of",
    "let_in",
    "link_report",
    "linked_reports",
    "list_cases",
    "list_closed",
    "make_feed",
    "mark_task",
    "may_do",
    "move",
    "note_of",
    "notes_of",
    "open_case",
    "open_case_file",
    "open_export",
    "open_form",
    "open_to",
    "own_case",
    "own_cases",
    "own_consents",
    "own_tasks",
    "part_report",
    "pass_on",
    "propose_export",
    "refer",
    "referrals_of",
    "release",
    "reopen",
    "require_access",
    "require_export",
    "retention",
    "sealed_records",
    "search_cases",
    "send_form",
    "sent_form",
    "share",
    "shut_out",
    "spoke",
    "take",
    "take_back_own",
    "tasks_of",
    "tell_person",
    "told_of_case",
    "told_of_report",
    "with_access",
    "write_line",
    "write_note",
    "write_own_line",
]
