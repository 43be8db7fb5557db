"""Contacts and the suppression list: addresses sealed, equal ones found by fingerprint."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from messages.actions.wiping import list_copies_for
from messages.model import PARTING, Channel, Contact, NoSuchContact, OwnWish
from messages.records import ContactRow, DeliveryRow, SuppressionRow
from storage.base import new_id
from storage.dialects import insert_or_ignore
from storage.sealing import Sealed, Sealer

PLACE = {"table": "contact", "column": "sealed_address"}


def add_contact(
    session: Session, sealer: Sealer, *, channel: Channel, address: str, now: datetime
) -> UUID:
    """Store a contact, not yet verified; the address is in E.164, or an email address."""
    [contact_id] = _add(session, sealer, [(channel, address)], now=now, verified_at=None)
    return contact_id


def add_verified_contacts(
    session: Session, sealer: Sealer, *, contacts: Sequence[tuple[Channel, str]], now: datetime
) -> list[UUID]:
    """Store many contacts that are known to work, in one statement; return their ids in order."""
    return _add(session, sealer, contacts, now=now, verified_at=now)


def verify_contact(session: Session, *, contact_id: UUID, now: datetime) -> None:
    """Note that the owner has shown that the contact is theirs, and that it works.

    Who asked for a code and typed it wants mail again, whatever was clicked before.
    """
    session.execute(
        update(ContactRow)
        .where(ContactRow.id == contact_id)
        .values(verified_at=now, bad_since=None, told_bad_at=None)
    )
    same = exists().where(
        ContactRow.id == contact_id,
        SuppressionRow.fingerprint == ContactRow.fingerprint,
        SuppressionRow.channel == ContactRow.channel,
    )
    session.execute(
        delete(SuppressionRow)
        .where(SuppressionRow.reason == OwnWish.UNSUBSCRIBED, same)
        .execution_options(synchronize_session=False)
    )


def get_contact(session: Session, sealer: Sealer, *, contact_id: UUID) -> Contact:
    """Return a contact with its address, for its owner alone; raises NoSuchContact."""
    row = session.get(ContactRow, contact_id)
    if row is None:
        raise NoSuchContact
    return Contact(
        id=row.id,
        channel=Channel(row.channel),
        address=open_address(sealer, row.sealed_address, row.id),
        verified_at=row.verified_at,
        bad_since=row.bad_since,
    )


def contact_address(session: Session, sealer: Sealer, *, contact_id: UUID) -> str:
    """Return the address of a contact, for its owner alone; raises NoSuchContact."""
    return get_contact(session, sealer, contact_id=contact_id).address


def remove_contact(session: Session, *, contact_id: UUID, now: datetime) -> None:
    """Forget a contact and its deliveries; what waits for it is not sent any more."""
    list_copies_for(session, contact_id, now=now)
    session.execute(delete(DeliveryRow).where(DeliveryRow.contact_id == contact_id))
    session.execute(delete(ContactRow).where(ContactRow.id == contact_id))


def part_with_contact(session: Session, *, contact_id: UUID, now: datetime) -> None:
    """Forget a contact's deliveries now, and the contact once a last message has had its time."""
    list_copies_for(session, contact_id, now=now)
    session.execute(delete(DeliveryRow).where(DeliveryRow.contact_id == contact_id))
    leaves = update(ContactRow).where(ContactRow.id == contact_id).values(leaves_at=now + PARTING)
    session.execute(leaves.execution_options(synchronize_session=False))


def forget_parted(session: Session, *, now: datetime) -> None:
    """Forget the contacts that were parted with, and whose time is over."""
    over = select(ContactRow.id).where(ContactRow.leaves_at <= now)
    for contact_id in session.scalars(over).all():
        remove_contact(session, contact_id=contact_id, now=now)


def reachable_contacts(channel: Channel, *, verified_by: datetime | None = None) -> Select[UUID]:
    """Return a query of the ids of contacts that may be written to without their asking now.

    Verified (by a moment, if one is given), not known to be bad, and not suppressed.
    """
    suppressed = exists().where(
        SuppressionRow.fingerprint == ContactRow.fingerprint,
        SuppressionRow.channel == ContactRow.channel,
    )
    verified = ContactRow.verified_at
    return select(ContactRow.id).where(
        ContactRow.channel == channel,
        verified.is_not(None) if verified_by is None else verified <= verified_by,
        and_(ContactRow.bad_since.is_(None), ~suppressed),
    )


def bad_contacts(channel: Channel) -> Select[UUID]:
    """Return a query of the ids of contacts that failed for good, whose owner was not told."""
    return select(ContactRow.id).where(
        ContactRow.channel == channel,
        ContactRow.bad_since.is_not(None),
        ContactRow.told_bad_at.is_(None),
    )


def mark_told_bad(
    session: Session, *, contact_ids: Collection[UUID], now: datetime
) -> frozenset[UUID]:
    """Note that owners are told of bad contacts; return those that nobody told of before."""
    marked = session.scalars(
        update(ContactRow)
        .where(ContactRow.id.in_(contact_ids), ContactRow.told_bad_at.is_(None))
        .values(told_bad_at=now)
        .returning(ContactRow.id)
        .execution_options(synchronize_session=False)
    )
    return frozenset(marked)


def suppress(
    session: Session, sealer: Sealer, *, channel: Channel, address: str, reason: str, now: datetime
) -> None:
    """Never write to an address again, whoever it belongs to.

    The first reason stays, except that a reason of ours replaces its owner's wish, so that the
    owner's second thoughts do not lift it.
    """
    values = {
        "fingerprint": fingerprint(sealer, channel, address),
        "channel": channel.value,
        "reason": reason,
        "since": now,
    }
    session.execute(insert_or_ignore(session, SuppressionRow), values)
    if reason not in set(OwnWish):
        session.execute(
            update(SuppressionRow)
            .where(
                SuppressionRow.fingerprint == values["fingerprint"],
                SuppressionRow.channel == channel,
                SuppressionRow.reason.in_(list(OwnWish)),
            )
            .values(reason=reason)
            .execution_options(synchronize_session=False)
        )


def lift(session: Session, sealer: Sealer, *, channel: Channel, address: str) -> None:
    """Allow an address again, because its owner said so."""
    session.execute(
        delete(SuppressionRow).where(
            SuppressionRow.fingerprint == fingerprint(sealer, channel, address),
            SuppressionRow.channel == channel,
        )
    )


def fingerprint(sealer: Sealer, channel: Channel, address: str) -> bytes:
    """Return the keyed fingerprint by which equal addresses find each other."""
    return sealer.fingerprint(f"contact {channel}", address.strip().casefold())


def open_address(sealer: Sealer, sealed: Sealed, contact_id: UUID) -> str:
    """Return an address in plain."""
    return sealer.text(sealed, row=contact_id, **PLACE)


def _add(
    session: Session,
    sealer: Sealer,
    contacts: Sequence[tuple[Channel, str]],
    *,
    now: datetime,
    verified_at: datetime | None,
) -> list[UUID]:
    ids = [new_id() for _ in contacts]
    rows = [
        {
            "id": contact_id,
            "channel": channel,
            "sealed_address": sealer.seal(address, row=contact_id, **PLACE),
            "fingerprint": fingerprint(sealer, channel, address),
            "created_at": now,
            "verified_at": verified_at,
            "bad_since": None,
        }
        for contact_id, (channel, address) in zip(ids, contacts, strict=True)
    ]
    if rows:
        session.execute(insert(ContactRow), rows)
    return ids
