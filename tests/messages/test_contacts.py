"""Contacts and the suppression list."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from messages import actions
from messages.model import Channel, NoSuchContact
from messages.records import ContactRow, DeliveryRow
from storage.base import new_id
from storage.keys import Sealers
from tests.messages.posting import NOON, an_alert, phone, some_contacts

PHONE = "+447700900123"


def reachable(session: Session) -> set[UUID]:
    return set(session.scalars(actions.reachable_contacts(Channel.SMS)))


def test_an_address_comes_back_to_its_owner(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    contact_id = actions.add_contact(
        session, sealers.contacts, channel=Channel.SMS, address=PHONE, now=now
    )
    found = actions.get_contact(session, sealers.contacts, contact_id=contact_id)
    assert (found.address, found.channel) == (PHONE, Channel.SMS)
    assert (found.verified_at, found.bad_since) == (None, None)
    assert actions.contact_address(session, sealers.contacts, contact_id=contact_id) == PHONE


def test_an_address_is_nowhere_in_plain(session: Session, sealers: Sealers, now: datetime) -> None:
    contact_id = actions.add_contact(
        session, sealers.contacts, channel=Channel.SMS, address=PHONE, now=now
    )
    found = actions.get_contact(session, sealers.contacts, contact_id=contact_id)
    stored = session.execute(text("SELECT * FROM contact")).one()
    assert "7700900123" not in repr(found)
    assert all(b"7700900123" not in bytes(each) for each in stored if isinstance(each, bytes))
    assert "7700900123" not in repr(stored)


def test_a_contact_that_is_not_there_says_so(session: Session, sealers: Sealers) -> None:
    with pytest.raises(NoSuchContact):
        actions.get_contact(session, sealers.contacts, contact_id=new_id())


def test_only_verified_good_unsuppressed_contacts_are_reachable(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    good, bad, opted_out = some_contacts(session, sealers, 3)
    unverified = actions.add_contact(
        session, sealers.contacts, channel=Channel.SMS, address=phone(9), now=now
    )
    some_contacts(session, sealers, 1, Channel.EMAIL)
    session.get_one(ContactRow, bad).bad_since = now
    actions.suppress(
        session,
        sealers.contacts,
        channel=Channel.SMS,
        address=phone(2),
        reason="stop",
        now=now,
    )
    assert reachable(session) == {good}
    actions.verify_contact(session, contact_id=unverified, now=now)
    assert reachable(session) == {good, unverified}
    assert opted_out not in reachable(session)


def test_verifying_again_makes_a_bad_contact_good(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    (contact_id,) = some_contacts(session, sealers, 1)
    session.get_one(ContactRow, contact_id).bad_since = now
    session.flush()
    actions.verify_contact(session, contact_id=contact_id, now=now)
    assert reachable(session) == {contact_id}


def test_a_suppression_holds_for_every_contact_with_the_address_and_can_be_lifted(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    some_contacts(session, sealers, 1)
    some_contacts(session, sealers, 1)
    for _ in range(2):  # twice does not hurt
        actions.suppress(
            session,
            sealers.contacts,
            channel=Channel.SMS,
            address=phone(0),
            reason="stop",
            now=now,
        )
    assert reachable(session) == set()
    actions.lift(session, sealers.contacts, channel=Channel.SMS, address=phone(0))
    assert len(reachable(session)) == 2


def test_a_suppression_on_one_channel_leaves_the_other(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    some_contacts(session, sealers, 1)
    actions.suppress(
        session,
        sealers.contacts,
        channel=Channel.EMAIL,
        address=phone(0),
        reason="stop",
        now=now,
    )
    assert len(reachable(session)) == 1


def test_removing_a_contact_takes_its_deliveries_along(session: Session, sealers: Sealers) -> None:
    an_alert(session, sealers, 2)
    gone = session.scalars(select(ContactRow.id)).first()
    assert gone is not None
    actions.remove_contact(session, contact_id=gone, now=NOON)
    assert [row.contact_id for row in session.scalars(select(DeliveryRow))] != [gone]
    assert len(session.scalars(select(DeliveryRow)).all()) == 1
