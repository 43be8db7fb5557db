"""Work on a case: taken, handed over, shared, written on, moved, closed, opened again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from casework.actions import access
from casework.actions.access import case_row, close_in, keys_of
from casework.model import (
    ANSWERED_WITHIN,
    CaseMoved,
    CaseState,
    LineKind,
    NoSuchColleague,
    Outcome,
)
from casework.reading import seal_line
from casework.records import CaseLineRow, CaseRow
from members.actions import caseworkers_with_keys
from members.model import Account
from storage.base import new_id
from storage.record_keys import Reader

WORKED_ON = (CaseState.OPEN, CaseState.WAITING)


def take(session: Session, account: Account, case_id: UUID) -> None:
    """Take a case that nobody took; it closes to the others. Raises NoSuchCase, CaseMoved."""
    row = _row(session, account, case_id, CaseState.NEW)
    row.state, row.assignee_id = CaseState.OPEN, account.id
    close_in(session, row, to=account.id)
    session.flush()


def hand_over(
    session: Session, reader: Reader, account: Account, case_id: UUID, *, to: UUID, stay: bool
) -> None:
    """Hand a case to a colleague; who had it stays in it or not.

    Raises NoSuchCase, CaseMoved, NoSuchColleague, NotOpenedYet.
    """
    row = _row(session, account, case_id, *WORKED_ON)
    before = row.assignee_id
    share(session, reader, account, case_id, to=to)
    row.assignee_id = to
    if not stay and before is not None and before != to:
        access.shut_out(session, row, account_id=before)
    session.flush()


def share(session: Session, reader: Reader, account: Account, case_id: UUID, *, to: UUID) -> None:
    """Let a colleague into a case; raises NoSuchCase, CaseMoved, NoSuchColleague, NotOpenedYet."""
    row = _row(session, account, case_id, *WORKED_ON, CaseState.CLOSED)
    if to not in {each.account_id for each in caseworkers_with_keys(session)}:
        raise NoSuchColleague
    access.let_in(session, reader, row, account_id=to)


def shut_out(session: Session, account: Account, case_id: UUID, *, colleague: UUID) -> None:
    """Close a case to a colleague; raises NoSuchCase, and CaseMoved for whoever has it."""
    row = _row(session, account, case_id, *WORKED_ON, CaseState.CLOSED)
    if row.assignee_id == colleague:
        raise CaseMoved
    access.shut_out(session, row, account_id=colleague)


def write_line(
    session: Session,
    reader: Reader,
    account: Account,
    case_id: UUID,
    *,
    kind: LineKind,
    text: str,
    due_at: datetime | None,
    now: datetime,
) -> None:
    """Write what the person reads, and when somebody looks at the case next.

    Raises NoSuchCase, CaseMoved, NotOpenedYet.
    """
    row = _row(session, account, case_id, *WORKED_ON)
    keys, line_id = keys_of(session, reader, row), new_id()
    session.add(
        CaseLineRow(
            id=line_id,
            case_id=row.id,
            kind=kind,
            at=now,
            by_account=account.id,
            sealed_text=seal_line(keys.shared, text, line_id=line_id),
        )
    )
    row.answered_at = row.answered_at or now
    row.unanswered, row.due_at = False, due_at
    session.flush()


def move(
    session: Session, account: Account, case_id: UUID, *, state: CaseState, due_at: datetime | None
) -> None:
    """Say where a case stands and when somebody looks at it next; raises NoSuchCase, CaseMoved."""
    if state not in WORKED_ON:
        raise CaseMoved
    row = _row(session, account, case_id, *WORKED_ON)
    row.state, row.due_at = state, due_at
    session.flush()


def spoke(session: Session, account: Account, case_id: UUID, *, now: datetime) -> None:
    """Say that somebody spoke with the person, or read what they wrote to a closed case.

    Raises NoSuchCase, CaseMoved.
    """
    row = _row(session, account, case_id, *WORKED_ON, CaseState.CLOSED)
    row.answered_at = row.answered_at or now
    row.unanswered, row.due_at = False, None
    session.flush()


def close(
    session: Session, account: Account, case_id: UUID, *, outcome: Outcome, now: datetime
) -> None:
    """Close a case; raises NoSuchCase, CaseMoved."""
    row = _row(session, account, case_id, *WORKED_ON)
    row.state, row.outcome, row.closed_at = CaseState.CLOSED, outcome, now
    row.due_at, row.unanswered = None, False
    session.flush()


def reopen(session: Session, account: Account, case_id: UUID, *, now: datetime) -> None:
    """Open a closed case again, with whoever had it last; raises NoSuchCase, CaseMoved."""
    row = _row(session, account, case_id, CaseState.CLOSED)
    row.state, row.outcome, row.closed_at = CaseState.OPEN, None, None
    row.due_at = now + ANSWERED_WITHIN
    session.flush()


def _row(session: Session, account: Account, case_id: UUID, *states: CaseState) -> CaseRow:
    row = case_row(session, case_id, account, for_update=True)
    if row.state not in states:
        raise CaseMoved
    return row
