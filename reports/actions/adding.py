"""Adding to a report: each line is a record of its own, under a key of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from members.actions import holders
from reports.opening import Way
from reports.records import AdditionRow
from storage.base import new_id
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import keep_key


def keep_addition(
    session: Session,
    sealers: Sealers,
    *,
    report_id: UUID,
    text: str,
    now: datetime,
    by: UUID | None = None,
    way: Way | None = None,
) -> None:
    """Seal a line to everybody who reads reports, and to the way its reporter came."""
    key, row_id = DataKey.fresh(), new_id()
    sealed = key.seal(text, table="addition", column="sealed_text", row=row_id)
    session.add(
        AdditionRow(id=row_id, report_id=report_id, at=now, by_account=by, sealed_text=sealed)
    )
    keep_key(session, key, record_id=row_id, holders=holders(session, sealers))
    if way is not None:
        way.keep(session, key, record_id=row_id)
    session.flush()
