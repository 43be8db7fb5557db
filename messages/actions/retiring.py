"""Retiring: texts of messages a week after their end, deliveries after 90 days; counts stay."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Executable,
    MetaData,
    Select,
    Table,
    Uuid,
    case,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from messages.model import WAITING, DeliveryState
from messages.records import CauseRow, CauseTextRow, DeliveryCountRow, DeliveryRow
from storage.dialects import upsert
from storage.retention import Rule, count_rows

TEXTS_KEPT = timedelta(days=7)
DELIVERIES_KEPT = timedelta(days=90)
# Kept by a connection for itself, and empty but for the part that is being removed.
_PART = Table("part", MetaData(), Column("id", Uuid, primary_key=True), prefixes=["TEMPORARY"])
ONGOING = (*WAITING, DeliveryState.SENDING)


def retention() -> tuple[Rule, ...]:
    """Return what of messages is kept for how long."""
    return (
        Rule(
            name="message texts",
            kept=TEXTS_KEPT,
            total=lambda session: count_rows(session, select(CauseTextRow.id)),
            due=lambda session, at: count_rows(session, _texts(at)),
            remove=_remove_texts,
        ),
        Rule(
            name="deliveries",
            kept=DELIVERIES_KEPT,
            total=lambda session: count_rows(session, select(DeliveryRow.id)),
            due=lambda session, at: count_rows(session, _deliveries(at)),
            remove=_remove_deliveries,
        ),
    )


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
    """Add deliveries to the counts of their causes, and delete them.

    They are locked first: a receipt that comes meanwhile finds its delivery gone, and is not
    counted as what it was before. Their ids stay in the database: to bring a million of them here
    took longer than all the rest.
    """
    _PART.create(session.connection(), checkfirst=True)
    session.execute(delete(_PART))
    chosen = _deliveries(at).limit(most).with_for_update(of=DeliveryRow)
    session.execute(insert(_PART).from_select(["id"], chosen))
    those = DeliveryRow.id.in_(select(_PART.c.id))
    session.execute(_adding_to_counts(session, those))
    gone = delete(DeliveryRow).where(those)
    session.execute(gone.execution_options(synchronize_session=False))
    return session.scalar(select(func.count()).select_from(_PART)) or 0


def _adding_to_counts(session: Session, part: ColumnElement[bool]) -> Executable:
    """Return the statement that adds what came of some deliveries to the counts."""
    kept, gone = DeliveryCountRow, DeliveryRow
    ends = (gone.cause_id, gone.channel, gone.state, gone.reason)
    figures = {
        "count": func.count(),
        "first_left_at": func.min(gone.left_at),
        "last_left_at": func.max(gone.left_at),
        "last_change_at": func.max(gone.updated_at),
        "looked_for": _how_many(gone.looks > 0),
        "resent": _how_many(gone.resent),
    }
    adding = upsert(session, kept).from_select(
        [*(end.key for end in ends), *figures],
        select(*ends, *figures.values()).where(part).group_by(*ends),
    )
    new = adding.excluded
    return adding.on_conflict_do_update(
        index_elements=[kept.cause_id, kept.channel, kept.state, kept.reason],
        set_={
            "count": kept.count + new["count"],
            "first_left_at": _first(kept.first_left_at, new.first_left_at),
            "last_left_at": _last(kept.last_left_at, new.last_left_at),
            "last_change_at": _last(kept.last_change_at, new.last_change_at),
            "looked_for": kept.looked_for + new.looked_for,
            "resent": kept.resent + new.resent,
        },
    )


def _how_many(those: ColumnElement[bool] | InstrumentedAttribute[bool]) -> ColumnElement[int]:
    return func.sum(case((those, 1), else_=0))


def _first(one: InstrumentedAttribute[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one.is_(None), other), (other < one, other), else_=one)


def _last(one: InstrumentedAttribute[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one.is_(None), other), (other > one, other), else_=one)
