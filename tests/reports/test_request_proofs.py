"""Showing that a number or an address is one's own: a code goes there, and comes back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event

from members.model import CODE_LIFE, CODE_TRIES, Role
from messages import actions as messages
from messages.model import PARTING
from reports import actions
from reports.rights import CODES_FOR_ONE, CODES_OF_ONE
from tests.members.visits import Visitor
from tests.privacy.traces import cells, search
from tests.reports.requests import OTHER, PHONE, answer, ask, code_on, first_request, messages_of
from tests.whole import Whole

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TWO = f"{PHONE}\nmarten@example.org"


@pytest.fixture
def desk(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.CASEWORKER))


def send(visitor: Visitor, position: int = 0) -> Visitor:
    """Have a code sent to one of what was asked about."""
    return visitor.open("/your-data/proof").fill("/your-data/proof", position=str(position))


def sent(house: Whole) -> str:
    """Return the code that was sent last."""
    found = re.search(r"\d{6}", messages_of(house, "code")[-1].body)
    assert found
    return found[0]


def other(digits: str) -> str:
    """Return a code that was not sent."""
    return f"{(int(digits) + 1) % 1_000_000:06}"


@pytest.mark.parametrize(
    ("position", "channel", "to"),
    [(0, "sms", "+447700900123"), (1, "email", "marten@example.org")],
)
def test_a_code_that_comes_back_shows_whose_it_is(
    house: Whole, desk: Visitor, position: int, channel: str, to: str
) -> None:
    visitor = send(ask(house, "access", TWO), position)
    (message,) = messages_of(house, "code")
    assert (message.channel, message.to) == (channel, to)
    assert "We sent a code of six digits to" in visitor.text
    visitor.fill("/proof/code", digits=sent(house))
    assert "Shown to be yours" in visitor.text
    first_request(desk)
    assert desk.text.count("shown by a code on") == 1
    assert desk.form("/answer").fields["proof"] == "code"
    desk.fill("/answer", outcome="told", told="We hold your account's name.")
    assert "They typed the code that we sent to it" in desk.text


def test_whoever_comes_back_with_the_code_of_the_request_can_still_show_it(house: Whole) -> None:
    code = code_on(ask(house))
    visitor = send(answer(house, code))
    visitor.fill("/proof/code", digits=sent(house))
    assert "Shown to be yours" in visitor.text


def test_without_the_code_of_the_request_nothing_is_sent(house: Whole) -> None:
    ask(house)
    assert house.visitor().open("/your-data/proof").path == "/your-data/answer"
    visitor = ask(house).open("/your-data/proof")
    with time_machine.travel(datetime.now(UTC) + 31 * MINUTE):
        assert visitor.fill("/your-data/proof", position="0").path == "/your-data/answer"
    assert messages_of(house, "code") == []


def test_what_was_not_asked_about_gets_no_code(house: Whole) -> None:
    visitor = ask(house, named="insta: okapi_1987\n" + PHONE)
    for position in ("0", "2", "99", "-1", "²"):
        visitor.open("/your-data/proof").fill("/your-data/proof", position=position)
        assert visitor.status == 422
    assert messages_of(house, "code") == []


def test_a_wrong_code_shows_nothing_and_five_end_it(house: Whole, desk: Visitor) -> None:
    visitor = send(ask(house))
    digits = sent(house)
    for _ in range(CODE_TRIES - 1):
        visitor.fill("/proof/code", digits=other(digits))
        assert "That is not the code we sent." in visitor.text
    visitor.fill("/proof/code", digits=other(digits))
    assert "That code works no longer." in visitor.text
    visitor.open("/your-data/proof")
    assert "Shown to be yours" not in visitor.text
    first_request(desk)
    assert "shown by a code" not in desk.text


def test_the_right_code_after_five_wrong_ones_shows_nothing(house: Whole) -> None:
    visitor = send(ask(house))
    digits = sent(house)
    form = visitor.form("/proof/code")
    for typed in (*[other(digits)] * CODE_TRIES, digits):
        visitor.page.forms = [form]
        visitor.fill("/proof/code", digits=typed)
    assert "Shown to be yours" not in visitor.open("/your-data/proof").text


def test_a_code_works_for_a_quarter_of_an_hour(house: Whole) -> None:
    visitor = send(ask(house))
    with time_machine.travel(datetime.now(UTC) + CODE_LIFE + MINUTE):
        visitor.fill("/proof/code", digits=sent(house))
    assert "That code works no longer." in visitor.text


def test_another_code_ends_the_one_before(house: Whole) -> None:
    visitor = send(ask(house, named=TWO))
    before = sent(house)
    send(visitor, 1)
    assert before != sent(house)
    visitor.fill("/proof/code", digits=before)
    assert "That is not the code we sent." in visitor.text


def test_one_number_gets_three_codes_a_day_whoever_asks(house: Whole) -> None:
    for _ in range(CODES_FOR_ONE):
        assert send(ask(house)).status == 200
    one_more = send(ask(house))
    assert one_more.status == 422
    assert "Enough codes were sent today." in one_more.text
    assert len(messages_of(house, "code")) == CODES_FOR_ONE
    with time_machine.travel(datetime.now(UTC) + DAY + MINUTE):
        assert send(ask(house)).status == 200


def test_one_request_sends_six_codes_a_day(house: Whole) -> None:
    visitor = ask(house, named="\n".join(f"marten{number}@example.org" for number in range(7)))
    for position in range(CODES_OF_ONE):
        assert send(visitor, position).status == 200
    assert send(visitor, CODES_OF_ONE).status == 422
    assert len(messages_of(house, "code")) == CODES_OF_ONE


def test_the_same_statements_run_and_the_same_is_said_whether_or_not_anything_is_held(
    house: Whole,
) -> None:
    house.report()
    engine = house.services.writing.kw["bind"]
    asked = [ask(house, named=each) for each in (PHONE, OTHER)]
    ran: list[str] = []
    pages: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: ran.append(args[2]))
    found = []
    for visitor in asked:
        ran.clear()
        pages.append(re.sub(r"900 ?(123|987)|value=\"[\w.-]{40,}\"", "-", send(visitor).markup))
        visitor.fill("/proof/code", digits=sent(house))
        pages.append(re.sub(r"900 ?(123|987)|value=\"[\w.-]{40,}\"", "-", visitor.markup))
        found.append([each for each in ran if "cause_text" not in each or "INSERT" in each])
    assert found[0] == found[1]
    assert pages[:2] == pages[2:]


def test_nothing_is_told_for_a_code_that_nobody_typed(house: Whole, desk: Visitor) -> None:
    send(ask(house, "access"))
    first_request(desk)
    assert 'value="code"' not in desk.markup
    desk.fill("/answer", outcome="told", told="An account.", proof="code")
    assert desk.status == 422
    assert "Nobody has typed a code that we sent." in desk.text


def test_after_the_answer_no_code_is_sent(house: Whole, desk: Visitor) -> None:
    visitor = ask(house, "access").open("/your-data/proof")
    form = visitor.form("/your-data/proof")
    lead = house.sign_in(house.person(Role.LEAD))
    first_request(desk)
    desk.fill("/answer", outcome="not_confirmed", proof="none")
    first_request(lead)
    lead.fill("/confirm")
    visitor.page.forms = [form]
    assert visitor.fill("/your-data/proof", position="0").status == 422
    assert messages_of(house, "code") == []


def test_where_a_code_went_is_in_no_plain_place_and_is_forgotten(house: Whole) -> None:
    visitor = send(ask(house, named=OTHER))
    digits = sent(house)
    visitor.fill("/proof/code", digits=digits)
    with house.services.reading() as session:
        left = cells(session.connection())
    assert search({"database": left}, {"number": "+447700900987"}) == []
    codes = actions.retention()[-2]
    with house.writing() as session:
        messages.forget_parted(session, now=datetime.now(UTC) + PARTING + MINUTE)
        assert codes.remove(session, datetime.now(UTC) + DAY - MINUTE, 10) == 0
        assert codes.due(session, datetime.now(UTC) + DAY) == 1
        assert codes.remove(session, datetime.now(UTC) + DAY, 10) == 1
    assert messages_of(house, "code") == []
    assert "Shown to be yours" in visitor.open("/your-data/proof").text
