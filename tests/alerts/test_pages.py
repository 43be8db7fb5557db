"""Publishing in a browser: two people, or one with a reason, and only what was agreed to."""

from dataclasses import replace
from datetime import timedelta

from members.model import Severity
from reports.model import Consent, WarningState
from tests import given
from tests.alerts.steps import a_recipient, alert_of, on_the_register, publish, waiting
from tests.given_reports import DRAFT
from tests.members.visits import Visitor
from tests.whole import Whole


def test_before_anybody_decides_they_see_whom_it_reaches_and_what_it_costs(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier)
    colleague.open(f"/desk/warnings/{warning.id}")
    for term in ("text messages", "mails", "segments", "cost", "time to send"):
        assert term in colleague.text
    assert "0.04 GBP" in colleague.text
    assert DRAFT.description in colleague.text
    assert "An update for your area" in colleague.text
    assert colleague.title.startswith(warning.reference)


def test_whoever_verified_is_refused_and_nothing_is_published(
    house: Whole, verifier: given.Person
) -> None:
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier)
    visitor = publish(house.sign_in(verifier), warning)
    assert visitor.status == 403
    assert "somebody else must publish" in visitor.text
    assert "You verified this report" in visitor.text
    assert "write why it cannot wait" in visitor.text
    assert house.warning(warning).state is WarningState.PROPOSED
    assert alert_of(house, warning) is None
    house.refresh()
    assert on_the_register(house) is None


def test_a_second_person_publishes_and_follows_the_alert(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier)
    publish(colleague, warning)
    alert = alert_of(house, warning)
    assert alert is not None
    assert colleague.path == f"/alerts/{alert.id}"
    assert "0 of 2" in colleague.text
    assert (alert.estimate.sms_recipients, alert.estimate.email_recipients) == (1, 1)
    assert waiting(house, warning) == 2
    assert house.warning(warning).state is WarningState.PUBLISHED
    found = on_the_register(house)
    assert found is not None
    assert found.references == (warning.reference,)
    assert warning.reference in colleague.open("/alerts").text


def test_published_twice_is_told_and_sent_once(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier)
    publish(colleague, warning)
    publish(colleague, warning)
    assert colleague.status == 409
    assert waiting(house, warning) == 2


def test_alone_only_with_a_reason(house: Whole, verifier: given.Person) -> None:
    warning = house.proposed(verifier)
    visitor = house.sign_in(verifier)
    assert "Is somebody in danger right now?" in visitor.open(f"/desk/warnings/{warning.id}").text
    assert publish(visitor, warning, reason="   ").status == 403
    assert house.warning(warning).state is WarningState.PROPOSED
    publish(visitor, warning, reason="He is on his way to her now.")
    assert visitor.path.startswith("/alerts/")
    assert house.warning(warning).state is WarningState.PUBLISHED


def test_nothing_but_danger_is_published_alone(house: Whole, verifier: given.Person) -> None:
    warning = house.proposed(verifier, replace(DRAFT, severity=Severity.RISK))
    visitor = house.sign_in(verifier)
    assert "right now?" not in visitor.open(f"/desk/warnings/{warning.id}").text
    assert publish(visitor, warning, reason="I am in a hurry.").status == 403
    assert house.warning(warning).state is WarningState.PROPOSED


def test_without_consent_nothing_is_published_and_the_page_says_why(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    warning = house.proposed(verifier, consents=frozenset({Consent.RESEARCH}))
    assert (
        "neither the register nor an alert" in colleague.open(f"/desk/warnings/{warning.id}").text
    )
    assert publish(colleague, warning).status == 409
    assert "did not agree" in colleague.text
    assert house.warning(warning).state is WarningState.PROPOSED


def test_what_only_goes_to_the_register_alerts_nobody(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier, consents=frozenset({Consent.REGISTER}))
    publish(colleague, warning)
    assert colleague.path == f"/desk/warnings/{warning.id}"
    assert alert_of(house, warning) is None
    assert on_the_register(house) is not None


def test_what_is_no_danger_leaves_after_a_wait_that_says_nothing_of_the_reporter(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier, replace(DRAFT, severity=Severity.RISK))
    assert "up to 30 minutes" in colleague.open(f"/desk/warnings/{warning.id}").text
    publish(colleague, warning)
    alert = alert_of(house, warning)
    assert alert is not None
    wait = alert.estimate.leaves_from - alert.published_at
    assert timedelta(0) <= wait < timedelta(minutes=30)
