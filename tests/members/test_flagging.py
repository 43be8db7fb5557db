"""A number that failed for good: its owner is told by mail, once."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from members import actions as members
from members.cover import COVER_WORDS, Cover, notice_text
from members.model import Preferences
from messages import actions as messages
from messages.model import Channel
from messages.records import ContactRow
from storage.keys import Sealers
from tests import given
from tests.members.test_preferences import BANNED

LINK = "https://check.example.org/account"


def somebody(
    session: Session, sealers: Sealers, now: datetime, number: int, *, by_email: bool = True
) -> given.Person:
    """Return a member with a number and a mail address."""
    return given.a_member(
        session,
        sealers,
        now=now,
        phone=f"+447700900{number}",
        email=f"member{number}@example.org",
        preferences=Preferences(by_sms=True, by_email=by_email, cover=Cover.NEWS),
    )


def fails(session: Session, contact_id: UUID | None, now: datetime) -> None:
    """Mark a contact as providers' answers do."""
    session.execute(update(ContactRow).where(ContactRow.id == contact_id).values(bad_since=now))


def flag(session: Session, sealers: Sealers, now: datetime) -> UUID | None:
    """Do what the schedule does."""
    return members.flag_bad_numbers(session, sealers, link=LINK, now=now)


def test_the_owner_of_a_number_that_failed_is_mailed_once(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person, _fine = (somebody(session, sealers, now, number) for number in (101, 102))
    fails(session, person.sms_contact_id, now)
    cause_id = flag(session, sealers, now)
    assert cause_id
    claim = messages.claim(
        session, cause_id=cause_id, channel=Channel.EMAIL, token=cause_id, now=now
    )
    sent = messages.begin_sending(session, sealers.contacts, claim, list(claim.deliveries), now=now)
    assert [each.address for each in sent] == ["member101@example.org"]
    assert sent[0].subject == COVER_WORDS["en"][Cover.NEWS].subject
    assert LINK in sent[0].body
    assert flag(session, sealers, now + timedelta(days=1)) is None


def test_who_gets_no_warnings_by_mail_is_told_all_the_same(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = somebody(session, sealers, now, 103, by_email=False)
    fails(session, person.sms_contact_id, now)
    assert flag(session, sealers, now)


def test_without_an_address_that_works_it_waits_for_one(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = somebody(session, sealers, now, 104)
    for contact_id in (person.sms_contact_id, person.email_contact_id):
        fails(session, contact_id, now)
    assert flag(session, sealers, now) is None
    assert person.email_contact_id
    messages.verify_contact(session, contact_id=person.email_contact_id, now=now)
    assert flag(session, sealers, now)


def test_a_number_that_works_again_and_then_fails_is_told_of_again(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = somebody(session, sealers, now, 105)
    assert person.sms_contact_id
    for _ in range(2):
        fails(session, person.sms_contact_id, now)
        assert flag(session, sealers, now)
        messages.verify_contact(session, contact_id=person.sms_contact_id, now=now)
    assert session.scalar(text("SELECT count(*) FROM delivery")) == 2


def test_the_notice_gives_nothing_away() -> None:
    for language, covers in COVER_WORDS.items():
        for cover in covers:
            told = notice_text(cover, language=language, link="https://a.example/account")
            assert not [word for word in BANNED if word in told.lower()]
