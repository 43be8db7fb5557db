"""Whoever stopped messages finds out on the account page, and has a way back there."""

from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from messages import actions as messages
from messages.model import Channel
from storage.engine import reading
from storage.keys import Sealers
from tests import given
from tests.members.conftest import SignIn

MAIL, PHONE = "rosa@example.org", "+447700900123"


def test_one_who_unsubscribed_sees_it_and_starts_again(
    session: Session, engine: Engine, sealers: Sealers, signed_in: SignIn, moment: datetime
) -> None:
    person = given.a_member(session, sealers, now=moment, email=MAIL)
    assert person.email_contact_id is not None
    messages.unsubscribe(session, contact_id=person.email_contact_id, now=moment)
    session.commit()
    visitor = signed_in(person)
    visitor.open("/account")
    assert "stopped by you" in visitor.text
    assert "You stopped the mail" in visitor.open("/account/email").text
    again = next(each for each in visitor.page.forms if each.fields.get("step") == "again")
    visitor.page.forms = [again]
    visitor.fill()
    assert "You stopped the mail" not in visitor.text
    with reading(engine)() as fresh:
        assert not messages.is_stopped(fresh, contact_id=person.email_contact_id)


def test_nobody_lifts_what_staff_decided(
    session: Session, sealers: Sealers, signed_in: SignIn, moment: datetime
) -> None:
    person = given.a_member(session, sealers, now=moment, email=MAIL)
    messages.suppress(
        session, sealers.contacts, channel=Channel.EMAIL, address=MAIL, reason="staff", now=moment
    )
    session.commit()
    visitor = signed_in(person).open("/account/email")
    assert not any(each.fields.get("step") == "again" for each in visitor.page.forms)


def test_one_who_texted_stop_is_told_the_way_back(
    session: Session, sealers: Sealers, signed_in: SignIn, moment: datetime
) -> None:
    person = given.a_member(session, sealers, now=moment, phone=PHONE)
    assert person.sms_contact_id is not None
    messages.unsubscribe(session, contact_id=person.sms_contact_id, now=moment)
    session.commit()
    assert "You stopped the text messages" in signed_in(person).open("/account/phone").text
