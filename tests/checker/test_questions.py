"""Entries that can be read in two ways: each is asked about, on the page of the check."""

from tests.checker.asking import LISTED, NOTHING, check
from tests.given_reports import an_identifier
from tests.members.visits import Visitor
from tests.whole import Whole


def test_an_ambiguous_entry_is_asked_about_and_the_chosen_one_answered(
    house: Whole, member: Visitor
) -> None:
    house.published()
    entry = f"{LISTED}, 49 30 901820"
    check(member, entry)
    assert member.status == 200
    assert "Which one do you mean?" in member.text
    assert NOTHING not in member.text
    ask = member.page.forms[-1]
    candidates = [value for name, value in ask.buttons if name == "chosen"]
    assert len(candidates) > 1
    assert ask.fields["entry"] == entry
    member.send(f"chosen={candidates[0]}", form="/check")
    assert member.status == 200
    assert "Which one do you mean?" not in member.text
    assert "Physical assault" in member.text, "what was certain is answered too"
    assert NOTHING in member.text
    assert member.form("/check").fields["entry"] == entry


TWO_CHOICES = "6555501234 or 49 30 901820"


def offered(visitor: Visitor) -> list[str]:
    return [value for name, value in visitor.page.forms[-1].buttons if name == "chosen"]


def choose(visitor: Visitor, value: str) -> Visitor:
    """Press a button of the question, which is the last form of the page."""
    visitor.page.forms = visitor.page.forms[-1:]
    visitor.send(f"chosen={value}", form="/check")
    return visitor


def test_each_ambiguous_number_of_an_entry_is_asked_about_before_anything_is_answered(
    house: Whole, member: Visitor
) -> None:
    house.published()
    check(member, f"{LISTED}, {TWO_CHOICES}")
    assert offered(member) == ["+446555501234", "+6555501234"]
    assert "Question 1 of 2" in member.text
    choose(member, "+6555501234")
    assert offered(member) == ["+444930901820", "+4930901820"]
    assert "Question 2 of 2" in member.text
    assert NOTHING not in member.text
    assert "Physical assault" not in member.text
    choose(member, "+4930901820")
    assert "Which one do you mean?" not in member.text
    places = [member.text.index(each) for each in ("Physical assault", "+65 5550", "+49 30")]
    assert places == sorted(places)
    assert member.text.count(NOTHING) == 2


def test_a_warning_about_the_second_ambiguous_number_is_shown(
    house: Whole, member: Visitor
) -> None:
    house.published(identifiers=(an_identifier("+49 30 901820"),))
    check(member, TWO_CHOICES)
    choose(member, "+446555501234")
    choose(member, "+4930901820")
    assert "Physical assault" in member.text


def test_questions_cost_nothing_and_each_number_is_paid_for_once(member: Visitor) -> None:
    entry = f"{LISTED}, 07700 900124, 07700 900125, {TWO_CHOICES}"
    check(member, entry)
    choose(choose(member, "+6555501234"), "+4930901820")
    assert member.status == 200
    assert member.text.count(NOTHING) == 5
    assert check(member, LISTED).status == 429


def test_a_choice_of_the_other_number_does_not_settle_this_one(member: Visitor) -> None:
    check(member, TWO_CHOICES)
    choose(member, "+4930901820")
    assert offered(member) == ["+446555501234", "+6555501234"]


def test_a_choice_that_was_not_offered_is_asked_again(member: Visitor) -> None:
    check(member, "49 30 901820")
    member.send("chosen=+447700900123", form="/check")
    assert "Which one do you mean?" in member.text
