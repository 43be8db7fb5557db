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
from casework.actions.feeding import NoSuchFeed, drop_feed, due_days, feed_since, make_feed
from casework.actions.linking import link_report, linked_reports, part_report
from casework.actions.notes import change_note, note_of, notes_of, write_note
from casework.actions.opened import open_case_file, require_access
from casework.actions.opening import open_case
from casework.actions.referring import change_referral, refer, referrals_of
from casework.actions.retiring import retention, sealed_records
from casework.actions.tasks import add_task, mark_task, may_do, own_tasks, tasks_of

__all__ = [
    "NoSuchFeed",
    "add_task",
    "case_row",
    "change_note",
    "change_referral",
    "close_in",
    "drop_feed",
    "due_days",
    "feed_since",
    "keys_of",
    "let_in",
    "link_report",
    "linked_reports",
    "make_feed",
    "mark_task",
    "may_do",
    "note_of",
    "notes_of",
    "open_case",
    "open_case_file",
    "open_to",
    "own_tasks",
    "part_report",
    "refer",
    "referrals_of",
    "require_access",
    "retention",
    "sealed_records",
    "shut_out",
    "tasks_of",
    "with_access",
    "write_note",
]
