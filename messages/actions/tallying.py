"""Counting: which causes should move, and what the queues hold."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from messages.actions.progressing import count_where
from messages.actions.wiping import count_copies
from messages.model import (
    CauseKind,
    CauseState,
    Channel,
    DeliveryState,
    Queue,
)
from messages.records import CauseRow, DeliveryRow

IN_HAND = (DeliveryState.CLAIMED, DeliveryState.SENDING)
POSTPONED_WITHIN = timedelta(minutes=15)  # beyond, a row waits for its hour rather than a provider

LEAVING_WITHIN = timedelta(minutes=5)
FAILING_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A cause that has something to send now, and when something of it last left."""

    cause_id: UUID
    kind: CauseKind
    queue: Queue
    created_at: datetime
    told_late_at: datetime | None
    to_send: int
    due_since: datetime | None  # none if a provider put everything off
    last_left_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is due in a queue by a channel, and what workers hold of it."""

    queue: Queue
    channel: Channel
    due: int
    in_hand: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What the queues hold, what left within LEAVING_WITHIN, what failed within FAILING_WITHIN."""

    backlogs: tuple[Backlog, ...]
    left: dict[Channel, int]
    failing: dict[tuple[Channel, DeliveryState], int]
    kept: int  # text messages that providers are still to wipe

    @property
    def due(self) -> int:
        """Return how many are due in all queues."""
        return sum(each.due for each in self.backlogs)

    @property
    def in_hand(self) -> int:
        """Return how many workers hold."""
        return sum(each.in_hand for each in self.backlogs)

    @property
    def left_a_minute(self) -> float:
        """Return how many left in a minute, lately."""
        return sum(self.left.values()) / (LEAVING_WITHIN / timedelta(minutes=1))

    def fell_short(self, state: DeliveryState) -> int:
        """Return how many failed, or are unknown, on all channels."""
        return sum(count for (_channel, each), count in self.failing.items() if each is state)


def moving(
    session: Session,
    *,
    kinds: Collection[CauseKind],
    now: datetime,
    cause_ids: Collection[UUID] | None = None,
) -> tuple[Motion, ...]:
    """Return the open causes of these kinds, or those of them named, with something to send now.

    That is what is due, what a worker holds and what a provider put off; not what waits for its
    hour, nor what is tried once more because a phone was off.
    """
    return tuple(
        Motion(
            cause_id=row.id,
            kind=CauseKind(row.kind),
            queue=Queue(row.queue),
            created_at=row.created_at,
            told_late_at=row.told_late_at,
            to_send=to_send,
            due_since=due_since,
            last_left_at=last_left_at,
        )
        for row in session.execute(_with_something_to_send(kinds, now, cause_ids)).all()
        for to_send, due_since, last_left_at in [_motion(session, row.id, now)]
    )


def traffic(session: Session, *, now: datetime) -> Traffic:
    """Return what the queues hold, what left lately and what did not get through."""
    return Traffic(
        backlogs=_backlogs(session, now),
        left=_left(session, now),
        failing=_failing(session, now),
        kept=count_copies(session),
    )


def _with_something_to_send(
    kinds: Collection[CauseKind], now: datetime, cause_ids: Collection[UUID] | None
) -> Select[*tuple[Any, ...]]:
    """Return the open causes of these kinds, the oldest first; of those named, if any are."""
    named = () if cause_ids is None else (CauseRow.id.in_(cause_ids),)
    to_send = select(DeliveryRow.id).where(DeliveryRow.cause_id == CauseRow.id, _to_send(now))
    return (
        select(
            CauseRow.id, CauseRow.kind, CauseRow.queue, CauseRow.created_at, CauseRow.told_late_at
        )
        .where(
            CauseRow.kind.in_(list(kinds)),
            CauseRow.state == CauseState.OPEN,
            CauseRow.expires_at > now,
            *named,
            to_send.exists(),
        )
        .order_by(CauseRow.created_at)
    )


def _motion(
    session: Session, cause_id: UUID, now: datetime
) -> tuple[int, datetime | None, datetime | None]:
    """Return how many are to be sent, since when the longest untried is due, when one left."""
    mine = DeliveryRow.cause_id == cause_id
    ready = DeliveryRow.next_at <= now
    to_send, due_since = session.execute(
        select(func.count(), func.min(case((ready, DeliveryRow.next_at)))).where(
            mine, _to_send(now)
        )
    ).one()
    left = select(func.max(DeliveryRow.left_at)).where(mine, DeliveryRow.left_at.is_not(None))
    return to_send, due_since, session.scalars(left).one()


def _to_send(now: datetime) -> ColumnElement[bool]:
    """Whether a delivery ought to be leaving; channels are named so that the index serves."""
    put_off = and_(
        DeliveryRow.next_at <= now + POSTPONED_WITHIN,
        DeliveryRow.attempts > 0,
        DeliveryRow.former_id.is_(None),
    )
    return and_(
        DeliveryRow.channel.in_(list(Channel)),
        or_(
            DeliveryRow.state.in_(IN_HAND),
            and_(
                DeliveryRow.state == DeliveryState.PENDING,
                or_(DeliveryRow.next_at <= now, put_off),
            ),
        ),
    )


def _backlogs(session: Session, now: datetime) -> tuple[Backlog, ...]:
    due = and_(DeliveryRow.state == DeliveryState.PENDING, DeliveryRow.next_at <= now)
    rows = session.execute(
        select(
            CauseRow.queue,
            DeliveryRow.channel,
            count_where(due),
            count_where(DeliveryRow.state.in_(IN_HAND)),
            func.min(case((due, DeliveryRow.next_at))),
        )
        .join(DeliveryRow, DeliveryRow.cause_id == CauseRow.id)
        .where(
            CauseRow.state == CauseState.OPEN,
            CauseRow.expires_at > now,
            DeliveryRow.channel.in_(list(Channel)),
            or_(due, DeliveryRow.state.in_(IN_HAND)),
        )
        .group_by(CauseRow.queue, DeliveryRow.channel)
    )
    found = {
        (Queue(queue), Channel(channel)): (waiting, in_hand, oldest)
        for queue, channel, waiting, in_hand, oldest in rows
    }
    nothing = (0, 0, None)
    return tuple(
        Backlog(queue=queue, channel=channel, due=due_now, in_hand=in_hand, oldest_at=oldest)
        for queue in Queue
        for channel in Channel
        for due_now, in_hand, oldest in [found.get((queue, channel), nothing)]
    )


def _left(session: Session, now: datetime) -> dict[Channel, int]:
    rows = session.execute(
        select(DeliveryRow.channel, func.count())
        .join(CauseRow, CauseRow.id == DeliveryRow.cause_id)
        .where(
            CauseRow.expires_at > now - LEAVING_WITHIN,
            DeliveryRow.left_at > now - LEAVING_WITHIN,
        )
        .group_by(DeliveryRow.channel)
    )
    found = {Channel(channel): count for channel, count in rows}
    return {channel: found.get(channel, 0) for channel in Channel}


def _failing(session: Session, now: datetime) -> dict[tuple[Channel, DeliveryState], int]:
    states = (DeliveryState.FAILED, DeliveryState.UNKNOWN)
    rows = session.execute(
        select(DeliveryRow.channel, DeliveryRow.state, func.count())
        .join(CauseRow, CauseRow.id == DeliveryRow.cause_id)
        .where(
            CauseRow.expires_at > now - FAILING_WITHIN,
            DeliveryRow.channel.in_(list(Channel)),
            DeliveryRow.state.in_(states),
            DeliveryRow.updated_at > now - FAILING_WITHIN,
        )
        .group_by(DeliveryRow.channel, DeliveryRow.state)
    )
    found = {(Channel(channel), DeliveryState(state)): count for channel, state, count in rows}
    return {
        (channel, state): found.get((channel, state), 0) for channel in Channel for state in states
    }
