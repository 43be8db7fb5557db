"""How far a cause has come, in counts: of its deliveries, and of those that are gone."""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, case, func, null, select
from sqlalchemy.orm import Session

from messages.model import WAITING, Channel, DeliveryState, Progress, Tally
from messages.records import DeliveryCountRow, DeliveryRow


def count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return how many rows of a group a condition holds for."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0, type_=Integer)


def progress(session: Session, cause_id: UUID) -> Progress:
    """Return how far a cause has come, in counts."""
    rows = [
        *session.execute(_counts_of_deliveries(cause_id)),
        *session.execute(_counts_that_were_kept(cause_id)),
    ]
    counts = Counter[tuple[str, str, str]]()
    for row in rows:
        counts[row[0], row[1], row[2]] += row[3]
    return Progress(
        tallies=tuple(
            Tally(channel=Channel(channel), state=DeliveryState(state), reason=reason, count=count)
            for (channel, state, reason), count in sorted(counts.items())
        ),
        first_left_at=min((row[4] for row in rows if row[4]), default=None),
        last_left_at=max((row[5] for row in rows if row[5]), default=None),
        last_change_at=max((row[6] for row in rows), default=None),
        looked_for=sum(row[7] for row in rows),
        resent=sum(row[8] for row in rows),
        next_at=min((row[9] for row in rows if row[9]), default=None),
    )


def _counts_of_deliveries(cause_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            DeliveryRow.channel,
            DeliveryRow.state,
            DeliveryRow.reason,
            func.count(),
            func.min(DeliveryRow.left_at),
            func.max(DeliveryRow.left_at),
            func.max(DeliveryRow.updated_at),
            count_where(DeliveryRow.looks > 0),
            count_where(DeliveryRow.resent.is_(True)),
            func.min(case((DeliveryRow.state.in_(WAITING), DeliveryRow.next_at))),
        )
        .where(DeliveryRow.cause_id == cause_id)
        .group_by(DeliveryRow.channel, DeliveryRow.state, DeliveryRow.reason)
    )


def _counts_that_were_kept(cause_id: UUID) -> Select[*tuple[Any, ...]]:
    """Return the same of deliveries that retention removed."""
    kept = DeliveryCountRow
    return select(
        kept.channel,
        kept.state,
        kept.reason,
        kept.count,
        kept.first_left_at,
        kept.last_left_at,
        kept.last_change_at,
        kept.looked_for,
        kept.resent,
        null(),
    ).where(kept.cause_id == cause_id)
