"""Tasks of a case: for somebody who may open it, by a day; done, or to be done after all."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.actions.access import case_row, keys_of, open_to, with_access
from casework.model import NoSuchCase
from casework.records import CaseRow, CaseTaskRow
from casework.work import MOST_TASKS, NotLetIn, Task
from members.actions import leads
from members.model import Account
from storage.base import new_id
from storage.envelopes import DataKey
from storage.record_keys import Reader, open_keys


def may_do(session: Session, account: Account, case_id: UUID) -> Collection[UUID]:
    """Return for whom a task of a case can be: oneself, whoever was let in, and leads."""
    return {account.id, *with_access(session, case_id), *leads(session)}


def add_task(
    session: Session,
    reader: Reader,
    account: Account,
    case_id: UUID,
    *,
    text: str,
    for_account: UUID,
    due_on: date,
    now: datetime,
) -> UUID:
    """Write a task and return its id; raises NoSuchCase, NotOpenedYet, NotLetIn."""
    row, task_id = case_row(session, case_id, account), new_id()
    if for_account not in may_do(session, account, row.id):
        raise NotLetIn
    key = keys_of(session, reader, row).notes
    session.add(
        CaseTaskRow(
            id=task_id,
            case_id=row.id,
            for_account=for_account,
            due_on=due_on,
            made_at=now,
            sealed_text=key.seal(text, table="case_task", column="sealed_text", row=task_id),
        )
    )
    session.flush()
    return task_id


def mark_task(
    session: Session, account: Account, case_id: UUID, task_id: UUID, *, done: bool, now: datetime
) -> None:
    """Mark a task as done, or as to be done; who did it first stays. Raises NoSuchCase."""
    row = case_row(session, case_id, account)
    this = CaseTaskRow.id == task_id, CaseTaskRow.case_id == row.id
    if session.scalar(select(CaseTaskRow.id).where(*this)) is None:
        raise NoSuchCase
    session.execute(
        update(CaseTaskRow)
        .where(*this, CaseTaskRow.done_at.is_(None) if done else CaseTaskRow.done_at.is_not(None))
        .values(done_at=now if done else None, done_by=account.id if done else None)
    )


def tasks_of(session: Session, key: DataKey, case_id: UUID) -> tuple[Task, ...]:
    """Return the tasks of a case that was opened: what is to be done first, by its day."""
    rows = session.execute(
        select(CaseTaskRow, CaseRow.reference)
        .join(CaseRow, CaseRow.id == CaseTaskRow.case_id)
        .where(CaseTaskRow.case_id == case_id)
        .order_by(CaseTaskRow.done_at.is_not(None), CaseTaskRow.due_on, CaseTaskRow.id)
    )
    return tuple(_task_of(key, row, reference) for row, reference in rows)


def own_tasks(session: Session, reader: Reader, account: Account) -> tuple[Task, ...]:
    """Return what is to be done by an account in cases that it may open, the nearest day first."""
    rows: Sequence[tuple[CaseTaskRow, str, UUID]] = [
        (row, reference, notes_id)
        for row, reference, notes_id in session.execute(
            select(CaseTaskRow, CaseRow.reference, CaseRow.notes_id)
            .join(CaseRow, CaseRow.id == CaseTaskRow.case_id)
            .where(
                CaseTaskRow.for_account == account.id,
                CaseTaskRow.done_at.is_(None),
                open_to(account),
            )
            .order_by(CaseTaskRow.due_on, CaseTaskRow.id)
            .limit(MOST_TASKS)
        )
    ]
    keys = open_keys(session, reader, {notes_id for _, _, notes_id in rows})
    return tuple(_task_of(keys.get(notes_id), row, reference) for row, reference, notes_id in rows)


def _task_of(key: DataKey | None, row: CaseTaskRow, reference: str) -> Task:
    place = {"table": "case_task", "column": "sealed_text"}
    text = None if key is None else key.text(row.sealed_text, row=row.id, **place)
    return Task(
        id=row.id,
        case_id=row.case_id,
        reference=reference,
        for_account=row.for_account,
        due_on=row.due_on,
        done_at=row.done_at,
        done_by=row.done_by,
        text=text,
    )
