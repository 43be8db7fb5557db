"""A warning that changed before its button was pressed: why it is refused; the reason stays."""

import pytest

from members.model import Role
from reports.model import Consent, WarningState
from tests import given
from tests.alerts.steps import publish
from tests.members.visits import Visitor
from tests.whole import Whole, press

REASON = "He is on his way to her now."


def test_the_second_to_publish_is_told_and_sees_how_it_stands(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    warning = house.proposed(verifier)
    publish(house.sign_in(house.person(Role.CASEWORKER)), warning)
    publish(colleague, warning)
    assert colleague.status == 409
    assert "was quicker" in colleague.text
    assert "It stays until" in colleague.text


def test_a_reason_stays_when_somebody_else_was_quicker(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    warning = house.proposed(verifier)
    publish(colleague, warning)
    visitor = publish(house.sign_in(verifier), warning, reason=REASON)
    assert visitor.status == 409
    assert f"You had written: {REASON}" in visitor.text


@pytest.mark.parametrize(
    ("consents", "words"),
    [
        ({Consent.RESEARCH}, "did not agree"),
        ({Consent.REGISTER, Consent.HOLD_UNTIL_MATCH}, "wants this to wait"),
    ],
    ids=["no consent", "held"],
)
def test_a_reason_stays_in_its_field_when_the_reporter_does_not_agree(
    house: Whole, verifier: given.Person, consents: set[Consent], words: str
) -> None:
    warning = house.proposed(verifier, consents=frozenset(consents))
    visitor = publish(house.sign_in(verifier), warning, reason=REASON)
    assert visitor.status == 409
    assert words in visitor.text
    assert visitor.form("/publish").fields["reason"] == REASON
    assert house.warning(warning).state is WarningState.PROPOSED


def test_a_withdrawn_warning_cannot_be_published_and_says_so(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    warning = house.proposed(verifier)
    press(colleague, f"/desk/warnings/{warning.id}/withdraw")
    assert publish(colleague, warning).status == 409
    assert "This warning has ended." in colleague.text
