"""The ledger: what left about a report or a case, word for word, for whoever it is about.

The words about a report are under a key of their own, which opens to the desk, to whoever holds the
receipt code and to the account that reported. Those about a case are for who may open the case:
their key is kept under the case's own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.disclosing import Disclosed, Leaving
from casework.intelligence import Fields, pairs
from casework.records import CaseRow, DisclosureRow, ExportRow
from members.actions import holders
from reports import actions as reports
from storage.base import new_id
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import (
    RECOVERY,
    Reader,
    keep_key,
    keep_under,
    keep_wrapped,
    open_keys,
    open_under,
)

PLACE = {"table": "disclosure", "column": "sealed_fields"}
FIELDS = TypeAdapter(Fields)


def keep_disclosure(
    session: Session, sealers: Sealers, reader: Reader, export: ExportRow, leaving: Leaving
) -> None:
    """Write down what of a report leaves with an export that is being released."""
    own = reports.own_holders(session, reader, leaving.report_id)
    key, row_id = DataKey.fresh(), new_id()
    session.add(
        DisclosureRow(
            id=row_id,
            export_id=export.id,
            report_id=leaving.report_id,
            consent=export.consent,
            recipient=export.recipient,
            at=export.released_at,
            by_account=export.made_by,
            second_person=export.released_by,
            sealed_fields=key.seal(FIELDS.dump_json(leaving.fields), row=row_id, **PLACE),
        )
    )
    session.flush()
    keep_key(session, key, record_id=row_id, holders={**holders(session, sealers), **own})
    session.flush()


def told_of_report(session: Session, reader: Reader, report_id: UUID) -> tuple[Disclosed, ...]:
    """Return what left about a report, oldest first; without words where they do not open."""
    rows = session.scalars(
        select(DisclosureRow).where(DisclosureRow.report_id == report_id).order_by(DisclosureRow.at)
    ).all()
    return _ledger(rows, open_keys(session, reader, [row.id for row in rows]))


def keep_told(
    session: Session,
    sealers: Sealers,
    case: CaseRow,
    shared: DataKey,
    *,
    consent: str,
    recipient: str,
    words: str,
    by: UUID,
    now: datetime,
) -> None:
    """Write down what was passed on of a case."""
    key, row_id = DataKey.fresh(), new_id()
    fields = FIELDS.dump_json(Fields(number="", text=words))
    session.add(
        DisclosureRow(
            id=row_id,
            case_id=case.id,
            consent=consent,
            recipient=recipient,
            at=now,
            by_account=by,
            sealed_fields=key.seal(fields, row=row_id, **PLACE),
        )
    )
    session.flush()
    keep_under(session, key, record_id=row_id, holder_id=case.id, secret=shared)
    offline = {RECOVERY: sealers.recovery}
    keep_wrapped(session, key, record_id=row_id, holders=offline, narrow=True)
    session.flush()


def told_of_case(session: Session, case_id: UUID, shared: DataKey) -> tuple[Disclosed, ...]:
    """Return what was passed on of a case, oldest first."""
    rows = session.scalars(
        select(DisclosureRow).where(DisclosureRow.case_id == case_id).order_by(DisclosureRow.at)
    ).all()
    ids = [row.id for row in rows]
    return _ledger(rows, open_under(session, shared, ids, holder_id=case_id))


def _ledger(rows: Sequence[DisclosureRow], keys: Mapping[UUID, DataKey]) -> tuple[Disclosed, ...]:
    return tuple(
        Disclosed(
            id=row.id,
            at=row.at,
            recipient=row.recipient,
            consent=row.consent,
            words=_words(keys[row.id], row) if row.id in keys else None,
        )
        for row in rows
    )


def _words(key: DataKey, row: DisclosureRow) -> tuple[tuple[str, str], ...]:
    return pairs(FIELDS.validate_json(key.unseal(row.sealed_fields, row=row.id, **PLACE)))
