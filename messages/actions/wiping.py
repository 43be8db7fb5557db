"""Wiping: what providers still keep of text messages whose cause is done, on a list of its own.

The list is made an hour after a cause began, once none of its texts is open any more, and once
more when its life is over. Until then a lost message is looked for by its words. A copy outlives
its delivery there, so that whoever removes a contact forgets nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from messages.actions.recording import record_receipt
from messages.model import LEASE, WAITING, Channel, DeliveryState, Receipt
from messages.records import CauseRow, DeliveryRow, ProviderCopyRow
from storage.dialects import insert_or_ignore

YOUNG = timedelta(hours=1)  # a cause whose texts are looked for, tried once more, corrected
SOON = timedelta(minutes=10)  # and from then on, the next try is as far off as the list is old
GIVEN_UP_AFTER = timedelta(days=30)
LOOK_BACK = timedelta(days=31)
OPEN = (*WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A text message that its provider still keeps; `next_at` shows whose turn it is to wipe it."""

    provider_id: str
    delivery_id: UUID
    listed_at: datetime
    next_at: datetime


def list_copies(session: Session, *, now: datetime) -> int:
    """List what providers keep of causes that are done; return of how many causes."""
    done = session.execute(
        select(CauseRow.id, CauseRow.copies_listed_at)
        .where(or_(_has_nothing_open(now), _is_over(now)))
        .with_for_update(skip_locked=True)
    ).all()
    for cause_id, listed_before in done:
        since = () if listed_before is None else (DeliveryRow.updated_at >= listed_before,)
        _list(session, DeliveryRow.cause_id == cause_id, *since, now=now)
    session.execute(
        update(CauseRow)
        .where(CauseRow.id.in_([cause_id for cause_id, _ in done]))
        .values(copies_listed_at=now)
        .execution_options(synchronize_session=False)
    )
    return len(done)


def list_copies_for(session: Session, contact_id: UUID, *, now: datetime) -> None:
    """List what providers keep of messages to a contact that is about to be removed."""
    unlisted = select(CauseRow.id).where(
        CauseRow.id == DeliveryRow.cause_id,
        or_(
            CauseRow.copies_listed_at.is_(None), DeliveryRow.updated_at >= CauseRow.copies_listed_at
        ),
    )
    _list(session, DeliveryRow.contact_id == contact_id, unlisted.exists(), now=now)


def take_copies(session: Session, *, limit: int, now: datetime) -> list[Copy]:
    """Take copies that are to be wiped now; commit before asking their provider."""
    rows = session.execute(
        select(ProviderCopyRow.provider_id, ProviderCopyRow.delivery_id, ProviderCopyRow.listed_at)
        .where(ProviderCopyRow.next_at <= now)
        .order_by(ProviderCopyRow.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    held_until = now + LEASE
    _move(session, [row.provider_id for row in rows], held_until)
    return [
        Copy(
            provider_id=row.provider_id,
            delivery_id=row.delivery_id,
            listed_at=row.listed_at,
            next_at=held_until,
        )
        for row in rows
    ]


def record_wiped(session: Session, copy: Copy, *, said: Receipt | None, now: datetime) -> None:
    """Take a copy off the list; what its provider says of it settles a delivery not heard of."""
    session.execute(
        delete(ProviderCopyRow)
        .where(ProviderCopyRow.provider_id == copy.provider_id)
        .execution_options(synchronize_session=False)
    )
    if said is not None:
        record_receipt(session, delivery_id=copy.delivery_id, receipt=said, now=now)


def put_off(session: Session, copy: Copy, *, now: datetime) -> bool:
    """Let a copy that could not be wiped wait; whether it is given up instead."""
    age = now - copy.listed_at
    if age > GIVEN_UP_AFTER:
        record_wiped(session, copy, said=None, now=now)
        return True
    _move(session, [copy.provider_id], now + max(age, SOON))
    return False


def count_copies(session: Session) -> int:
    """Return how many text messages are still to be wiped."""
    return session.scalars(select(func.count()).select_from(ProviderCopyRow)).one()


def _has_nothing_open(now: datetime) -> ColumnElement[bool]:
    """Whether a cause was not listed yet and waits for nothing; accepted texts are asked about."""
    still_open = select(DeliveryRow.id).where(
        DeliveryRow.cause_id == CauseRow.id,
        DeliveryRow.channel == Channel.SMS,
        DeliveryRow.state.in_(OPEN),
    )
    return and_(
        CauseRow.copies_listed_at.is_(None),
        CauseRow.created_at <= now - YOUNG,
        ~still_open.exists(),
    )


def _is_over(now: datetime) -> ColumnElement[bool]:
    return and_(
        CauseRow.expires_at <= now - YOUNG,
        CauseRow.expires_at > now - LOOK_BACK,
        or_(CauseRow.copies_listed_at.is_(None), CauseRow.copies_listed_at <= CauseRow.expires_at),
    )


def _list(session: Session, *which: ColumnElement[bool], now: datetime) -> None:
    for provider_id in (DeliveryRow.provider_id, DeliveryRow.former_id):
        session.execute(
            insert_or_ignore(session, ProviderCopyRow).from_select(
                ["provider_id", "delivery_id", "listed_at", "next_at"],
                select(
                    provider_id,
                    DeliveryRow.id,
                    literal(now, ProviderCopyRow.listed_at.type),
                    literal(now, ProviderCopyRow.next_at.type),
                ).where(
                    *which, DeliveryRow.channel == Channel.SMS, func.length(provider_id) > len("-")
                ),
            )
        )


def _move(session: Session, provider_ids: Collection[str], next_at: datetime) -> None:
    session.execute(
        update(ProviderCopyRow)
        .where(ProviderCopyRow.provider_id.in_(provider_ids))
        .values(next_at=next_at)
        .execution_options(synchronize_session=False)
    )
