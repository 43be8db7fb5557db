"""Two people correct one published warning: nothing is replaced unseen, nothing typed is lost."""

import pytest

from members.model import Role
from reports.model import Warning
from tests import given
from tests.alerts.steps import publish, withdraw
from tests.given_reports import DRAFT
from tests.members.visits import Visitor
from tests.whole import Whole, press

THEIRS = "He drives a red van, not a blue one."
MINE = "He drives a green van."
ADVICE = "Look for the van."


@pytest.fixture
def warning(house: Whole, verifier: given.Person, colleague: Visitor) -> Warning:
    """Give a published warning."""
    warning = house.proposed(verifier)
    publish(colleague, warning)
    return warning


@pytest.fixture
def other(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.CASEWORKER))


def opened(visitor: Visitor, warning: Warning) -> Visitor:
    visitor.open(f"/desk/warnings/{warning.id}/correct")
    return visitor


def send(visitor: Visitor, description: str) -> Visitor:
    return visitor.fill("/correct", description=description, advice=ADVICE)


def waiting(visitor: Visitor, warning: Warning) -> str:
    return visitor.open(f"/desk/warnings/{warning.id}").text


def test_a_correction_that_was_overtaken_keeps_what_was_typed_beside_what_waits(
    warning: Warning, colleague: Visitor, other: Visitor
) -> None:
    opened(colleague, warning)
    send(opened(other, warning), THEIRS)
    send(colleague, MINE)
    assert colleague.status == 409
    assert "corrected this warning while you were writing" in colleague.text
    assert THEIRS in colleague.text
    assert "Written by a colleague" in colleague.text
    fields = colleague.form("/correct").fields
    assert (fields["description"], fields["advice"]) == (MINE, ADVICE)
    assert THEIRS in waiting(other, warning)


def test_whoever_has_seen_the_other_correction_may_put_their_own_in_its_place(
    warning: Warning, colleague: Visitor, other: Visitor
) -> None:
    opened(colleague, warning)
    send(opened(other, warning), THEIRS)
    send(colleague, MINE)
    send(colleague, MINE)
    assert colleague.status == 200
    assert MINE in waiting(other, warning)
    assert THEIRS not in other.text


def test_a_text_that_was_confirmed_meanwhile_is_shown_before_it_is_corrected_again(
    house: Whole, warning: Warning, colleague: Visitor, other: Visitor
) -> None:
    opened(colleague, warning)
    send(opened(other, warning), THEIRS)
    third = house.sign_in(house.person(Role.LEAD))
    third.open(f"/desk/warnings/{warning.id}")
    third.fill("/correct/confirm")
    send(colleague, MINE)
    assert colleague.status == 409
    assert "was confirmed or discarded" in colleague.text
    assert THEIRS in colleague.text
    assert colleague.form("/correct").fields["description"] == MINE
    assert house.warning(warning).draft.description == THEIRS


def test_a_correction_that_was_discarded_meanwhile_does_not_come_back_unseen(
    warning: Warning, colleague: Visitor, other: Visitor
) -> None:
    send(opened(other, warning), THEIRS)
    opened(colleague, warning)
    other.open(f"/desk/warnings/{warning.id}")
    other.fill("/correct/discard")
    send(colleague, MINE)
    assert colleague.status == 409
    assert colleague.form("/correct").fields["description"] == MINE
    assert "waits for a second" not in waiting(other, warning)


def test_what_was_typed_stays_when_the_warning_was_withdrawn_meanwhile(
    house: Whole, warning: Warning, colleague: Visitor, other: Visitor
) -> None:
    opened(colleague, warning)
    withdraw(house, other, warning)
    send(colleague, MINE)
    assert colleague.status == 409
    assert "not published, or not any more" in colleague.text
    assert colleague.form("/correct").fields["description"] == MINE


def test_the_same_correction_sent_twice_is_no_conflict(
    warning: Warning, colleague: Visitor, other: Visitor
) -> None:
    opened(colleague, warning)
    send(opened(other, warning), MINE)
    send(colleague, MINE)
    assert colleague.status == 200
    assert MINE in waiting(other, warning)


def test_nobody_discards_a_correction_that_they_have_not_seen(
    house: Whole, warning: Warning, colleague: Visitor, other: Visitor
) -> None:
    send(opened(colleague, warning), THEIRS)
    other.open(f"/desk/warnings/{warning.id}")
    third = house.sign_in(house.person(Role.LEAD))
    send(opened(third, warning), MINE)
    other.fill("/correct/discard")
    assert other.status == 409
    path = f"/desk/warnings/{warning.id}/correct/discard"
    assert press(other, path, correction="nonsense").status == 409
    assert MINE in waiting(other, warning)
    assert house.warning(warning).draft.description == DRAFT.description
