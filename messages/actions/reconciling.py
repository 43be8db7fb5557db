"""Reconciling: deliveries that nobody knows the fate of are looked for, and then decided upon.

A look is a claim of its own: it moves `look_at` ahead by a lease, so that nobody else looks
meanwhile, and only while that moment still stands may it say what it found.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, select, update
from sqlalchemy.orm import Session

from messages.actions.causes import BODY, SUBJECT
from messages.actions.contacts import open_address
from messages.actions.recording import record_receipt
from messages.looks import Lost, Verdict, verdict
from messages.model import (
    LEASE,
    LOOK_AFTER,
    LOST,
    CauseState,
    Channel,
    DeliveryState,
    Outgoing,
    Queue,
    Receipt,
    ReceiptState,
)
from messages.records import CauseRow, CauseTextRow, ContactRow, DeliveryRow
from storage.sealing import Sealer

CLOCKS_DIFFER = timedelta(minutes=1)
SENT_AGAIN = "sent_again"
BEST_FIRST = (ReceiptState.DELIVERED, ReceiptState.ACCEPTED, ReceiptState.FAILED)


def take_lost(session: Session, sealer: Sealer, *, limit: int, now: datetime) -> list[Lost]:
    """Take deliveries whose look is due, danger first; commit before asking the provider."""
    held_until = now + LEASE
    rows = session.execute(_due_for_a_look(now).limit(limit)).all()
    if rows:
        _change(session, [row.id for row in rows], look_at=held_until)
    return [
        Lost(
            outgoing=_outgoing(sealer, row),
            since=row.created_at - CLOCKS_DIFFER,
            held_until=held_until,
        )
        for row in rows
    ]


def record_look(
    session: Session,
    lost: Lost,
    *,
    found: Sequence[Receipt] | None,
    now: datetime,
    look_after: timedelta = LOOK_AFTER,
) -> Verdict:
    """Write down what a look came to: what the provider has, or None if it keeps no list.

    Of several messages with the same words to the same phone each is one delivery's. A look that
    could not be had is not written down: it is taken again when its hold is over.
    """
    row = session.execute(_held(lost)).one_or_none()
    if row is None:
        return Verdict.OVERTAKEN
    receipt = _not_anothers(session, row.fingerprint, found or ())
    if receipt is not None:
        record_receipt(session, delivery_id=row.id, receipt=receipt, now=now)
        return Verdict.FOUND
    lives = row.state != CauseState.RECALLED and row.expires_at > now
    came_to = verdict(
        looks=row.looks + 1,
        queue=Queue(row.queue),
        channel=Channel(row.channel),
        resent=row.resent,
        may_go=lives and row.stopped_channel != row.channel,
        listed=found is not None,
    )
    owed = lives and row.channel == Channel.SMS
    after = _after(came_to, now=now, look_again_at=now + look_after, owed=owed)
    _change(session, [row.id], looks=row.looks + 1, updated_at=now, **after)
    return came_to


def _after(
    came_to: Verdict, *, now: datetime, look_again_at: datetime, owed: bool
) -> dict[str, object]:
    """Return what changes about a delivery that was not found."""
    match came_to:
        case Verdict.LOOK_AGAIN:
            return {"look_at": look_again_at}
        case Verdict.RESEND:
            return sent_again(now)
        case Verdict.LOST:
            return {
                "state": DeliveryState.FAILED,
                "look_at": None,
                "mail_owed": owed,
                "reason": LOST,
            }
        case _:
            return {"look_at": None, "mail_owed": owed}


def sent_again(now: datetime) -> dict[str, object]:
    """Return what changes about a delivery that is sent once more, possibly twice."""
    return {
        "state": DeliveryState.PENDING,
        "next_at": now,
        "resent": True,
        "claim_token": None,  # the worker before has no say in it any more
        "look_at": None,
        "reason": SENT_AGAIN,
    }


def _due_for_a_look(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            DeliveryRow.id,
            DeliveryRow.contact_id,
            DeliveryRow.channel,
            DeliveryRow.segments,
            ContactRow.sealed_address,
            CauseRow.created_at,
            CauseRow.expires_at,
            CauseTextRow.id.label("text_id"),
            CauseTextRow.sealed_subject,
            CauseTextRow.sealed_body,
        )
        .join(ContactRow, ContactRow.id == DeliveryRow.contact_id)
        .join(CauseRow, CauseRow.id == DeliveryRow.cause_id)
        .join(
            CauseTextRow,
            (CauseTextRow.cause_id == DeliveryRow.cause_id)
            & (CauseTextRow.channel == DeliveryRow.channel)
            & (CauseTextRow.text_key == DeliveryRow.text_key),
        )
        .where(DeliveryRow.look_at <= now, DeliveryRow.state == DeliveryState.UNKNOWN)
        .order_by(case((CauseRow.queue == Queue.DANGER, 0), else_=1), DeliveryRow.look_at)
        .with_for_update(of=DeliveryRow, skip_locked=True)
    )


def _outgoing(sealer: Sealer, row: Row[*tuple[Any, ...]]) -> Outgoing:
    return Outgoing(
        delivery_id=row.id,
        channel=Channel(row.channel),
        address=open_address(sealer, row.sealed_address, row.contact_id),
        subject=sealer.text(row.sealed_subject, row=row.text_id, **SUBJECT),
        body=sealer.text(row.sealed_body, row=row.text_id, **BODY),
        segments=row.segments,
        expires_at=row.expires_at,
    )


def _held(lost: Lost) -> Select[*tuple[Any, ...]]:
    """Return the delivery, locked, if this look may still decide on it."""
    return (
        select(
            DeliveryRow.id,
            DeliveryRow.channel,
            DeliveryRow.looks,
            DeliveryRow.resent,
            ContactRow.fingerprint,
            CauseRow.queue,
            CauseRow.state,
            CauseRow.expires_at,
            CauseRow.stopped_channel,
        )
        .join(ContactRow, ContactRow.id == DeliveryRow.contact_id)
        .join(CauseRow, CauseRow.id == DeliveryRow.cause_id)
        .where(
            DeliveryRow.id == lost.outgoing.delivery_id,
            DeliveryRow.state == DeliveryState.UNKNOWN,
            DeliveryRow.look_at == lost.held_until,
        )
        .with_for_update(of=DeliveryRow)
    )


def _not_anothers(session: Session, fingerprint: bytes, found: Sequence[Receipt]) -> Receipt | None:
    """Return the best of these messages that is not known as another delivery's.

    Two looks for the same phone wait for one another here, or both might take one message.
    """
    if not found:
        return None
    same = session.scalars(
        select(ContactRow.id)
        .where(ContactRow.fingerprint == fingerprint)
        .order_by(ContactRow.id)
        .with_for_update(key_share=True)
    ).all()
    known = {
        provider_id
        for row in session.execute(
            select(DeliveryRow.provider_id, DeliveryRow.former_id).where(
                DeliveryRow.contact_id.in_(same)
            )
        )
        for provider_id in row
    }
    free = [each for each in found if each.provider_id not in known]
    return min(free, key=lambda each: BEST_FIRST.index(each.state), default=None)


def _change(session: Session, ids: Sequence[UUID], **values: object) -> None:
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(ids))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
