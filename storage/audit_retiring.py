"""Retiring the audit: its oldest entries go after six years, and the chain begins after them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.audit import move_end, record
from storage.audit_chain import Act, End, sealed
from storage.records import AuditRow
from storage.retention import Rule
from storage.sealing import Sealer

KEPT = timedelta(days=6 * 365 + 2)


def retention(sealer: Sealer) -> Rule:
    """Return how long entries are kept; that some went is an entry itself."""
    return Rule(
        name="entries of the audit",
        kept=KEPT,
        total=lambda session: session.scalar(select(func.count()).select_from(AuditRow)) or 0,
        due=lambda session, at: len(_old(session, at, limit=None)),
        remove=lambda session, at, most: _retire(session, sealer, at, most),
    )


def _old(session: Session, at: datetime, *, limit: int | None) -> Sequence[int]:
    old = select(AuditRow.number).where(AuditRow.at < at - KEPT).order_by(AuditRow.number)
    return session.scalars(old.limit(limit)).all()


def _retire(session: Session, sealer: Sealer, at: datetime, most: int) -> int:
    old = _old(session, at, limit=most)
    if not old:
        return 0
    last = session.get_one(AuditRow, old[-1])
    key, mac = sealer.ring.look_up, last.mac
    session.expunge(last)
    record(session, sealer, Act.AUDIT_RETIRED, by=None, now=at)
    move_end(session, End.BASE, sealed(End.BASE, number=old[-1], mac=mac, key=key))
    session.execute(delete(AuditRow).where(AuditRow.number <= old[-1]))
    return len(old)
