"""Asking for a caseworker: with or without an account, from a phone, and never a dead end."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from casework.model import FIRST_ANSWER, MOST_A_DAY, CaseSource, Intake, Reach
from casework.records import CaseRow
from members.records import SignInRow
from storage.base import new_id
from tests.casework.asking import E164, NUMBER, asked, call_me, code_on, opened, write
from tests.reports.browser import Page
from tests.whole import Whole


def case_of(house: Whole) -> CaseRow:
    with house.services.reading() as session:
        return session.scalars(select(CaseRow)).one()


def count(house: Whole) -> int:
    with house.services.reading() as session:
        return session.scalar(select(func.count(CaseRow.id))) or 0


def test_somebody_without_an_account_asks_to_be_called_and_gets_a_code(house: Whole) -> None:
    said = {
        "safe-times": "weekdays  after ten",
        "no-message": "yes",
        "called": "Robin",
        "safe-word": "marigold",
        "speaks": "Română",
        "words": "It is about last week.\r\nAnd more.",
        "tell": "Thrush741@example.org",
    }
    page = call_me(house.visitor(), **said)
    assert page.path == "/help/code"
    assert "We ring you by" in page.text
    assert asked(house, code_on(page)) == Intake(
        words="It is about last week.\nAnd more.",
        reach=Reach.CALL,
        address=E164,
        safe_times="weekdays after ten",
        safe_word="marigold",
        no_message=True,
        called="Robin",
        speaks="Română",
        tell="Thrush741@example.org",
    )
    row = case_of(house)
    assert row.source == CaseSource.CALL_BACK
    assert row.due_at is not None
    assert row.due_at - row.opened_at == FIRST_ANSWER[CaseSource.CALL_BACK] == timedelta(hours=12)
    assert row.person_mark is None


def test_only_the_number_is_needed(house: Whole) -> None:
    code = code_on(call_me(house.visitor(), phone="0161 496 0123"))
    assert asked(house, code) == Intake(reach=Reach.CALL, address="+441614960123")


@pytest.mark.parametrize(
    ("said", "reach", "address"),
    [
        ({}, Reach.HERE, ""),
        ({"reach": "text", "address": NUMBER}, Reach.TEXT, E164),
        ({"reach": "email", "address": "wren@example.org"}, Reach.EMAIL, "wren@example.org"),
        ({"reach": "call"}, Reach.HERE, ""),  # a choice that is not on the page is none
    ],
)
def test_a_message_says_how_it_may_be_answered(
    house: Whole, said: dict[str, str], reach: Reach, address: str
) -> None:
    page = write(house.visitor(), **said)
    assert "A caseworker answers by" in page.text
    found = asked(house, code_on(page))
    assert (found.words, found.reach, found.address) == (
        "May I ask you something?",
        reach,
        address,
    )
    assert case_of(house).source == CaseSource.MESSAGE


@pytest.mark.parametrize(
    ("form", "said", "error"),
    [
        ("call", {"phone": ""}, "Enter a phone number."),
        ("call", {"phone": "call me"}, "That is not a phone number."),
        ("call", {"phone": NUMBER, "tell": "nobody@"}, "That is not an email address."),
        ("call", {"phone": NUMBER, "tell": "0161 496 0123"}, "Texts do not reach"),
        ("call", {"phone": NUMBER, "called": "x" * 201}, "This is 201 characters long"),
        ("write", {"words": " "}, "Write a line or two"),
        ("write", {"words": "x" * 10_001}, "we can take 10000"),
        ("write", {"words": "x", "reach": "text"}, "Enter a mobile number."),
        ("write", {"words": "x", "reach": "email", "address": NUMBER}, "not an email"),
        ("write", {"words": "x", "reach": "here", "address": NUMBER}, "Choose text or email"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_what_was_typed_stays(
    house: Whole, form: str, said: dict[str, str], error: str
) -> None:
    kept = {"speaks": "Magyar", "called": "Wren", **said}
    page = house.visitor().open(f"/help/{form}").fill(f"/help/{form}", **kept)
    assert page.status == 422
    assert error in page.text
    assert page.title == "Error: Brolly"
    fields = page.form(f"/help/{form}").fields
    assert {name: fields[name] for name in kept if name != "words"} == {
        name: value for name, value in kept.items() if name != "words"
    }
    assert count(house) == 0


def test_details_with_something_in_them_are_open(house: Whole) -> None:
    visitor = house.visitor().open("/help/call")
    assert "<details open" not in visitor.markup
    assert "<details open" not in visitor.fill("/help/call", phone="").markup
    assert "<details open" in visitor.fill("/help/call", phone="", called="Wren").markup
    assert "<details open" in visitor.open("/help/write").fill("/help/write", tell="x").markup


def test_when_too_many_came_nothing_is_lost_and_a_number_is_there_to_ring(house: Whole) -> None:
    phoned = house.services.settings.model_copy(update={"caseworker_phone": "01632 960 123"})
    house.app.jinja_env.globals["settings"] = phoned
    call_me(house.visitor())
    first = case_of(house)
    with house.writing() as session:
        copies = [
            {
                **{column.key: getattr(first, column.key) for column in CaseRow.__table__.columns},
                "id": new_id(),
                "notes_id": new_id(),
                "reference": f"C{number:07}",
                "code_fingerprint": None,
            }
            for number in range(MOST_A_DAY - 1)
        ]
        session.execute(insert(CaseRow), copies)
    visitor = house.visitor().open("/help/write")
    fields = {**visitor.form("/help/write").fields, "words": "Please keep this."}
    answer = visitor.client.post("/help/write", data=fields)
    assert answer.status_code == 503
    page = Page(answer.text)
    assert "Nothing was lost" in page.text
    assert 'href="tel:01632960123"' in answer.text
    assert page.forms[-1].fields["words"] == "Please keep this."
    with house.writing() as session:
        session.execute(update(CaseRow).values(opened_at=house.now - timedelta(days=1, hours=1)))
    assert visitor.fill("/help/write", words="Please keep this.").path == "/help/code"


def test_who_is_signed_in_finds_it_in_their_account(house: Whole) -> None:
    page = call_me(house.sign_in(house.person()))
    row = case_of(house)
    assert page.path == f"/account/cases/{row.reference}"
    assert row.code_fingerprint is None
    assert row.person_mark is not None
    assert "We ring you by" in page.text
    assert row.reference in page.open("/account/cases").text
    assert "Your cases" in page.open("/help").text
    assert "Your cases" in page.open("/account").text


def test_who_is_signed_in_may_keep_it_apart(house: Whole) -> None:
    page = call_me(house.sign_in(house.person()), apart="yes")
    assert page.path == "/help/code"
    assert case_of(house).person_mark is None
    assert "There is none yet" in page.open("/account/cases").text
    assert "Keep it out of my account" not in house.visitor().open("/help/call").text


def test_an_account_whose_key_is_not_open_gets_a_code(house: Whole) -> None:
    visitor = house.sign_in(house.person())
    with house.writing() as session:
        session.execute(update(SignInRow).values(sealed_key=None))
    page = call_me(visitor)
    assert page.path == "/help/code"
    assert opened(house, code_on(page)).path == "/case"


def test_the_code_is_shown_to_nobody_else_and_not_for_ever(house: Whole) -> None:
    page = write(house.visitor())
    code = code_on(page)
    assert house.visitor().open("/help/code").path == "/case"
    assert code_on(page.open("/help/code")) == code
    with page.client.session_transaction() as cookie:
        cookie["case"] = {**cookie["case"], "at": cookie["case"]["at"] - 30 * 60 - 5}
    again = page.open("/help/code")
    assert again.path == "/case"
    assert code not in again.markup
    assert "we ask for the code again after half an hour" in again.text


def test_the_forms_say_that_files_are_handed_over_otherwise(house: Whole) -> None:
    for form in ("call", "write"):
        assert "We cannot take files here" in house.visitor().open(f"/help/{form}").text
