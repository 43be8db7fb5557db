"""Watching: which alerts are late, and noting that the operator was told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.model import Lateness, lateness
from alerts.records import AlertRow
from messages import actions as messages
from messages.actions import Motion
from messages.model import STOPPABLE

WATCHED = tuple(STOPPABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What is late, or stopped; a digest, like word to those who watch, belongs to no alert."""

    cause_id: UUID
    alert_id: UUID | None
    reference: str
    how: Lateness
    to_send: int
    told_at: datetime | None
    last_left_at: datetime | None

    @property
    def untold(self) -> bool:
        """Whether nobody was told of this: not at all, or it has moved since, and stopped again."""
        if self.told_at is None:
            return True
        return self.last_left_at is not None and self.last_left_at > self.told_at


def late(
    session: Session, *, now: datetime, cause_ids: Collection[UUID] | None = None
) -> tuple[Late, ...]:
    """Return what is late: all of it, or of these causes."""
    motions = messages.moving(session, kinds=WATCHED, now=now, cause_ids=cause_ids)
    alerts = _alerts(session, [each.cause_id for each in motions])
    return tuple(
        Late(
            cause_id=motion.cause_id,
            alert_id=alert.id if alert else None,
            reference=alert.reference if alert else "",
            how=how,
            to_send=motion.to_send,
            told_at=motion.told_late_at,
            last_left_at=motion.last_left_at,
        )
        for motion in motions
        for alert in [alerts.get(motion.cause_id)]
        for how in [_how(motion, alert, now)]
        if how is not None
    )


def filtered(session: Session, *, now: datetime) -> tuple[Late, ...]:
    """Return what providers filter the texts of, and nobody was told of."""
    cause_ids = messages.untold_stops(session, kinds=WATCHED, now=now)
    alerts = _alerts(session, cause_ids)
    return tuple(
        Late(
            cause_id=cause_id,
            alert_id=alert.id if alert else None,
            reference=alert.reference if alert else "",
            how=Lateness.FILTERED,
            to_send=0,
            told_at=None,
            last_left_at=None,
        )
        for cause_id in cause_ids
        for alert in [alerts.get(cause_id)]
    )


def mark_told(session: Session, late: Late, *, now: datetime) -> bool:
    """Note that the operator is being told of it; whether nobody else did so before."""
    return messages.mark_told_late(session, late.cause_id, before=late.told_at, now=now)


def unmark_told(session: Session, late: Late, *, told_at: datetime) -> None:
    """Take back that the operator was told at this moment: the mail did not leave."""
    messages.unmark_told_late(session, late.cause_id, told_at=told_at)


def _how(motion: Motion, alert: AlertRow | None, now: datetime) -> Lateness | None:
    return lateness(
        queue=motion.queue,
        leaves_from=alert.leaves_from if alert else motion.created_at,
        due_since=motion.due_since,
        last_left_at=motion.last_left_at,
        now=now,
    )


def _alerts(session: Session, cause_ids: Collection[UUID]) -> dict[UUID, AlertRow]:
    if not cause_ids:
        return {}
    rows = session.scalars(select(AlertRow).where(AlertRow.cause_id.in_(cause_ids)))
    return {row.cause_id: row for row in rows}
