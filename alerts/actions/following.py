"""Following an alert: how far it has come, pausing, resuming, recalling."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.model import PACE_SHARE, Alert, Estimate, Price
from alerts.records import AlertRow
from members.model import Severity
from messages import actions as messages
from messages.model import WAITING, Channel, Progress


class NoSuchAlert(Exception):
    """There is no alert with this id."""


def alert(session: Session, alert_id: UUID) -> Alert:
    """Return an alert; raises NoSuchAlert."""
    row = session.get(AlertRow, alert_id)
    if row is None:
        raise NoSuchAlert
    return _read(session, row)


def alert_of(session: Session, warning_id: UUID) -> Alert | None:
    """Return the alert of a warning, if it was alerted; its corrections are not that."""
    row = session.scalar(
        select(AlertRow).where(AlertRow.warning_id == warning_id, AlertRow.corrects_id.is_(None))
    )
    return _read(session, row) if row else None


def corrections_of(session: Session, alert_id: UUID) -> tuple[Alert, ...]:
    """Return the alerts that told of corrections of this one, oldest first."""
    rows = session.scalars(
        select(AlertRow).where(AlertRow.corrects_id == alert_id).order_by(AlertRow.published_at)
    )
    return tuple(_read(session, row) for row in rows)


def time_left(alert: Alert, progress: Progress, price: Price) -> timedelta:
    """Return how long the text messages that wait will take at the provider's pace."""
    waiting = progress.count(*WAITING, channel=Channel.SMS)
    segments = alert.estimate.segments * waiting / (alert.estimate.sms_recipients or 1)
    return timedelta(seconds=round(segments / (price.segments_per_second * PACE_SHARE)))


def latest(session: Session, *, limit: int = 50) -> tuple[Alert, ...]:
    """Return alerts, newest first."""
    rows = session.scalars(select(AlertRow).order_by(AlertRow.published_at.desc()).limit(limit))
    return tuple(_read(session, row) for row in rows)


def references(
    session: Session, *, ids: Collection[UUID] = (), reference: str = ""
) -> dict[UUID, str]:
    """Return the references of those of these ids that are alerts, or who has a reference."""
    rows = session.execute(
        select(AlertRow.id, AlertRow.reference).where(
            or_(AlertRow.id.in_(ids), AlertRow.reference == reference)
        )
    )
    return dict(rows.all())


def progress(session: Session, alert_id: UUID) -> Progress:
    """Return how far an alert has come, in counts."""
    return messages.progress(session, alert(session, alert_id).cause_id)


def pause(session: Session, alert_id: UUID) -> None:
    """Stop sending, within what is in flight."""
    messages.pause(session, alert(session, alert_id).cause_id)


def resume(session: Session, alert_id: UUID) -> Alert:
    """Go on sending; the caller commits and wakes the queue."""
    found = alert(session, alert_id)
    messages.resume(session, found.cause_id)
    return found


def recall(session: Session, alert_id: UUID) -> None:
    """Stop for good: what has not left stays; what has left cannot be called back."""
    messages.recall(session, alert(session, alert_id).cause_id)


def _read(session: Session, row: AlertRow) -> Alert:
    cause = messages.cause(session, row.cause_id)
    return Alert(
        id=row.id,
        reference=row.reference,
        warning_id=row.warning_id,
        cause_id=row.cause_id,
        severity=Severity(row.severity),
        state=cause.state,
        published_by=row.published_by,
        published_at=row.published_at,
        expires_at=cause.expires_at,
        corrects_id=row.corrects_id,
        stopped_channel=cause.stopped_channel,
        told_late_at=cause.told_late_at,
        estimate=Estimate(
            sms_recipients=row.sms_recipients,
            email_recipients=row.email_recipients,
            segments=row.segments,
            cost=row.cost,
            currency=row.currency,
            sms_duration=timedelta(seconds=row.sms_seconds),
            leaves_from=row.leaves_from,
        ),
    )
