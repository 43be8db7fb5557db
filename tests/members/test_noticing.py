"""An account's owner hears, by every contact, that something about signing in changed."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from members import actions as members
from members import factors
from members.records import AccountRow
from messages import actions as messages
from messages.model import PARTING, Channel
from messages.records import CauseRow, CauseTextRow, ContactRow, DeliveryRow
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE, Person
from tests.members.conftest import SignIn
from tests.members.test_contact_pages import last_code
from tests.members.visits import Visitor
from tests.stand import RecordingQueue

MAIL, PHONE = "rosa@example.org", "+447700900123"
WORDS = ("passphrase", "code", "passkey", "name", "factor", "brolly", "account")


@pytest.fixture
def reached(session: Session, sealers: Sealers, moment: datetime) -> Person:
    """Give a member with an app, a number and an address."""
    person = given.a_member(session, sealers, now=moment, phone=PHONE, email=MAIL)
    secret = given.TOTP_SECRET
    members.add_totp(session, sealers, account_id=person.id, secret=secret, now=moment)
    session.commit()
    return person


def noticed(session: Session, sealers: Sealers) -> list[tuple[str, str, str]]:
    """Return where notices went, by which channel, with which words."""
    rows = session.execute(
        select(ContactRow, CauseTextRow)
        .join(DeliveryRow, DeliveryRow.contact_id == ContactRow.id)
        .join(CauseRow, CauseRow.id == DeliveryRow.cause_id)
        .join(
            CauseTextRow,
            (CauseTextRow.cause_id == CauseRow.id)
            & (CauseTextRow.channel == DeliveryRow.channel)
            & (CauseTextRow.text_key == DeliveryRow.text_key),
        )
        .where(CauseRow.kind == "notice")
    ).all()
    found = [
        (
            messages.contact_address(session, sealers.contacts, contact_id=contact.id),
            text.channel,
            sealers.contacts.text(
                text.sealed_body, table="cause_text", column="sealed_body", row=text.id
            ),
        )
        for contact, text in rows
    ]
    session.rollback()  # SQLite has one writer
    return sorted(found)


def told(session: Session, sealers: Sealers) -> list[str]:
    return [address for address, _, _ in noticed(session, sealers)]


def test_a_changed_passphrase_is_told_by_mail_and_text_without_a_detail(
    signed_in: SignIn, reached: Person, session: Session, sealers: Sealers, queue: RecordingQueue
) -> None:
    here = signed_in(reached).open("/account/passphrase")
    here.fill("/passphrase", passphrase=PASSPHRASE, new_passphrase="another set of words")
    assert here.path == "/account"
    [(number, _, text), (address, _, mail)] = noticed(session, sealers)
    assert (number, address) == (PHONE, MAIL)
    assert "how you sign in changed" in mail
    assert "sign in" not in text
    assert not [each for each in WORDS if each in (text + mail).casefold()]
    assert {channel for _, _, _, channel in queue.woken} == {Channel.SMS, Channel.EMAIL}


def test_each_change_of_name_or_codes_is_told(
    signed_in: SignIn, reached: Person, session: Session, sealers: Sealers
) -> None:
    here = signed_in(reached)
    here.open("/account/name").fill("/name", name="Rosa of Leeds")
    assert told(session, sealers) == [PHONE, MAIL]
    here.open("/account/steps").fill("/codes")
    assert told(session, sealers) == [PHONE] * 2 + [MAIL] * 2


def test_a_factor_that_is_added_or_removed_is_told(
    signed_in: SignIn, reached: Person, session: Session, sealers: Sealers, moment: datetime
) -> None:
    here = signed_in(reached)
    here.open("/account/steps").fill("/begin", label="my new phone")
    assert told(session, sealers) == []
    secret = here.markup.partition('class="code">')[2].partition("<")[0].replace(" ", "")
    here.fill("/app", code=factors.codes_at(secret, moment)[1])
    assert told(session, sealers) == [PHONE, MAIL]
    here.open("/account/steps").fill("/remove")
    assert told(session, sealers) == [PHONE] * 2 + [MAIL] * 2


def test_a_recovery_code_that_is_used_is_told(
    visitor: Visitor, reached: Person, session: Session, sealers: Sealers
) -> None:
    code = members.make_codes(session, sealers, account_id=reached.id)[0]
    session.commit()
    visitor.open("/sign-in").fill("/sign-in", name=reached.name, passphrase=PASSPHRASE)
    assert told(session, sealers) == []
    visitor.fill("", code=code)
    assert told(session, sealers) == [PHONE, MAIL]


def test_a_code_of_the_app_is_told_to_nobody(
    visitor: Visitor, reached: Person, session: Session, sealers: Sealers
) -> None:
    visitor.open("/sign-in").fill("/sign-in", name=reached.name, passphrase=PASSPHRASE)
    visitor.fill("", code=given.codes()[1])
    assert visitor.path == "/check"
    assert told(session, sealers) == []


def test_another_address_is_told_to_the_old_one_too_which_is_then_forgotten(
    signed_in: SignIn, reached: Person, session: Session, sealers: Sealers, moment: datetime
) -> None:
    here = signed_in(reached).open("/account/email?another=1")
    here.fill("/account/email", address="new@example.org", step="address")
    here.fill("/account/email", code=last_code(session, sealers))
    assert told(session, sealers) == [PHONE, "new@example.org", MAIL]
    messages.forget_parted(session, now=moment + PARTING - timedelta(hours=1))
    assert len(session.scalars(select(ContactRow)).all()) == 3
    messages.forget_parted(session, now=moment + PARTING + timedelta(hours=1))
    assert len(session.scalars(select(ContactRow)).all()) == 2
    left = members.list_contacts(session, sealers, account_id=reached.id)
    assert [each.address for each in left] == [PHONE, "new@example.org"]


def test_a_contact_that_is_removed_is_told_of_it(
    signed_in: SignIn, reached: Person, session: Session, sealers: Sealers
) -> None:
    signed_in(reached).open("/account/phone").fill("/account/phone")
    assert told(session, sealers) == [PHONE, MAIL]


def test_a_text_waits_for_the_end_of_quiet_hours_and_a_mail_does_not(
    session: Session, sealers: Sealers, reached: Person
) -> None:
    night = datetime.fromisoformat("2026-01-10T02:00:00+00:00")
    session.execute(update(AccountRow).values(quiet_from=22 * 60, quiet_until=8 * 60))
    members.give_notice(
        session,
        sealers,
        account_id=reached.id,
        link="https://example.org/changed",
        time_zone="Europe/London",
        now=night,
    )
    rows = session.execute(select(DeliveryRow.channel, DeliveryRow.next_at))
    leaves = {row.channel: row.next_at for row in rows}
    assert leaves == {Channel.EMAIL: night, Channel.SMS: night.replace(hour=8)}


def test_who_has_no_contact_is_written_to_nowhere(
    signed_in: SignIn, member: Person, session: Session, sealers: Sealers, queue: RecordingQueue
) -> None:
    signed_in(member).open("/account/name").fill("/name", name="Rosa of Leeds")
    assert (noticed(session, sealers), queue.woken) == ([], [])


def test_the_page_a_message_leads_to_is_for_everybody(visitor: Visitor) -> None:
    visitor.open("/changed")
    assert visitor.status == 200
    assert "change your passphrase" in visitor.text
