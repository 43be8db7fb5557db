"""Causes: opening one with its texts, expanding it to deliveries, steering it, counting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from messages.model import (
    WAITING,
    Cause,
    CauseKind,
    CauseState,
    Channel,
    DeliveryState,
    NoSuchCause,
    Queue,
    Text,
    TextMissing,
)
from messages.records import CauseRow, CauseTextRow, DeliveryRow
from storage.base import ids_along, new_id
from storage.dialects import insert_or_ignore
from storage.sealing import Sealer

SUBJECT = {"table": "cause_text", "column": "sealed_subject"}
BODY = {"table": "cause_text", "column": "sealed_body"}


def open_cause(
    session: Session,
    sealer: Sealer,
    *,
    id: UUID,  # noqa: A002 - the name of the field
    kind: CauseKind,
    queue: Queue,
    texts: Sequence[Text],
    expires_at: datetime,
    now: datetime,
) -> None:
    """Open a cause with its rendered texts; deliveries come by `expand` or `deliver_one`."""
    session.execute(
        insert(CauseRow).values(
            id=id,
            kind=kind,
            queue=queue,
            state=CauseState.OPEN,
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.execute(insert(CauseTextRow), [_text_row(sealer, id, text) for text in texts])


def expand(
    session: Session,
    *,
    cause_id: UUID,
    audience: Select[*tuple[Any, ...]],
    now: datetime,
    not_before: datetime,
) -> dict[Channel, int]:
    """Make one delivery for each row of the audience, in one statement; return the counts.

    The audience has the columns contact_id, channel, text_key and why; not_before, if it has that
    too, says for whom it is later than for all. Doing it twice changes nothing. Raises TextMissing
    if a row asks for a text that the cause does not have.
    """
    chosen = _deliveries(audience, cause_id=cause_id, now=now, not_before=not_before)
    try:
        session.execute(insert_or_ignore(session, DeliveryRow).from_select(_COLUMNS, chosen))
    except IntegrityError as error:
        if "segments" in str(error.orig):
            raise TextMissing from None
        raise
    return _by_channel(session, cause_id)


_COLUMNS = (
    "id",
    "cause_id",
    "contact_id",
    "channel",
    "text_key",
    "why",
    "state",
    "attempts",
    "next_at",
    "segments",
    "reason",
    "updated_at",
)


def _deliveries(
    audience: Select[*tuple[Any, ...]], *, cause_id: UUID, now: datetime, not_before: datetime
) -> Select[*tuple[Any, ...]]:
    """Return the rows to insert.

    A recipient without a text gets no number of segments, which the table refuses: nobody drops
    out silently. The condition keeps SQLite from reading ON CONFLICT as part of the join.
    """
    each = audience.subquery("audience")
    for_all = literal(not_before, DeliveryRow.next_at.type)
    later = each.c.get("not_before")
    text = and_(
        CauseTextRow.cause_id == cause_id,
        CauseTextRow.channel == each.c.channel,
        CauseTextRow.text_key == each.c.text_key,
    )
    return (
        select(
            ids_along(each.c.contact_id),
            literal(cause_id, CauseRow.id.type),
            each.c.contact_id,
            each.c.channel,
            each.c.text_key,
            each.c.why,
            literal(DeliveryState.PENDING.value),
            literal(0),
            func.coalesce(later, for_all) if later is not None else for_all,
            CauseTextRow.segments,
            literal(""),
            literal(now, DeliveryRow.updated_at.type),
        )
        .select_from(each)
        .outerjoin(CauseTextRow, text)
        .where(each.c.contact_id.is_not(None))
        .order_by(each.c.contact_id)  # the unique index then grows from left to right
    )


def deliver_one(
    session: Session,
    *,
    cause_id: UUID,
    contact_id: UUID,
    channel: Channel,
    text_key: str,
    why: str,
    now: datetime,
    not_before: datetime | None = None,
) -> UUID:
    """Make the one delivery of a cause such as a sign-up code; return its id.

    It may leave now, or from `not_before` on. Raises TextMissing.
    """
    segments = session.scalar(
        select(CauseTextRow.segments).where(
            CauseTextRow.cause_id == cause_id,
            CauseTextRow.channel == channel,
            CauseTextRow.text_key == text_key,
        )
    )
    if segments is None:
        raise TextMissing
    delivery_id = new_id()
    session.execute(
        insert(DeliveryRow).values(
            id=delivery_id,
            cause_id=cause_id,
            contact_id=contact_id,
            channel=channel,
            text_key=text_key,
            why=why,
            state=DeliveryState.PENDING,
            attempts=0,
            next_at=not_before or now,
            segments=segments,
            reason="",
            updated_at=now,
        )
    )
    return delivery_id


def cause(session: Session, cause_id: UUID) -> Cause:
    """Return a cause; raises NoSuchCause."""
    row = session.get(CauseRow, cause_id, populate_existing=True)
    if row is None:
        raise NoSuchCause
    return Cause(
        id=row.id,
        kind=CauseKind(row.kind),
        queue=Queue(row.queue),
        state=CauseState(row.state),
        expires_at=row.expires_at,
        stopped_channel=Channel(row.stopped_channel) if row.stopped_channel else None,
        told_late_at=row.told_late_at,
    )


def pause(session: Session, cause_id: UUID) -> None:
    """Let nothing more go out, within what is in flight; a recalled cause stays recalled."""
    _turn(session, cause_id, CauseState.OPEN, CauseState.PAUSED)


def resume(session: Session, cause_id: UUID) -> None:
    """Let a paused cause go on; the caller wakes the queue."""
    _turn(session, cause_id, CauseState.PAUSED, CauseState.OPEN)


def recall(session: Session, cause_id: UUID) -> None:
    """Stop a cause for good: what waits is recalled, what is in flight or has left stays.

    Rows that a worker holds at this moment are left to it, for each waiting for the other's would
    be a deadlock; it finds the cause recalled before it sends them.
    """
    _turn(session, cause_id, CauseState.OPEN, CauseState.RECALLED)
    _turn(session, cause_id, CauseState.PAUSED, CauseState.RECALLED)
    _turn(session, cause_id, CauseState.HELD, CauseState.RECALLED)
    waiting = (
        select(DeliveryRow.id)
        .where(DeliveryRow.cause_id == cause_id, DeliveryRow.state.in_(WAITING))
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(waiting))
        .values(state=DeliveryState.RECALLED, claim_token=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def reset_backoff(session: Session, cause_id: UUID, *, now: datetime) -> None:
    """Try postponed deliveries again at once, such as after a provider's outage."""
    session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.cause_id == cause_id,
            DeliveryRow.state == DeliveryState.PENDING,
            DeliveryRow.attempts > 0,
            DeliveryRow.next_at > now,
        )
        .values(next_at=now)
        .execution_options(synchronize_session=False)
    )


def _text_row(sealer: Sealer, cause_id: UUID, text: Text) -> dict[str, object]:
    text_id = new_id()
    return {
        "id": text_id,
        "cause_id": cause_id,
        "channel": text.channel,
        "text_key": text.text_key,
        "sealed_subject": sealer.seal(text.subject, row=text_id, **SUBJECT),
        "sealed_body": sealer.seal(text.body, row=text_id, **BODY),
        "segments": text.segments,
    }


def _by_channel(session: Session, cause_id: UUID) -> dict[Channel, int]:
    rows = session.execute(
        select(DeliveryRow.channel, func.count())
        .where(DeliveryRow.cause_id == cause_id)
        .group_by(DeliveryRow.channel)
    )
    return {Channel(channel): count for channel, count in rows}


def _turn(session: Session, cause_id: UUID, before: CauseState, after: CauseState) -> None:
    session.execute(
        update(CauseRow)
        .where(CauseRow.id == cause_id, CauseRow.state == before)
        .values(state=after)
        .execution_options(synchronize_session=False)
    )
