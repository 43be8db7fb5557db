"""Who may open a case: anybody at the desk until somebody takes it, then they whom it is given.

Leads may open every case, so that none is lost with whoever has it; what they read is on record.
For everybody else a case that they may not open is a case that is not there.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, true
from sqlalchemy.orm import Session

from casework.keys import CaseKeys
from casework.model import CaseState, NoSuchCase
from casework.records import CaseAccessRow, CaseRow
from members.actions import leads, public_key
from members.model import Account, Role
from storage.dialects import insert_or_ignore
from storage.record_keys import (
    NotOpenedYet,
    Reader,
    drop_wraps,
    held_by,
    keep_wrapped,
    narrow,
    open_keys,
)


def open_to(account: Account) -> ColumnElement[bool]:
    """Return the condition on cases that an account may open; for every statement that lists."""
    if account.role is Role.LEAD:
        return true()
    let_in = select(CaseAccessRow.case_id).where(
        CaseAccessRow.case_id == CaseRow.id, CaseAccessRow.account_id == account.id
    )
    return or_(CaseRow.state == CaseState.NEW, let_in.exists())


def case_row(
    session: Session, case_id: UUID, account: Account, *, for_update: bool = False
) -> CaseRow:
    """Return a case that an account may open; raises NoSuchCase."""
    found = select(CaseRow).where(CaseRow.id == case_id, open_to(account))
    row = session.scalar(found.with_for_update(of=CaseRow) if for_update else found)
    if row is None:
        raise NoSuchCase
    return row


def keys_of(session: Session, reader: Reader, row: CaseRow) -> CaseKeys:
    """Return the keys of a case; raises NotOpenedYet."""
    found = open_keys(session, reader, [row.id, row.notes_id])
    if len(found) < len(CaseKeys.__slots__):
        raise NotOpenedYet
    return CaseKeys(shared=found[row.id], notes=found[row.notes_id])


def with_access(session: Session, case_id: UUID) -> list[UUID]:
    """Return who was let in by name; leads are not among them unless somebody did."""
    rows = select(CaseAccessRow.account_id).where(CaseAccessRow.case_id == case_id)
    return list(session.scalars(rows))


def close_in(session: Session, row: CaseRow, *, to: UUID) -> None:
    """Leave a case that was anybody's to who takes it, and to leads."""
    _list(session, row.id, to)
    narrow(session, (row.id, row.notes_id), to={to, *leads(session)})


def let_in(session: Session, reader: Reader, row: CaseRow, *, account_id: UUID) -> None:
    """Open a case to one more colleague; raises NotOpenedYet, also for who has no key pair."""
    public = public_key(session, account_id)
    if public is None:
        raise NotOpenedYet
    _list(session, row.id, account_id)
    keys = keys_of(session, reader, row)
    held = held_by(session, (row.id, row.notes_id), holder_id=account_id)
    for record_id, key in ((row.id, keys.shared), (row.notes_id, keys.notes)):
        if record_id not in held:
            own = {account_id: public}
            keep_wrapped(session, key, record_id=record_id, holders=own, narrow=True)
    session.flush()


def shut_out(session: Session, row: CaseRow, *, account_id: UUID) -> None:
    """Take a case from a colleague; a lead's key stays."""
    session.execute(
        delete(CaseAccessRow).where(
            CaseAccessRow.case_id == row.id, CaseAccessRow.account_id == account_id
        )
    )
    if account_id not in set(leads(session)):
        drop_wraps(session, (row.id, row.notes_id), holder_id=account_id)


def _list(session: Session, case_id: UUID, account_id: UUID) -> None:
    session.execute(
        insert_or_ignore(session, CaseAccessRow).values(case_id=case_id, account_id=account_id)
    )
