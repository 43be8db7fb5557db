"""Contacts: a code goes there, comes back, and only then is the contact theirs."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, table, text
from sqlalchemy.orm import Session

from members import actions as members
from members.model import CODE_LIFE, CODE_TRIES, CodeOutcome, CodeWording, NoSuchAccount, OwnContact
from members.records import ContactCodeRow
from members.refusals import ContactRefused, TooManyCodes
from messages import actions as messages
from messages.model import PARTING, Channel
from messages.records import CauseTextRow, DeliveryRow
from storage.base import new_id
from storage.engine import writing
from storage.keys import Sealers
from tests import given

WORDING = CodeWording(subject="Your code", body="{code} is your code.")
PHONE = "07700 900123"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One member at their account page."""

    session: Session
    sealers: Sealers
    person_id: UUID

    def ask(self, now: datetime, entry: str = PHONE, channel: Channel = Channel.SMS) -> str:
        """Ask for a code and return the one that was written into the message."""
        cause_id = members.request_code(
            self.session,
            self.sealers,
            account_id=self.person_id,
            channel=channel,
            entry=entry,
            region="GB",
            wording=WORDING,
            now=now,
        )
        [row] = self.session.scalars(select(CauseTextRow).where(CauseTextRow.cause_id == cause_id))
        body = self.sealers.contacts.text(
            row.sealed_body, table="cause_text", column="sealed_body", row=row.id
        )
        found = re.fullmatch(r"(\d{6}) is your code\.", body)
        assert found
        return found[1]

    def type(self, code: str, now: datetime, channel: Channel = Channel.SMS) -> CodeOutcome:
        """Type a code."""
        outcome = members.confirm_code(
            self.session,
            self.sealers,
            account_id=self.person_id,
            channel=channel,
            code=code,
            now=now,
        )
        self.session.commit()
        return outcome

    def take_away(self, now: datetime) -> None:
        """Take the phone away."""
        members.take_contact(self.session, account_id=self.person_id, channel=Channel.SMS, now=now)

    @property
    def contacts(self) -> list[OwnContact]:
        """Return the confirmed contacts."""
        self.session.expire_all()
        return members.list_contacts(self.session, self.sealers, account_id=self.person_id)


@pytest.fixture
def desk(session: Session, sealers: Sealers, now: datetime) -> Desk:
    """Give a member without contacts."""
    person = given.a_member(session, sealers, now=now)
    session.commit()
    return Desk(session=session, sealers=sealers, person_id=person.id)


def another(code: str) -> str:
    """Return a code that is wrong."""
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize(
    ("channel", "entry", "kept"),
    [
        (Channel.SMS, PHONE, "+447700900123"),
        (Channel.EMAIL, "Rosa@Example.org", "Rosa@example.org"),
    ],
)
def test_a_contact_is_confirmed_by_the_code_sent_there(
    desk: Desk, now: datetime, channel: Channel, entry: str, kept: str
) -> None:
    code = desk.ask(now, entry, channel)
    assert desk.contacts == []
    assert desk.type(f" {code[:3]} {code[3:]} ", now, channel) is CodeOutcome.CONFIRMED
    [contact] = desk.contacts
    assert (contact.channel, contact.address, contact.verified_at) == (channel, kept, now)
    chosen = members.preferences(desk.session, desk.person_id)
    assert (chosen.by_sms, chosen.by_email) == (
        channel is Channel.SMS,
        channel is Channel.EMAIL,
    )


def test_the_code_travels_in_a_message_of_its_own_to_that_address_only(
    desk: Desk, now: datetime
) -> None:
    desk.ask(now)
    [delivery] = desk.session.scalars(select(DeliveryRow))
    [code] = desk.session.scalars(select(ContactCodeRow))
    assert delivery.contact_id == code.contact_id
    [cause] = desk.session.execute(text("select kind, queue, expires_at from cause")).mappings()
    assert (cause["kind"], cause["queue"]) == ("code", "service")


def test_neither_code_nor_address_is_stored_in_plain(desk: Desk, now: datetime) -> None:
    code = desk.ask(now)
    desk.session.commit()
    for name in ("contact_code", "contact", "cause_text", "delivery"):
        for row in desk.session.execute(select(text("*")).select_from(table(name))).mappings():
            for value in row.values():
                plain = value if isinstance(value, bytes) else str(value).encode()
                assert b"7700900123" not in plain
                assert plain != code.encode()


def test_a_code_typed_with_digits_of_another_script_is_read(desk: Desk, now: datetime) -> None:
    code = desk.ask(now)
    arabic = code.translate({ord("0") + n: 0x0660 + n for n in range(10)})
    assert desk.type(arabic, now) is CodeOutcome.CONFIRMED


def test_five_wrong_codes_end_it(desk: Desk, now: datetime) -> None:
    code = desk.ask(now)
    answers = [desk.type(another(code), now) for _ in range(CODE_TRIES)]
    assert answers == [CodeOutcome.WRONG] * (CODE_TRIES - 1) + [CodeOutcome.OVER]
    assert desk.type(code, now) is CodeOutcome.OVER
    assert desk.contacts == []


@pytest.mark.parametrize("typed", ["", "   ", "abc", "1", "0" * 400])
def test_what_is_no_code_is_wrong(desk: Desk, now: datetime, typed: str) -> None:
    desk.ask(now)
    assert desk.type(typed, now) is CodeOutcome.WRONG


def test_a_code_works_for_fifteen_minutes(desk: Desk, now: datetime) -> None:
    code = desk.ask(now)
    assert desk.type(code, now + CODE_LIFE) is CodeOutcome.OVER
    code = desk.ask(now)
    assert desk.type(code, now + CODE_LIFE - timedelta(seconds=1)) is CodeOutcome.CONFIRMED


def test_a_code_works_once(desk: Desk, now: datetime) -> None:
    code = desk.ask(now)
    desk.type(code, now)
    assert desk.type(code, now) is CodeOutcome.OVER


def test_a_new_code_ends_the_one_before_and_its_message(desk: Desk, now: datetime) -> None:
    first = desk.ask(now)
    second = desk.ask(now + MINUTE)
    assert len(desk.session.scalars(select(DeliveryRow)).all()) == 1
    if first != second:
        assert desk.type(first, now + MINUTE) is CodeOutcome.WRONG
    assert desk.type(second, now + MINUTE) is CodeOutcome.CONFIRMED


def test_a_code_for_one_channel_confirms_no_other(desk: Desk, now: datetime) -> None:
    code = desk.ask(now)
    assert desk.type(code, now, Channel.EMAIL) is CodeOutcome.OVER


def test_nobody_confirms_with_the_code_of_somebody_else(
    desk: Desk, session: Session, sealers: Sealers, now: datetime
) -> None:
    code = desk.ask(now)
    other = Desk(
        session=session,
        sealers=sealers,
        person_id=given.a_member(session, sealers, now=now).id,
    )
    assert other.type(code, now) is CodeOutcome.OVER
    assert desk.type(code, now) is CodeOutcome.CONFIRMED


def test_three_codes_an_hour_is_the_most_for_an_account(desk: Desk, now: datetime) -> None:
    for number in range(3):
        desk.ask(now + number * MINUTE, f"07700 90012{number}")
    with pytest.raises(TooManyCodes) as refused:
        desk.ask(now + 59 * MINUTE, "07700 900129")
    assert refused.value.wait == MINUTE
    with pytest.raises(TooManyCodes):
        desk.ask(now + 59 * MINUTE, "rosa@example.org", Channel.EMAIL)
    assert desk.ask(now + 60 * MINUTE, "07700 900129")


def test_three_codes_an_hour_is_the_most_for_an_address(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    desks = [
        Desk(
            session=session,
            sealers=sealers,
            person_id=given.a_member(session, sealers, now=now).id,
        )
        for _ in range(4)
    ]
    for each in desks[:3]:
        each.ask(now)
    with pytest.raises(TooManyCodes):
        desks[3].ask(now, "+44 7700 900 123")
    assert desks[3].ask(now, "07700 900124")


def test_an_entry_that_is_no_address_costs_nothing(desk: Desk, now: datetime) -> None:
    for _ in range(5):
        with pytest.raises(ContactRefused):
            desk.ask(now, "call me")
    assert desk.ask(now)


def test_the_page_knows_where_a_code_went_while_it_works(desk: Desk, now: datetime) -> None:
    code = desk.ask(now)

    def sent(moment: datetime) -> str | None:
        found = members.sent_code(
            desk.session,
            desk.sealers,
            account_id=desk.person_id,
            channel=Channel.SMS,
            now=moment,
        )
        return found.address if found else None

    assert sent(now) == "+447700900123"
    assert sent(now + CODE_LIFE) is None
    desk.type(code, now)
    assert sent(now) is None


def test_a_contact_stays_until_the_next_one_is_confirmed(desk: Desk, now: datetime) -> None:
    desk.type(desk.ask(now), now)
    code = desk.ask(now, "07700 900124")
    assert [each.address for each in desk.contacts] == ["+447700900123"]
    desk.type(code, now)
    assert [each.address for each in desk.contacts] == ["+447700900124"]
    messages.forget_parted(desk.session, now=now + PARTING)
    assert desk.session.execute(text("select count(*) from contact")).scalar() == 1


def test_a_removed_contact_is_forgotten_and_its_channel_off(desk: Desk, now: datetime) -> None:
    desk.type(desk.ask(now), now)
    desk.ask(now, "07700 900124")
    desk.take_away(now)
    assert desk.contacts == []
    assert not members.preferences(desk.session, desk.person_id).by_sms
    assert desk.session.execute(text("select count(*) from contact")).scalar() == 0
    desk.take_away(now)


def test_tries_made_at_once_are_all_counted(desk: Desk, engine: Engine, now: datetime) -> None:
    code = desk.ask(now)
    desk.session.commit()
    for _ in range(CODE_TRIES):
        with writing(engine)() as other:
            apart = Desk(session=other, sealers=desk.sealers, person_id=desk.person_id)
            apart.type(another(code), now)
    assert desk.type(code, now) is CodeOutcome.OVER


def test_nobody_without_an_account_is_sent_a_code(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    nobody = Desk(session=session, sealers=sealers, person_id=new_id())
    with pytest.raises(NoSuchAccount):
        nobody.ask(now)
