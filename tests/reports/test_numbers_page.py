import pytest
from sqlalchemy.orm import Session

from checker.model import IdentifierKind
from reports.model import Certainty, GivenIdentifier
from storage.keys import Sealers
from tests.given_reports import a_plate, a_submission, an_identifier
from tests.reports.browser import Browser
from tests.reports.reporter import resume, said_by, to

AMBIGUOUS = "6555501234"  # in ranges nobody has: Britain, or Singapore with its "+" left out


@pytest.fixture
def asked(browser: Browser) -> Browser:
    """Give somebody who is asked for numbers."""
    return to(browser, "numbers")


@pytest.mark.parametrize(
    ("typed", "shown", "value"),
    [
        ("07700 900123", "+44 7700 900123", "+447700900123"),
        ("O7700 900 123", "+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+44 7700 900123", "+447700900123"),
        ("tel:07700900123", "+44 7700 900123", "+447700900123"),
        ("Ann@EXAMPLE.org", "ann@example.org", None),
    ],
)
def test_what_is_pasted_is_shown_as_it_was_read(
    asked: Browser,
    session: Session,
    sealers: Sealers,
    typed: str,
    shown: str,
    value: str | None,
) -> None:
    asked.send("add", entry_1=typed)
    assert f"Read as {shown}" in asked.text.replace(shown.title(), shown).replace("Ann@", "ann@")
    [given] = said_by(session, sealers, asked).identifiers
    assert given.raw == typed
    assert given.value == value or given.value in {"ann@example.org", "Ann@example.org"}


def test_what_cannot_be_read_is_asked_about_once_and_then_kept(
    asked: Browser, session: Session, sealers: Sealers
) -> None:
    asked.send(entry_1="ZZ99 ABC", certainty_1="sure")
    assert asked.status == 422
    assert "We cannot read this as a phone number, an email address, a username" in asked.text
    assert asked.form().fields["entry-1"] == "ZZ99 ABC"
    asked.send()
    assert asked.path == "/report/person"
    [given] = said_by(session, sealers, asked).identifiers
    assert given == GivenIdentifier(raw="ZZ99 ABC", kind=None, value=None, certainty=Certainty.SURE)
    assert "Kept as you wrote it" in asked.open("/report/numbers").text
    assert asked.send().path == "/report/person"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("07700", "Some digits are missing"),
        ("07700 900 1234", "too many digits"),
        ("+999 12345678", "no such phone number"),
        ("someone@", "after the @ is missing"),
        ("us\u0435r@example.org", "only look like ordinary ones"),
        ("No Caller ID", "withheld number cannot go on the register"),
        ("09068 123456", "the number of a service"),
        ("118118", "the number of a service"),
        ("twitter @some.body", "not a username that this app can have"),
        ("\U0001f602", "We cannot read this"),
    ],
)
def test_each_slip_has_its_own_words_and_may_be_kept(
    asked: Browser, typed: str, words: str
) -> None:
    asked.send(entry_1=typed)
    assert asked.status == 422
    assert words in asked.text
    assert "it is kept as you wrote it" in asked.text
    assert asked.form().fields["entry-1"] == typed
    assert asked.send().path == "/report/person"


def test_a_name_without_its_app_is_asked_about_and_one_who_knows_chooses(
    asked: Browser, session: Session, sealers: Sealers
) -> None:
    asked.send(entry_1="@some_body")
    assert asked.status == 422
    assert "This can be meant in several ways" in asked.text
    assert "some_body on Instagram" in asked.text
    asked.send(meant_1_1="instagram:some_body")
    assert asked.path == "/report/person"
    [given] = said_by(session, sealers, asked).identifiers
    assert (given.kind, given.value) == (IdentifierKind.USERNAME, "instagram:some_body")


def test_another_entry_that_cannot_be_read_is_asked_about_again(asked: Browser) -> None:
    asked.send(entry_1="ZZ99 ABC")
    asked.send(entry_1="ZZ99 ABD")
    assert asked.status == 422
    assert asked.send().path == "/report/person"


def test_a_number_that_can_be_read_in_two_ways_is_never_guessed(
    asked: Browser, session: Session, sealers: Sealers
) -> None:
    asked.send(entry_1=AMBIGUOUS)
    assert asked.status == 422
    assert "Which one is it?" in asked.text
    asked.send(meant_1_1="+6555501234")
    assert asked.path == "/report/person"
    [given] = said_by(session, sealers, asked).identifiers
    assert given.value == "+6555501234"
    assert asked.open("/report/numbers").send().path == "/report/person"
    assert said_by(session, sealers, asked).identifiers == (given,)


def test_a_number_that_nobody_can_tell_is_kept_as_it_was_written(
    asked: Browser, session: Session, sealers: Sealers
) -> None:
    asked.send(entry_1=AMBIGUOUS)
    asked.send()
    [given] = said_by(session, sealers, asked).identifiers
    assert (given.raw, given.kind, given.value) == (AMBIGUOUS, None, None)


def test_a_choice_that_was_not_offered_is_not_taken(
    asked: Browser, session: Session, sealers: Sealers
) -> None:
    asked.send(entry_1=AMBIGUOUS)
    asked.send(meant_1_1="+447700900999")
    assert [each.value for each in said_by(session, sealers, asked).identifiers] == [None]


def test_each_of_two_doubtful_numbers_in_one_field_is_asked_about_and_kept(
    asked: Browser, session: Session, sealers: Sealers
) -> None:
    typed = f"07700 900123, {AMBIGUOUS}, 49 30 901820"
    asked.send(entry_1=typed)
    assert asked.status == 422
    asked.send(meant_1_1="+446555501234", meant_1_2="+4930901820")
    assert asked.path == "/report/person"
    given = said_by(session, sealers, asked).identifiers
    assert [each.value for each in given] == ["+447700900123", "+446555501234", "+4930901820"]
    form = asked.open("/report/numbers").form()
    assert [form.fields[f"meant-1-{place}"] for place in (1, 2)] == ["+446555501234", "+4930901820"]
    assert asked.send().path == "/report/person"
    assert said_by(session, sealers, asked).identifiers == given


def test_one_of_two_doubtful_numbers_may_stay_open(
    asked: Browser, session: Session, sealers: Sealers
) -> None:
    asked.send(entry_1=f"{AMBIGUOUS}, 49 30 901820").send(meant_1_2="+4930901820")
    assert asked.path == "/report/person"
    [given] = said_by(session, sealers, asked).identifiers
    assert given.value == "+4930901820"
    form = asked.open("/report/numbers").form()
    assert [form.fields[f"meant-1-{place}"] for place in (1, 2)] == ["", "+4930901820"]
    asked.send(meant_1_1="+6555501234")
    given_now = said_by(session, sealers, asked).identifiers
    assert [each.value for each in given_now] == ["+6555501234", "+4930901820"]


def test_several_in_one_field_are_each_kept_and_stay_in_that_field(
    asked: Browser, session: Session, sealers: Sealers
) -> None:
    typed = "07700 900123, ann@example.org"
    asked.send("add", entry_1=typed)
    given = said_by(session, sealers, asked).identifiers
    assert [each.value for each in given] == ["+447700900123", "ann@example.org"]
    assert [each.raw for each in given] == [typed, typed]
    asked.open("/report/numbers").send()
    assert said_by(session, sealers, asked).identifiers == given


def test_an_emptied_field_removes_its_number(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    resume(session, sealers, browser, a_submission()).open("/report/numbers").send(entry_1="")
    assert said_by(session, sealers, browser.open("/report/when")).identifiers == (a_plate(),)


def test_twenty_numbers_are_taken_and_one_more_is_not(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    twenty = tuple(an_identifier(f"07700 9001{number}") for number in range(10, 30))
    full = a_submission(identifiers=twenty)
    resume(session, sealers, browser, full).open("/report/numbers?more=1")
    assert "entry-20" in browser.form().fields
    assert "entry-21" not in browser.form().fields
    browser.send(entry_20="07700 900129, 07700 900130")
    assert browser.status == 422
    assert "We can take 20" in browser.text
    assert browser.form().fields["entry-20"] == "07700 900129, 07700 900130"
    assert len(said_by(session, sealers, browser).identifiers) == 20


def test_an_entry_without_end_is_refused_and_stays(asked: Browser) -> None:
    asked.send(entry_1="0" * 501)
    assert asked.status == 422
    assert "This is 501 characters long" in asked.text
    assert asked.form().fields["entry-1"] == "0" * 501


def test_hidden_marks_in_a_number_do_not_hide_it(
    asked: Browser, session: Session, sealers: Sealers
) -> None:
    asked.send("add", entry_1="\u202a07700\x00 900123\u202c")
    [given] = said_by(session, sealers, asked).identifiers
    assert (given.raw, given.value) == ("07700 900123", "+447700900123")
