"""A person's own pages of a case: behind the code or in the account, for half an hour, for them."""

import pytest
from sqlalchemy import select

from casework.model import LineKind
from casework.records import CaseLineRow, CaseRow
from storage.record_keys import Reader
from tests import given_cases
from tests.casework.asking import NUMBER, call_me, code_on, opened, write
from tests.members.visits import Visitor
from tests.whole import Whole, press

FIRST = "He took the Kingfisher."


def answered(house: Whole, recovery: Reader, text: str, kind: LineKind = LineKind.MESSAGE) -> None:
    """Let a caseworker write into the case that there is."""
    with house.writing() as session:
        case_id = session.scalars(select(CaseRow.id)).one()
    by = house.person().id
    with house.writing() as session:
        given_cases.a_line(session, recovery, case_id, text, by=by, kind=kind, now=house.now)


def late(visitor: Visitor) -> None:
    """Let half an hour go by since the code was used."""
    with visitor.client.session_transaction() as cookie:
        cookie["case"] = {**cookie["case"], "at": cookie["case"]["at"] - 30 * 60 - 5}


def lines(house: Whole) -> int:
    with house.services.reading() as session:
        return len(session.scalars(select(CaseLineRow.id)).all())


def test_with_the_code_one_reads_what_comes_next_what_was_agreed_and_what_was_said(
    house: Whole, recovery: Reader
) -> None:
    code = code_on(write(house.visitor(), FIRST))
    answered(house, recovery, "We call the clinic.", LineKind.STEP)
    answered(house, recovery, "No word to anybody.", LineKind.AGREED)
    answered(house, recovery, "We are <here>\nfor you.")
    page = opened(house, code)
    assert page.path == "/case"
    words = page.text
    for said in (
        "What comes next",
        "We call the clinic.",
        "What we agreed",
        "No word to anybody.",
        "Messages",
        "We are <here> for you.",
    ):
        words = words[words.index(said) :]
    assert "Kingfisher" not in page.markup
    assert page.title == "Brolly"


def test_neither_a_number_nor_a_first_word_is_shown_again(house: Whole) -> None:
    page = call_me(house.visitor(), words=FIRST, **{"safe-word": "Marigold", "called": "Wren"})
    own = opened(house, code_on(page)).markup
    for said in ("Kingfisher", "Marigold", "Wren", NUMBER, "7700"):
        assert said not in own


def test_a_line_is_added_and_read_with_the_code(house: Whole) -> None:
    page = opened(house, code_on(write(house.visitor())))
    page.fill("/case/write", line="It is Sunday\nnow.")
    assert page.path == "/case"
    assert "You · " in page.text
    assert "It is Sunday now." in page.text
    with house.services.reading() as session:
        assert session.scalars(select(CaseRow.unanswered)).one()


@pytest.mark.parametrize(
    ("line", "error"), [("", "Write a line first."), ("x" * 4_001, "we can take 4000")]
)
def test_a_line_that_cannot_be_taken_stays_in_its_field(
    house: Whole, line: str, error: str
) -> None:
    page = opened(house, code_on(write(house.visitor())))
    page.fill("/case/write", line=line)
    assert page.status == 422
    assert error in page.text
    assert page.form("/case/write").fields["line"] == line
    assert lines(house) == 0


def test_a_wrong_code_opens_nothing(house: Whole) -> None:
    write(house.visitor())
    for code in ("", "A" * 24, "not a code"):
        page = opened(house, code)
        assert page.status == 422
        assert "Nothing opens with this code." in page.text
        assert page.form("/case").fields["code"] == code


def test_after_half_an_hour_the_code_is_asked_for_and_a_line_is_still_taken(house: Whole) -> None:
    page = opened(house, code_on(write(house.visitor())))
    late(page)
    page.fill("/case/write", line="I was long in writing.")
    assert lines(house) == 1
    assert "I was long in writing." not in page.markup
    assert "we ask for the code again after half an hour" in page.text


def test_without_a_code_a_line_waits_until_it_is_typed(house: Whole) -> None:
    code = code_on(write(house.visitor()))
    page = opened(house, code)
    page.client.delete_cookie("brolly")
    token = house.visitor().open("/case")
    form = token.form("/case")
    form.action = "/case/write"
    token.fill("/case/write", line="Still mine.")
    assert token.status == 422
    assert "What you wrote is still here" in token.text
    token.fill("/case", code=code)
    assert token.form("/case/write").fields["line"] == "Still mine."
    assert lines(house) == 0
    assert "Still mine." in token.fill("/case/write").text


def test_the_code_is_forgotten_on_this_device_when_asked(house: Whole) -> None:
    page = opened(house, code_on(write(house.visitor())))
    page.fill("/case/forget")
    assert page.path == "/"
    assert "Your code" in page.open("/case").text
    with page.client.session_transaction() as cookie:
        assert "case" not in cookie


def test_an_account_reads_its_own_and_adds_to_it(house: Whole, recovery: Reader) -> None:
    page = write(house.sign_in(house.person()), FIRST)
    own = page.path
    answered(house, recovery, "We are here for you.")
    page.open(own).fill(own, line="Thank you.")
    assert page.path == own
    assert "We are here for you." in page.text
    assert "Thank you." in page.text
    assert "Kingfisher" not in page.markup
    assert page.fill(own, line="").status == 422


def test_for_another_account_and_for_nobody_it_is_not_there(house: Whole) -> None:
    own = write(house.sign_in(house.person())).path
    other = house.sign_in(house.person())
    assert other.open(own).status == 404
    assert press(other, own, line="Me too.").status == 404
    assert own.rpartition("/")[2] not in other.open("/account/cases").text
    assert house.visitor().open(own).path == "/sign-in"
    assert lines(house) == 0


def test_a_case_that_is_late_says_so(house: Whole) -> None:
    code = code_on(write(house.visitor()))
    with house.writing() as session:
        session.scalars(select(CaseRow)).one().due_at = house.now
    assert "It takes longer than we said." in opened(house, code).text
