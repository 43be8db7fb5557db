"""Retiring: texts of messages a week after their end, deliveries after 90 days; counts stay."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, case, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from messages.model import WAITING, DeliveryState
from messages.records import CauseRow, CauseTextRow, DeliveryCountRow, DeliveryRow
from storage.dialects import upsert
from storage.retention import Rule

TEXTS_KEPT = timedelta(days=7)
DELIVERIES_KEPT = timedelta(days=90)
ONGOING = (*WAITING, DeliveryState.SENDING)


def retention() -> tuple[Rule, ...]:
    """Return what of messages is kept for how long."""
    return (
        Rule(
            name="message texts",
            kept=TEXTS_KEPT,
            total=lambda session: _count(session, select(CauseTextRow.id)),
            due=lambda session, at: _count(session, _texts(at)),
            remove=_remove_texts,
        ),
        Rule(
            name="deliveries",
            kept=DELIVERIES_KEPT,
            total=lambda session: _count(session, select(DeliveryRow.id)),
            due=lambda session, at: _count(session, _deliveries(at)),
            remove=_remove_deliveries,
        ),
    )


def _count(session: Session, rows: Select[*tuple[Any, ...]]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _over(at: datetime, kept: timedelta) -> ColumnElement[bool]:
    return CauseRow.expires_at < at - kept


def _texts(at: datetime) -> Select[UUID]:
    """Return the texts of causes that ended a week before, and of which nothing is under way."""
    ongoing = select(DeliveryRow.id).where(
        DeliveryRow.cause_id == CauseRow.id, DeliveryRow.state.in_(ONGOING)
    )
    return (
        select(CauseTextRow.id)
        .join(CauseRow, CauseRow.id == CauseTextRow.cause_id)
        .where(_over(at, TEXTS_KEPT), ~ongoing.exists())
    )


def _remove_texts(session: Session, at: datetime, most: int) -> int:
    chosen = session.scalars(_texts(at).limit(most)).all()
    session.execute(delete(CauseTextRow).where(CauseTextRow.id.in_(chosen)))
    return len(chosen)


def _deliveries(at: datetime) -> Select[UUID]:
    """Return the deliveries of causes that ended 90 days before; what is under way never is."""
    return (
        select(DeliveryRow.id)
        .join(CauseRow, CauseRow.id == DeliveryRow.cause_id)
        .where(_over(at, DELIVERIES_KEPT), DeliveryRow.state.not_in(ONGOING))
    )


def _remove_deliveries(session: Session, at: datetime, most: int) -> int:
    """Delete deliveries, and add them to the counts of their causes."""
    gone = session.execute(
        delete(DeliveryRow)
        .where(DeliveryRow.id.in_(_deliveries(at).limit(most)))
        .returning(
            DeliveryRow.cause_id,
            DeliveryRow.channel,
            DeliveryRow.state,
            DeliveryRow.reason,
            DeliveryRow.left_at,
            DeliveryRow.updated_at,
            DeliveryRow.looks,
            DeliveryRow.resent,
        )
        .execution_options(synchronize_session=False)
    ).all()
    ends: defaultdict[tuple[UUID, str, str, str], list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in gone:
        ends[row.cause_id, row.channel, row.state, row.reason].append(row)
    if ends:
        _add_to_counts(session, [_count_of(*end, rows) for end, rows in ends.items()])
    return len(gone)


def _count_of(
    cause_id: UUID, channel: str, state: str, reason: str, rows: Sequence[Row[*tuple[Any, ...]]]
) -> dict[str, object]:
    left = [row.left_at for row in rows if row.left_at]
    return {
        "cause_id": cause_id,
        "channel": channel,
        "state": state,
        "reason": reason,
        "count": len(rows),
        "first_left_at": min(left, default=None),
        "last_left_at": max(left, default=None),
        "last_change_at": max(row.updated_at for row in rows),
        "looked_for": sum(row.looks > 0 for row in rows),
        "resent": sum(row.resent for row in rows),
    }


def _add_to_counts(session: Session, counts: Sequence[dict[str, object]]) -> None:
    adding = upsert(session, DeliveryCountRow)
    kept, new = DeliveryCountRow, adding.excluded
    session.execute(
        adding.on_conflict_do_update(
            index_elements=[kept.cause_id, kept.channel, kept.state, kept.reason],
            set_={
                "count": kept.count + new["count"],
                "first_left_at": _first(kept.first_left_at, new.first_left_at),
                "last_left_at": _last(kept.last_left_at, new.last_left_at),
                "last_change_at": _last(kept.last_change_at, new.last_change_at),
                "looked_for": kept.looked_for + new.looked_for,
                "resent": kept.resent + new.resent,
            },
        ),
        counts,
    )


def _first(one: InstrumentedAttribute[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one.is_(None), other), (other < one, other), else_=one)


def _last(one: InstrumentedAttribute[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one.is_(None), other), (other > one, other), else_=one)
