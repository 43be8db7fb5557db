"""Telling the operator: what was noted as told, and what nobody was told of yet."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from messages.model import CauseKind, CauseState
from messages.records import CauseRow


def mark_told_late(
    session: Session, cause_id: UUID, *, before: datetime | None, now: datetime
) -> bool:
    """Note that the operator is told that a cause is late; whether nobody did so since `before`."""
    return _tell_late(session, cause_id, before, now)


def unmark_told_late(session: Session, cause_id: UUID, *, told_at: datetime) -> None:
    """Take that back: the operator could not be told."""
    _tell_late(session, cause_id, told_at, None)


def untold_stops(
    session: Session, *, kinds: Collection[CauseKind], now: datetime
) -> Sequence[UUID]:
    """Return causes that go on, but whose channel providers stopped, with nobody told since."""
    return session.scalars(
        select(CauseRow.id).where(
            CauseRow.kind.in_(list(kinds)),
            CauseRow.state == CauseState.OPEN,
            CauseRow.expires_at > now,
            CauseRow.stopped_channel.is_not(None),
            CauseRow.told_late_at.is_(None),
        )
    ).all()


def _tell_late(
    session: Session, cause_id: UUID, before: datetime | None, after: datetime | None
) -> bool:
    changed = session.scalars(
        update(CauseRow)
        .where(CauseRow.id == cause_id, CauseRow.told_late_at.is_not_distinct_from(before))
        .values(told_late_at=after)
        .returning(CauseRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(changed)
