"""Notes of the desk: whoever may open a case writes them, and changes anybody's.

A case is worked on together, so a wrong number in a colleague's note is put right by who sees it;
who changed it last, and when, stands beside it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.actions.access import case_row, keys_of
from casework.model import NoSuchCase
from casework.records import CaseNoteRow
from casework.work import Note, NoteChanged
from members.model import Account
from storage.base import new_id
from storage.envelopes import DataKey
from storage.record_keys import Reader
from storage.sealing import Sealed


def notes_of(session: Session, key: DataKey, case_id: UUID) -> tuple[Note, ...]:
    """Return the notes of a case that was opened, newest first."""
    rows = session.scalars(
        select(CaseNoteRow)
        .where(CaseNoteRow.case_id == case_id)
        .order_by(CaseNoteRow.written_at.desc(), CaseNoteRow.id.desc())
    )
    return tuple(_note_of(key, row) for row in rows)


def note_of(session: Session, key: DataKey, case_id: UUID, note_id: UUID) -> Note:
    """Return one note of a case that was opened; raises NoSuchCase."""
    row = session.scalar(
        select(CaseNoteRow)
        .where(CaseNoteRow.id == note_id, CaseNoteRow.case_id == case_id)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NoSuchCase
    return _note_of(key, row)


def write_note(
    session: Session, reader: Reader, account: Account, case_id: UUID, *, text: str, now: datetime
) -> UUID:
    """Write a note and return its id; raises NoSuchCase, NotOpenedYet."""
    row, note_id = case_row(session, case_id, account), new_id()
    key = keys_of(session, reader, row).notes
    session.add(
        CaseNoteRow(
            id=note_id,
            case_id=row.id,
            version=1,
            written_by=account.id,
            written_at=now,
            sealed_text=_seal(key, text, note_id),
        )
    )
    session.flush()
    return note_id


def change_note(
    session: Session,
    reader: Reader,
    account: Account,
    case_id: UUID,
    note_id: UUID,
    *,
    text: str,
    version: int,
    now: datetime,
) -> None:
    """Change a note that is still as it was read; raises NoSuchCase, NotOpenedYet, NoteChanged."""
    row = case_row(session, case_id, account)
    key = keys_of(session, reader, row).notes
    changed = session.scalar(
        update(CaseNoteRow)
        .where(
            CaseNoteRow.id == note_id,
            CaseNoteRow.case_id == row.id,
            CaseNoteRow.version == version,
        )
        .values(
            version=version + 1,
            changed_by=account.id,
            changed_at=now,
            sealed_text=_seal(key, text, note_id),
        )
        .returning(CaseNoteRow.id)
    )
    if changed is None:
        raise NoteChanged(note_of(session, key, row.id, note_id))


def _seal(key: DataKey, text: str, note_id: UUID) -> Sealed:
    return key.seal(text, table="case_note", column="sealed_text", row=note_id)


def _note_of(key: DataKey, row: CaseNoteRow) -> Note:
    return Note(
        id=row.id,
        version=row.version,
        by=row.written_by,
        at=row.written_at,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        text=key.text(row.sealed_text, table="case_note", column="sealed_text", row=row.id),
    )
