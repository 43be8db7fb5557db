"""Telling who asked that there is an answer: once, and in words that say nothing."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from members.model import Role
from messages import actions as messages
from messages.model import PARTING
from tests.members.test_preferences import BANNED
from tests.members.visits import Visitor
from tests.privacy.traces import cells, search
from tests.reports.requests import answer, ask, code_on, decide, first_request, messages_of, rows_of
from tests.whole import Whole, press

TELL, MAIL = "07700 900741", "thrush741@example.org"


@pytest.fixture
def desk(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.CASEWORKER))


@pytest.fixture
def lead(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.LEAD))


@pytest.mark.parametrize(
    ("typed", "channel", "to", "subject"),
    [(TELL, "sms", "+447700900741", ""), (MAIL, "email", MAIL, "There is an answer")],
)
def test_who_left_a_number_or_an_address_is_told_once_when_there_is_an_answer(
    house: Whole, desk: Visitor, lead: Visitor, typed: str, channel: str, to: str, subject: str
) -> None:
    code = code_on(ask(house, "access", tell=typed))
    first_request(desk)
    desk.fill("/answer", outcome="not_confirmed", proof="none")
    assert messages_of(house, "notice") == []
    address = first_request(lead)
    again = dict(lead.form("/confirm").fields)
    lead.fill("/confirm")
    press(lead, f"{address}/confirm", **again)
    assert lead.status == 409
    (told,) = messages_of(house, "notice")
    assert (told.channel, told.to, told.subject) == (channel, to, subject)
    assert told.body.endswith("/your-data/answer")
    assert code.replace("-", "") not in told.body
    assert "Our answer" in answer(house, code).text


def test_the_message_is_the_same_whatever_was_decided_or_is_held(
    house: Whole, desk: Visitor, lead: Visitor
) -> None:
    house.report()
    for kind, outcome, named in (
        ("access", "not_confirmed", "07700 900123"),
        ("erasure", "refused", "07700 900987"),
        ("dispute", "stands", "07700 900123"),
    ):
        ask(house, kind, named, tell=MAIL)
        decide(desk, lead, outcome)
    told = messages_of(house, "notice")
    assert len(told) == 3
    assert len(set(told)) == 1
    said = f"{told[0].subject} {told[0].body.partition('https://')[0]}".lower()
    assert not [word for word in BANNED if word in said]


def test_nobody_is_written_to_who_did_not_ask_for_it(
    house: Whole, desk: Visitor, lead: Visitor
) -> None:
    ask(house, "access")
    decide(desk, lead, "not_confirmed")
    assert messages_of(house, "notice") == []
    assert rows_of(house, "contact") == 0


@pytest.mark.parametrize(("typed", "waits"), [(TELL, True), (MAIL, False)])
def test_a_text_message_of_an_answer_waits_for_the_morning_and_mail_does_not(
    house: Whole, typed: str, *, waits: bool
) -> None:
    with time_machine.travel(datetime(2026, 1, 10, 23, 30, tzinfo=UTC)):
        desk, lead = (house.sign_in(house.person(role)) for role in (Role.CASEWORKER, Role.LEAD))
        ask(house, "access", tell=typed)
        decide(desk, lead, "not_confirmed")
        (told,) = messages_of(house, "notice")
        assert told.leaves_from.isoformat()[:13] == ("2026-01-11T08" if waits else "2026-01-10T23")


def test_an_answer_that_is_sent_back_tells_nobody(house: Whole, desk: Visitor) -> None:
    ask(house, "access", tell=TELL)
    first_request(desk)
    desk.fill("/answer", outcome="not_confirmed", proof="none")
    desk.fill("/back")
    assert messages_of(house, "notice") == []


def test_where_to_tell_is_in_no_plain_place_and_no_contact_before_the_answer(
    house: Whole, desk: Visitor, lead: Visitor
) -> None:
    ask(house, "access", "07700 900987", tell=TELL)
    assert rows_of(house, "contact") == 0
    decide(desk, lead, "not_confirmed")
    with house.services.reading() as session:
        left = cells(session.connection())
    assert search({"database": left}, {"tell": "+447700900741"}) == []


def test_the_contact_is_forgotten_once_the_message_had_its_time(
    house: Whole, desk: Visitor, lead: Visitor
) -> None:
    ask(house, "access", tell=TELL)
    decide(desk, lead, "not_confirmed")
    later = datetime.now(UTC) + PARTING + timedelta(minutes=1)
    with house.writing() as session:
        messages.forget_parted(session, now=later - timedelta(hours=1))
        assert session.scalar(text("select count(*) from contact")) == 1
        messages.forget_parted(session, now=later)
        assert session.scalar(text("select count(*) from contact")) == 0


def test_what_cannot_be_written_to_is_said_at_once_and_stays_in_the_field(house: Whole) -> None:
    visitor = ask(house, tell="Mister Vicuna")
    assert visitor.status == 422
    assert "That is not a phone number." in visitor.text
    assert visitor.form("/your-data").fields["tell"] == "Mister Vicuna"


def test_the_desk_sees_where_the_message_goes(house: Whole, desk: Visitor) -> None:
    ask(house, tell=TELL)
    first_request(desk)
    assert "+44 7700 900741" in desk.text
