"""Digests: once a day, the number of new routine warnings, to those who chose that.

A digest counts from where the contact's last one ended, two days back at most, so that a day on
which the service was down is made up by the next; a row for each contact and local day makes it
once, however many schedulers ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
    values,
)
from sqlalchemy.orm import Session, aliased

from alerts.composing import MOST_COUNTED, OVERFLOW, compose_digest
from alerts.records import AlertRow, DigestRow
from members import actions as members
from members.model import DigestDue, Severity, WorkSetting
from messages import actions as messages
from messages.model import CauseKind, CauseState, Queue
from reports import actions as reports
from storage.base import Moment, new_id
from storage.dialects import insert_or_ignore
from storage.keys import Sealers

LOOK_BACK = timedelta(days=2)
DIGEST_LIFE = timedelta(days=1)
UNCOUNTED = (CauseState.RECALLED, CauseState.HELD)  # held: it may have been counted before
MOST_PARTS = 20  # of one union; SQLite takes 500 at most
WHY = "digest"

Addressed = tuple[tuple[str, ...], tuple[WorkSetting, ...]]  # areas and settings


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineAlert:
    """What a digest needs to know of a routine alert to count it."""

    areas: tuple[str, ...]
    settings: tuple[WorkSetting, ...]
    published_at: datetime
    leaves_from: datetime


def routine_alerts(
    session: Session, sealers: Sealers, *, now: datetime
) -> tuple[RoutineAlert, ...]:
    """Return the routine alerts that a digest which is due by now may count; not recalled ones."""
    rows = session.scalars(
        select(AlertRow).where(
            AlertRow.severity == Severity.RISK,
            AlertRow.corrects_id.is_(None),
            AlertRow.leaves_from > now - 2 * LOOK_BACK,
            AlertRow.leaves_from <= now,
        )
    )
    return tuple(
        _routine(session, sealers, row)
        for row in rows
        if messages.cause(session, row.cause_id).state not in UNCOUNTED
    )


def send_digest(
    session: Session,
    sealers: Sealers,
    *,
    due: DigestDue,
    alerts: Sequence[RoutineAlert],
    link: str,
    time_zone: str,
    now: datetime,
) -> UUID | None:
    """Make the deliveries of a digest that were not made yet; return their cause, if there are any.

    One transaction: the caller commits and wakes the routine queue.
    """
    counted = [each for each in alerts if due.at - LOOK_BACK < each.leaves_from <= due.at]
    if not counted:
        return None
    counts = _counts(due, counted).subquery("counts")
    if not session.scalar(select(exists().where(_not_made(counts, due)))):
        return None
    with session.begin_nested() as attempt:
        cause_id = _open(session, sealers, link, len(counted), now)
        if not _take(session, counts, due, cause_id):  # somebody else was quicker
            attempt.rollback()
            return None
    messages.expand(
        session,
        cause_id=cause_id,
        audience=members.in_peace(
            _taken(counts, due, cause_id),
            severity=Severity.RISK,
            quiet=members.quiet_at(session, at=now, time_zone=time_zone),
        ),
        now=now,
        not_before=now,
    )
    return cause_id


def _routine(session: Session, sealers: Sealers, row: AlertRow) -> RoutineAlert:
    draft = reports.warning(session, sealers.reports, row.warning_id).draft
    return RoutineAlert(
        areas=tuple(draft.areas),
        settings=tuple(draft.settings),
        published_at=row.published_at,
        leaves_from=row.leaves_from,
    )


def _counts(due: DigestDue, alerts: Sequence[RoutineAlert]) -> Select[*tuple[Any, ...]]:
    """Return how many of these alerts are new to each contact; none to those with no new one."""
    each = _each(due, alerts).subquery("each")
    before = (
        select(DigestRow.contact_id, func.max(DigestRow.counted_to).label("counted_to"))
        .where(DigestRow.period != due.period, DigestRow.counted_to > due.at - LOOK_BACK)
        .group_by(DigestRow.contact_id)
        .subquery("before")
    )
    number = func.count()
    words = case((number > MOST_COUNTED, OVERFLOW), else_=cast(number, String))
    return (
        select(
            each.c.contact_id,
            each.c.channel,
            (each.c.text_key + "/" + words).label("text_key"),
        )
        .outerjoin(before, before.c.contact_id == each.c.contact_id)
        .where(or_(before.c.counted_to.is_(None), before.c.counted_to < each.c.leaves_from))
        .group_by(each.c.contact_id, each.c.channel, each.c.text_key)
    )


def _each(due: DigestDue, alerts: Sequence[RoutineAlert]) -> CompoundSelect[*tuple[Any, ...]]:
    """Return a row for each alert and each contact that hears of it.

    Members are looked up once for alerts that are addressed alike, however many these are.
    """
    parts = {key: part for part, key in enumerate(dict.fromkeys(map(_addressed, alerts)))}
    counted = (
        values(
            column("part", Integer),
            column("published_at", Moment),
            column("leaves_from", Moment),
            name="counted",
        )
        .data([(parts[_addressed(each)], each.published_at, each.leaves_from) for each in alerts])
        .cte()
    )
    return _all([_recipients(due, key, part, counted) for key, part in parts.items()])


def _addressed(alert: RoutineAlert) -> Addressed:
    return tuple(sorted(alert.areas)), tuple(sorted(alert.settings))


def _all(parts: Sequence[Select[*tuple[Any, ...]]]) -> CompoundSelect[*tuple[Any, ...]]:
    """Return one union of all parts, a union of unions where they are many."""
    while len(parts) > MOST_PARTS:
        parts = [
            select(union_all(*parts[at : at + MOST_PARTS]).subquery())
            for at in range(0, len(parts), MOST_PARTS)
        ]
    return union_all(*parts)


def _recipients(
    due: DigestDue, addressed: Addressed, part: int, counted: CTE
) -> Select[*tuple[Any, ...]]:
    """Return who hears of each of the alerts that are addressed alike."""
    areas, settings = addressed
    found = members.digest_audience(areas=areas, settings=settings, due=due).subquery()
    new = and_(counted.c.part == part, found.c.digest_since <= counted.c.published_at)
    return select(
        found.c.contact_id, found.c.channel, found.c.text_key, counted.c.leaves_from
    ).join(counted, new)


def _not_made(counts: Subquery, due: DigestDue) -> ColumnElement[bool]:
    """Whether a contact's digest of this day is not made yet."""
    made = aliased(DigestRow)
    return and_(
        counts.c.contact_id.is_not(None),
        ~exists().where(made.contact_id == counts.c.contact_id, made.period == due.period),
    )


def _open(session: Session, sealers: Sealers, link: str, most: int, now: datetime) -> UUID:
    cause_id = new_id()
    messages.open_cause(
        session,
        sealers.contacts,
        id=cause_id,
        kind=CauseKind.DIGEST,
        queue=Queue.ROUTINE,
        texts=compose_digest(link, most=most),
        expires_at=now + DIGEST_LIFE,
        now=now,
    )
    return cause_id


def _take(session: Session, counts: Subquery, due: DigestDue, cause_id: UUID) -> bool:
    """Write down whose digest this cause is; whether there is anybody.

    In one order, so that two who do this at once wait for each other and do not lock each other up.
    """
    rows = (
        select(
            counts.c.contact_id,
            literal(due.period, DigestRow.period.type),
            literal(cause_id, DigestRow.cause_id.type),
            literal(due.at, DigestRow.counted_to.type),
        )
        .where(_not_made(counts, due))
        .order_by(counts.c.contact_id)
    )
    insert = insert_or_ignore(session, DigestRow).from_select(
        ["contact_id", "period", "cause_id", "counted_to"], rows
    )
    session.execute(insert)
    return bool(session.scalar(select(exists().where(DigestRow.cause_id == cause_id))))


def _taken(counts: Subquery, due: DigestDue, cause_id: UUID) -> Select[*tuple[Any, ...]]:
    ours = and_(
        DigestRow.contact_id == counts.c.contact_id,
        DigestRow.period == due.period,
        DigestRow.cause_id == cause_id,
    )
    return select(
        counts.c.contact_id,
        counts.c.channel,
        counts.c.text_key,
        literal(WHY).label("why"),
    ).join(DigestRow, ours)
