"""Drafts: begun, opened, changed answer by answer, thrown away.

A draft is sealed under what follows from its receipt code: whoever keeps it cannot read it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reports.codes import fingerprint, new_receipt_code
from reports.model import DRAFT_LIFE, Submission
from reports.opening import code_key
from reports.receipts import Draft
from reports.records import ReportDraftRow
from reports.refusals import NoSuchReceipt
from storage.base import new_id
from storage.envelopes import DataKey
from storage.sealing import Sealer

DRAFT = TypeAdapter(Draft)
PLACE = {"table": "report_draft", "column": "sealed_answers"}


def begin_draft(session: Session, sealer: Sealer, draft: Draft, *, now: datetime) -> str:
    """Keep a new draft and return the receipt code that opens it."""
    code, row_id = new_receipt_code(), new_id()
    row = ReportDraftRow(id=row_id, code_fingerprint=fingerprint(sealer, code))
    _write(row, _key(sealer, code), draft, now)
    session.add(row)
    session.flush()
    return code


def open_draft(session: Session, sealer: Sealer, *, code: str) -> Draft:
    """Return the draft of a code; raises NoSuchReceipt."""
    return _read(_row(session, sealer, code), _key(sealer, code))


def change_draft(
    session: Session,
    sealer: Sealer,
    *,
    code: str,
    change: Callable[[Submission], Submission],
    now: datetime,
) -> Submission:
    """Change one answer and leave the others as they are now; raises NoSuchReceipt.

    The draft is locked while it is read and written, so of two tabs that answer different
    questions at once neither loses anything.
    """
    row = _row(session, sealer, code, lock=True)
    key = _key(sealer, code)
    draft = _read(row, key)
    submission = change(draft.submission)
    _write(row, key, replace(draft, submission=submission), now)
    session.flush()
    return submission


def discard_draft(session: Session, sealer: Sealer, *, code: str) -> None:
    """Throw a draft away; nothing happens if there is none."""
    mark = fingerprint(sealer, code)
    session.execute(delete(ReportDraftRow).where(ReportDraftRow.code_fingerprint == mark))


def take_draft(session: Session, sealer: Sealer, *, code: str) -> Draft:
    """Remove a draft and return it, for good if the transaction commits; raises NoSuchReceipt."""
    row = _row(session, sealer, code, lock=True)
    draft = _read(row, _key(sealer, code))
    session.delete(row)
    session.flush()
    return draft


def discard_forgotten_drafts(session: Session, *, now: datetime) -> int:
    """Delete the drafts that nobody touched for 30 days; return how many."""
    old = session.scalars(
        delete(ReportDraftRow)
        .where(ReportDraftRow.updated_at < now - DRAFT_LIFE)
        .returning(ReportDraftRow.id)
    )
    return len(old.all())


def _row(session: Session, sealer: Sealer, code: str, *, lock: bool = False) -> ReportDraftRow:
    statement = select(ReportDraftRow).where(
        ReportDraftRow.code_fingerprint == fingerprint(sealer, code)
    )
    row = session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise NoSuchReceipt
    return row


def _key(sealer: Sealer, code: str) -> DataKey:
    return code_key(sealer, code, purpose="draft of a report")


def _write(row: ReportDraftRow, key: DataKey, draft: Draft, now: datetime) -> None:
    row.sealed_answers = key.seal(DRAFT.dump_json(draft), row=row.id, **PLACE)
    row.updated_at = now


def _read(row: ReportDraftRow, key: DataKey) -> Draft:
    return DRAFT.validate_json(key.unseal(row.sealed_answers, row=row.id, **PLACE))
