"""Contacts and the suppression list: addresses sealed, equal ones found by fingerprint."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from messages.actions.dialects import insert_or_ignore
from messages.model import Channel, Contact, NoSuchContact
from messages.records import ContactRow, SuppressionRow
from storage.base import new_id
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
    """Note that the owner has shown that the contact is theirs, and that it works."""
    session.execute(
        update(ContactRow)
        .where(ContactRow.id == contact_id)
        .values(verified_at=now, bad_since=None)
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


def remove_contact(session: Session, *, contact_id: UUID) -> None:
    """Forget a contact and its deliveries; what waits for it is not sent any more."""
    session.execute(delete(ContactRow).where(ContactRow.id == contact_id))


def reachable_contacts(channel: Channel) -> Select[UUID]:
    """Return a query of the ids of contacts that may be written to without their asking now.

    Verified, not known to be bad, and not suppressed.
    """
    suppressed = exists().where(
        SuppressionRow.fingerprint == ContactRow.fingerprint,
        SuppressionRow.channel == ContactRow.channel,
    )
    return select(ContactRow.id).where(
        ContactRow.channel == channel,
        and_(ContactRow.verified_at.is_not(None), ContactRow.bad_since.is_(None)),
        ~suppressed,
    )


def suppress(
    session: Session, sealer: Sealer, *, channel: Channel, address: str, reason: str, now: datetime
) -> None:
    """Never write to an address again, whoever it belongs to; the first reason stays."""
    values = {
        "fingerprint": fingerprint(sealer, channel, address),
        "channel": channel.value,
        "reason": reason,
        "since": now,
    }
    session.execute(insert_or_ignore(session, SuppressionRow), values)


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
