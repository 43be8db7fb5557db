"""What follows from a failure, beyond the delivery itself: another try, a stop, a mark."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlalchemy.orm import Session

from messages.model import TRY_AGAIN_AFTER, CauseState, DeliveryState, OwnWish, Receipt, Refused
from messages.records import CauseRow, ContactRow, DeliveryRow, SuppressionRow
from storage.dialects import insert_or_ignore

OPTED_OUT = OwnWish.OPTED_OUT.value
UNREACHABLE = "unreachable"
NO_ID = "-"  # of a message that the provider refused at once


def try_again(
    session: Session, which: Sequence[ColumnElement[bool]], provider_id: str, *, now: datetime
) -> bool:
    """Let a delivery to a phone out of reach wait for one more try; whether it may.

    Not a second time, and not if its cause is over by then. The message before is remembered, so
    that what its provider goes on to say of it does not move the next one.
    """
    at = now + TRY_AGAIN_AFTER
    lasts = select(CauseRow.id).where(
        CauseRow.id == DeliveryRow.cause_id,
        CauseRow.state != CauseState.RECALLED,
        CauseRow.expires_at > at,
        CauseRow.stopped_channel.is_distinct_from(DeliveryRow.channel),
    )
    changed = session.scalars(
        update(DeliveryRow)
        .where(*which, DeliveryRow.former_id.is_(None), lasts.exists())
        .values(
            state=DeliveryState.PENDING,
            next_at=at,
            former_id=func.coalesce(DeliveryRow.provider_id, provider_id or NO_ID),
            provider_id=None,
            claim_token=None,
            lease_until=None,
            look_at=None,
            reason=UNREACHABLE,
            updated_at=now,
        )
        .returning(DeliveryRow.id)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.all())


def owes_mail(said: Refused | Receipt) -> bool:
    """Whether the person is to get a mail instead."""
    return said.unreachable or said.filtered


def spread_word(session: Session, said: Mapping[UUID, Refused | Receipt], now: datetime) -> None:
    """Keep for what follows what was said of these: opted out, a bad address, filtered."""
    _suppress_contacts(session, [id_ for id_, each in said.items() if each.opted_out], now)
    _mark_bad(session, [id_ for id_, each in said.items() if each.bad_address], now)
    for id_ in [id_ for id_, each in said.items() if each.filtered]:
        _stop_channel(session, id_)


def _stop_channel(session: Session, delivery_id: UUID) -> None:
    """Send nothing more by its channel of a delivery's cause; the sweep ends what waits.

    Whatever the operator was told of the cause before, it was not this.
    """
    mine = DeliveryRow.id == delivery_id
    session.execute(
        update(CauseRow)
        .where(
            CauseRow.id == select(DeliveryRow.cause_id).where(mine).scalar_subquery(),
            CauseRow.stopped_channel.is_(None),
        )
        .values(
            stopped_channel=select(DeliveryRow.channel).where(mine).scalar_subquery(),
            told_late_at=None,
        )
        .execution_options(synchronize_session=False)
    )


def _suppress_contacts(session: Session, deliveries: Collection[UUID], now: datetime) -> None:
    if not deliveries:
        return
    addresses = (
        select(
            ContactRow.fingerprint,
            ContactRow.channel,
            literal(OPTED_OUT),
            literal(now, SuppressionRow.since.type),
        )
        .join(DeliveryRow, DeliveryRow.contact_id == ContactRow.id)
        .where(DeliveryRow.id.in_(deliveries))
        .distinct()
    )
    session.execute(
        insert_or_ignore(session, SuppressionRow).from_select(
            ["fingerprint", "channel", "reason", "since"], addresses
        )
    )


def _mark_bad(session: Session, deliveries: Collection[UUID], now: datetime) -> None:
    if not deliveries:
        return
    contacts = select(DeliveryRow.contact_id).where(DeliveryRow.id.in_(deliveries))
    session.execute(
        update(ContactRow)
        .where(ContactRow.id.in_(contacts), ContactRow.bad_since.is_(None))
        .values(bad_since=now)
        .execution_options(synchronize_session=False)
    )
