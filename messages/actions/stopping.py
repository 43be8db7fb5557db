"""Stopping and starting again: what the owner of an address wishes, by text, mail or account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, literal, select
from sqlalchemy.orm import Session

from messages.actions.contacts import fingerprint
from messages.model import Channel, OwnWish
from messages.records import ContactRow, HeardRow, SuppressionRow
from messages.texts.inbound import InboundText
from storage.dialects import insert_or_ignore
from storage.sealing import Sealer


def hear_stop(session: Session, sealer: Sealer, *, text: InboundText, now: datetime) -> None:
    """Write no more texts to a phone; a copy of a text that was heard before changes nothing."""
    if not _heard_first(session, sealer, text):
        return
    session.execute(
        insert_or_ignore(session, SuppressionRow),
        {
            "fingerprint": fingerprint(sealer, Channel.SMS, text.sender),
            "channel": Channel.SMS.value,
            "reason": OwnWish.OPTED_OUT.value,
            "since": now,
        },
    )


def hear_start(session: Session, sealer: Sealer, *, text: InboundText, now: datetime) -> None:
    """Undo a STOP and nothing else; a copy of a text that was heard before changes nothing."""
    del now
    if _heard_first(session, sealer, text):
        print_ = fingerprint(sealer, Channel.SMS, text.sender)
        _lift(session, SuppressionRow.fingerprint == print_, SuppressionRow.channel == Channel.SMS)


def unsubscribe(session: Session, *, contact_id: UUID, now: datetime) -> None:
    """Write no more to a contact's address; nothing happens if the contact is gone."""
    address = select(
        ContactRow.fingerprint,
        ContactRow.channel,
        literal(OwnWish.UNSUBSCRIBED.value),
        literal(now, SuppressionRow.since.type),
    ).where(ContactRow.id == contact_id)
    session.execute(
        insert_or_ignore(session, SuppressionRow).from_select(
            ["fingerprint", "channel", "reason", "since"], address
        )
    )


def is_stopped(session: Session, *, contact_id: UUID) -> bool:
    """Whether the owner of a contact asked for no more, and may change their mind."""
    stopped = exists().where(
        ContactRow.id == contact_id, _same_address(), SuppressionRow.reason.in_(list(OwnWish))
    )
    return bool(session.scalar(select(stopped)))


def start_again(session: Session, *, contact_id: UUID) -> None:
    """Undo the wish of a contact's owner for no more; nothing else is lifted."""
    _lift(session, exists().where(ContactRow.id == contact_id, _same_address()))


def _same_address() -> ColumnElement[bool]:
    return and_(
        SuppressionRow.fingerprint == ContactRow.fingerprint,
        SuppressionRow.channel == ContactRow.channel,
    )


def _lift(session: Session, *conditions: ColumnElement[bool]) -> None:
    session.execute(
        delete(SuppressionRow)
        .where(SuppressionRow.reason.in_(list(OwnWish)), *conditions)
        .execution_options(synchronize_session=False)
    )


def _heard_first(session: Session, sealer: Sealer, text: InboundText) -> bool:
    """Remember a text by the provider's name for it; whether it was not heard before.

    A signed request can be sent again by whoever recorded it, and an old START must not undo a
    later STOP. A text without a name is heeded: better twice than a STOP that is not heard.
    """
    if not text.id:
        return True
    name = sealer.fingerprint("inbound text", text.id)
    heard = session.execute(
        insert_or_ignore(session, HeardRow).values(fingerprint=name).returning(HeardRow.fingerprint)
    )
    return heard.first() is not None
