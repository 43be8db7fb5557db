"""The form on harm by a professional in a browser: answered, put aside, come back to, sent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select

from casework.pages.form_steps import STEPS
from casework.records import CaseRow, FormDraftRow
from config.settings import Settings
from members.model import Role
from tests.casework.forms import STORY, begin, code_on, filled, sent
from tests.members.visits import Visitor
from tests.whole import Whole, whole


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance."""
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        yield house


@pytest.fixture
def visitor(house: Whole) -> Visitor:
    """Give somebody who is not signed in."""
    return house.visitor()


def _count(house: Whole, row: type) -> int:
    with house.services.reading() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


@pytest.mark.parametrize("door", ["/", "/help", "/report"])
def test_the_form_is_found_where_people_look_and_says_its_limits_before_the_first_question(
    visitor: Visitor, door: str
) -> None:
    visitor.open(door)
    assert "in their job" in visitor.text
    assert 'href="/professionals"' in visitor.markup
    text = visitor.open("/professionals").text
    for words in (
        "no account",
        "answers within two days",
        "Being heard can be all",
        "somebody independent",
        "on no list",
        "this form takes no files",
        "a child is in danger",
        "A court",
    ):
        assert words in text


def test_a_form_is_answered_put_aside_and_sent(house: Whole, visitor: Visitor) -> None:
    filled(visitor)
    for words in (
        STORY,
        "Police",
        "officer",
        "Met",
        "PC 1234",
        "Racism, Outing",
        "3 February 2026",
    ):
        assert words in visitor.text
    for words in ("the station · England", "Ann, 07700 900456", "To be heard", "training"):
        assert words in visitor.text
    for words in ("Somebody independent", "+44 20 7946 0018", "kettle"):
        assert words in visitor.text
    code = code_on(visitor.open("/professionals/later"))
    visitor.send(form="/professionals/stop")
    assert visitor.open("/professionals/check").path == "/professionals"

    other = house.visitor().open("/professionals/return")
    other.send(form="/professionals/return", code=f" {code.lower()} ")
    assert other.path == "/professionals/check"
    other.send(form="/professionals/send")
    assert other.path == "/professionals/receipt"
    assert code_on(other) == code
    assert "A caseworker reads it" in other.text
    assert "Somebody answers by" in other.text
    assert STORY not in other.markup
    assert _count(house, FormDraftRow) == 0


def test_every_question_can_be_skipped_and_only_what_happened_is_asked_for_in_the_end(
    house: Whole, visitor: Visitor
) -> None:
    begin(visitor)
    for step in STEPS:
        assert visitor.path.startswith(f"/professionals/{step.slug}")
        assert f"Step {STEPS.index(step) + 1} of 10" in visitor.text
        visitor.send("skip")
    visitor.send(form="/professionals/send")
    assert visitor.status == 422
    assert "Please say what happened" in visitor.text
    assert _count(house, CaseRow) == 0
    visitor.open("/professionals/what-happened?change=1").send(story="He shouted.")
    assert visitor.path == "/professionals/check"
    assert visitor.send(form="/professionals/send").path == "/professionals/receipt"


def test_whoever_has_said_enough_goes_to_the_end_at_once(visitor: Visitor) -> None:
    begin(visitor).send("enough", story="He shouted.")
    assert visitor.path == "/professionals/check"
    assert "He shouted." in visitor.text


def test_sending_twice_gives_one_case_and_the_same_receipt(house: Whole, visitor: Visitor) -> None:
    filled(visitor)
    check = visitor.page
    first = visitor.send(form="/professionals/send").text
    visitor.page = check
    assert visitor.send(form="/professionals/send").text == first
    assert _count(house, CaseRow) == 1


def test_what_is_wrong_is_said_and_what_was_typed_stays(visitor: Visitor) -> None:
    begin(visitor)
    visitor.send(story="x" * 10_001)
    assert visitor.status == 422
    assert "x" * 10_001 in visitor.markup
    visitor.open("/professionals/when")
    visitor.send(**{"when-words": "in spring", "day-day": "40", "day-month": "2"})
    assert visitor.status == 422
    assert "such as 27 3 2026" in visitor.text
    assert 'value="in spring"' in visitor.markup
    visitor.send(**{"day-day": "1", "day-month": "1", "day-year": "2099"})
    assert "has not come yet" in visitor.text
    visitor.open("/professionals/contact")
    assert visitor.send(reach="text").status == 422
    assert "Give a number or an address" in visitor.text
    assert visitor.send(reach="text", reach_address="020 7946 0018").status == 422
    assert "Enter a mobile number" in visitor.text
    assert visitor.send(reach="call", reach_address="12").status == 422
    assert visitor.send(reach="email", reach_address="vole").status == 422
    assert 'value="vole"' in visitor.markup
    assert visitor.send(reach="email", reach_address="vole@example.com").status == 200
    assert "vole@example.com" in visitor.text


def test_an_answer_after_leave_begins_a_new_form_and_is_not_lost(visitor: Visitor) -> None:
    begin(visitor).send(story="He shouted.")
    question = visitor.page
    code = code_on(visitor)
    visitor.client.get("/exit")
    visitor.open("/")  # a fresh token, as the page that stood open would ask for one
    token = visitor.open("/professionals").form("/professionals").fields["csrf_token"]
    question.forms[0].fields["csrf_token"] = token
    visitor.page, visitor.path = question, "/professionals/who"
    visitor.send(their_role="officer")
    assert "This is a new one" in visitor.text
    assert code_on(visitor) != code


def test_what_is_typed_after_sending_is_shown_again_and_not_in_the_case(
    house: Whole, visitor: Visitor
) -> None:
    begin(visitor).send(story="He shouted.")
    question = visitor.page
    visitor.open("/professionals/check").send(form="/professionals/send")
    visitor.page, visitor.path = question, "/professionals/who"
    visitor.send(their_role="the night porter")
    assert visitor.status == 409
    assert "the night porter" in visitor.text
    assert _count(house, CaseRow) == 1


def test_after_half_an_hour_the_page_asks_for_the_code_again(visitor: Visitor) -> None:
    begin(visitor).send(story="He shouted.")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=31)):
        visitor.open("/professionals/check")
        assert visitor.path == "/professionals/return"
        assert "He shouted" not in visitor.text


@pytest.mark.parametrize("code", ["", "short", "0" * 24])
def test_nothing_opens_with_a_wrong_code(visitor: Visitor, code: str) -> None:
    visitor.open("/professionals/return").send(form="/professionals/return", code=code)
    assert visitor.status == 422
    assert "Nothing opens with this code" in visitor.text


def test_the_code_of_what_was_sent_shows_the_receipt_and_never_the_words(
    house: Whole, visitor: Visitor
) -> None:
    code = code_on(sent(visitor))
    other = house.visitor().open("/professionals/return")
    other.send(form="/professionals/return", code=code)
    assert other.path == "/professionals/receipt"
    assert STORY not in other.markup
    for page in ("/professionals/check", "/professionals/who"):
        assert STORY not in other.open(page).markup


def test_a_form_that_is_thrown_away_is_gone(house: Whole, visitor: Visitor) -> None:
    begin(visitor).send(story="He shouted.")
    visitor.open("/professionals/later").send(form="/professionals/discard")
    assert visitor.path == "/professionals"
    assert _count(house, FormDraftRow) == 0


def test_a_member_keeps_it_in_the_account_only_if_they_say_so(house: Whole) -> None:
    for link, kept in (("apart", False), ("account", True)):
        member = house.sign_in(house.person())
        filled(member)
        assert member.form("/professionals/send").fields["link"] == "apart"
        member.send(form="/professionals/send", link=link)
        assert member.path == "/professionals/receipt"
        assert ("It is in your account" in member.text) is kept
        with house.services.reading() as session:
            row = session.scalars(select(CaseRow).order_by(CaseRow.opened_at.desc())).first()
            assert row
            assert (row.person_mark is not None, row.code_fingerprint is None) == (kept, kept)
            assert row.reference in member.text


def test_a_visitor_cannot_say_that_it_is_an_accounts(house: Whole, visitor: Visitor) -> None:
    filled(visitor).send(form="/professionals/send", link="account")
    assert code_on(visitor)
    with house.services.reading() as session:
        assert session.scalars(select(CaseRow)).one().person_mark is None


def test_when_no_more_cases_are_taken_the_form_waits(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = filled(visitor).form("/professionals/send").fields
    monkeypatch.setattr("casework.actions.opening.MOST_A_DAY", 0)
    response = visitor.client.post("/professionals/send", data=fields)
    assert response.status_code == 503
    assert "Nothing is lost" in response.text
    monkeypatch.undo()
    assert visitor.send(form="/professionals/send").path == "/professionals/receipt"


def test_no_page_of_the_form_has_a_title_or_an_address_that_tells(visitor: Visitor) -> None:
    filled(visitor)
    for page in ("", "/what-happened", "/check", "/later", "/return"):
        visitor.open(f"/professionals{page}")
        for words in ("profession", "police", "harm"):
            assert words not in visitor.title.lower()
    code = code_on(visitor.open("/professionals/later"))
    visitor.open("/professionals/return").send(form="/professionals/return", code=code)
    assert visitor.path == "/professionals/check"
    assert not any(code[:4] in path for path in visitor.seen)


def test_the_counts_are_for_the_desk_and_leave_as_a_file(house: Whole, visitor: Visitor) -> None:
    sent(visitor)
    assert "There is nothing here" in house.sign_in(house.person()).open("/desk/professionals").text
    caseworker = house.sign_in(house.person(Role.CASEWORKER)).open("/desk/professionals")
    assert "fewer than 10" in caseworker.text
    assert "no total" in caseworker.text
    file = caseworker.open("/desk/professionals/counts.csv")
    lines = file.markup.splitlines()
    assert lines[0] == "year,by,of,forms"
    assert f"{datetime.now(UTC).year},sector,police," in lines
    assert f"{datetime.now(UTC).year},kind,racism," in lines
