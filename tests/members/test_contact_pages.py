"""Confirming a phone or an address through the pages."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from messages.model import Channel
from messages.records import CauseTextRow
from storage.keys import Sealers
from tests import given
from tests.members.conftest import SignIn
from tests.stand import RecordingQueue


def last_code(session: Session, sealers: Sealers) -> str:
    """Return the code in the message that was written last."""
    [row] = session.scalars(select(CauseTextRow).where(CauseTextRow.text_key == "code"))
    body = sealers.contacts.text(
        row.sealed_body, table="cause_text", column="sealed_body", row=row.id
    )
    session.rollback()  # SQLite has one writer, and this session would be it
    found = re.search(r"\d{6}", body)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("channel", "path", "typed", "shown"),
    [
        (Channel.SMS, "/account/phone", "07700 900123", "+44 7700 900123"),
        (Channel.EMAIL, "/account/email", "violet@example.org", "violet@example.org"),
    ],
)
def test_a_contact_is_entered_and_confirmed_by_its_code(
    signed_in: SignIn,
    member: given.Person,
    session: Session,
    sealers: Sealers,
    queue: RecordingQueue,
    channel: Channel,
    path: str,
    typed: str,
    shown: str,
) -> None:
    here = signed_in(member)
    here.open(path)
    here.fill(path, address=typed)
    assert shown in here.text
    [(where, job, _cause, woken)] = queue.woken
    assert (where, job, woken) == ("service", "drain", channel)
    code = last_code(session, sealers)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert "not the code we sent" in here.fill(path, code=wrong).text
    assert wrong not in here.markup
    here.fill(path, code=code)
    assert (here.path, here.status) == (path, 200)
    assert "Confirmed" in here.text
    assert shown in here.open("/account").text
    assert shown not in here.title


def test_what_is_no_number_stays_in_the_field(
    signed_in: SignIn, member: given.Person, queue: RecordingQueue
) -> None:
    here = signed_in(member)
    here.open("/account/phone")
    here.fill("/account/phone", address="call me maybe")
    assert here.status == 422
    assert "not a phone number" in here.text
    assert here.form("/account/phone").fields["address"] == "call me maybe"
    assert queue.woken == []


def test_a_fourth_code_within_the_hour_is_refused(signed_in: SignIn, member: given.Person) -> None:
    here = signed_in(member)
    here.open("/account/email")
    for _ in range(3):
        here.fill("/account/email", address="violet@example.org", step="address")
        assert here.status == 200
    here.fill("/account/email", address="violet@example.org", step="address")
    assert here.status == 422
    assert "Try again in " in here.text


def test_another_address_can_be_used_while_a_code_is_on_its_way(
    signed_in: SignIn, member: given.Person
) -> None:
    here = signed_in(member)
    here.open("/account/email")
    here.fill("/account/email", address="violet@example.org")
    here.open("/account/email?another=1")
    here.fill("/account/email", address="rosa@example.org")
    assert "rosa@example.org" in here.text


def test_a_contact_is_removed(
    signed_in: SignIn, session: Session, sealers: Sealers, moment: datetime
) -> None:
    person = given.a_member(session, sealers, now=moment, phone="+447700900123")
    here = signed_in(person)
    here.open("/account/phone")
    assert "+44 7700 900123" in here.text
    here.fill("/account/phone")
    assert "7700 900123" not in here.text
    assert "None. Add one" in here.open("/account").text
