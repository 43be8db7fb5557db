"""Sweeping: what a worker left behind, what is over, and what waits to be sent."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from messages.model import (
    FILTERED,
    LOOK_AFTER,
    LOST,
    CauseKind,
    CauseState,
    Channel,
    DeliveryState,
    Due,
    Queue,
)
from messages.records import CauseRow, DeliveryRow

LOOK_BACK = timedelta(days=31)
CODES_KEPT = timedelta(days=1)


def expire_leases(
    session: Session, *, now: datetime, look_after: timedelta = LOOK_AFTER
) -> dict[DeliveryState, int]:
    """Take deliveries from workers that died; return how many now wait and how many are unknown.

    What was only claimed was not sent and waits again. What was being sent is unknown, is looked
    for after a while, and keeps its token in case the worker is alive after all. Rows that
    another transaction holds are left: a worker that froze in one must not hold up all the others.
    """
    waiting = session.execute(
        update(DeliveryRow)
        .where(_ran_out(DeliveryState.CLAIMED, now))
        .values(state=DeliveryState.PENDING, claim_token=None, lease_until=None, updated_at=now)
        .returning(DeliveryRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    unknown = session.execute(
        update(DeliveryRow)
        .where(_ran_out(DeliveryState.SENDING, now))
        .values(
            state=DeliveryState.UNKNOWN,
            lease_until=None,
            looks=0,
            look_at=now + look_after,
            reason=LOST,
            updated_at=now,
        )
        .returning(DeliveryRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    return {DeliveryState.PENDING: len(waiting), DeliveryState.UNKNOWN: len(unknown)}


def _ran_out(state: DeliveryState, now: datetime) -> ColumnElement[bool]:
    return DeliveryRow.id.in_(
        select(DeliveryRow.id)
        .where(DeliveryRow.lease_until <= now, DeliveryRow.state == state)
        .with_for_update(skip_locked=True)
    )


def expire_causes(session: Session, *, now: datetime) -> None:
    """Let deliveries that still wait end with their cause."""
    over = select(CauseRow.id).where(
        CauseRow.expires_at <= now, CauseRow.expires_at > now - LOOK_BACK, _waits()
    )
    _end_waiting(
        session, DeliveryRow.cause_id.in_(over), state=DeliveryState.EXPIRED, updated_at=now
    )


def end_what_is_stopped(session: Session, *, now: datetime) -> None:
    """Let deliveries end whose channel was stopped, or that came back to wait after a recall."""
    recent = CauseRow.expires_at > now - LOOK_BACK
    recalled = select(CauseRow.id).where(recent, CauseRow.state == CauseState.RECALLED, _waits())
    _end_waiting(
        session, DeliveryRow.cause_id.in_(recalled), state=DeliveryState.RECALLED, updated_at=now
    )
    for channel in Channel:
        here = DeliveryRow.channel == channel
        stopped = select(CauseRow.id).where(
            recent, CauseRow.stopped_channel == channel, _waits(here)
        )
        _end_waiting(
            session,
            and_(here, DeliveryRow.cause_id.in_(stopped)),
            state=DeliveryState.FAILED,
            reason=FILTERED,
            mail_owed=True,
            updated_at=now,
        )


def due(session: Session, *, now: datetime) -> list[Due]:
    """Return the channels of open causes with deliveries that could go out now."""
    found = []
    for channel in Channel:
        rows = session.execute(
            select(CauseRow.id, CauseRow.queue)
            .where(
                CauseRow.expires_at > now,
                CauseRow.state == CauseState.OPEN,
                CauseRow.stopped_channel.is_distinct_from(channel.value),
                _waits(DeliveryRow.channel == channel, DeliveryRow.next_at <= now),
            )
            .order_by(CauseRow.created_at)
        )
        found += [Due(cause_id=id_, channel=channel, queue=Queue(queue)) for id_, queue in rows]
    return found


def forget_codes(session: Session, *, now: datetime) -> None:
    """Delete codes and their deliveries a day after they stopped working."""
    session.execute(
        delete(CauseRow)
        .where(CauseRow.kind == CauseKind.CODE, CauseRow.expires_at < now - CODES_KEPT)
        .execution_options(synchronize_session=False)
    )


def _end_waiting(session: Session, which: ColumnElement[bool], **values: object) -> None:
    """Let deliveries that wait end so; what another sweep holds is left to it."""
    waiting = (
        select(DeliveryRow.id)
        .where(DeliveryRow.state == DeliveryState.PENDING, which)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(waiting))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _waits(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a cause has a delivery that waits; channels are named so that the index serves."""
    return (
        select(DeliveryRow.id)
        .where(
            DeliveryRow.cause_id == CauseRow.id,
            DeliveryRow.channel.in_(list(Channel)),
            DeliveryRow.state == DeliveryState.PENDING,
            *conditions,
        )
        .exists()
    )
