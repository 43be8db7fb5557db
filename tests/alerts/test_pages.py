"""Alerts in a browser: two people publish, one steers, members read, and nobody else gets in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from alerts import actions
from alerts.model import Alert
from checker import actions as checker
from checker.identifiers import read
from checker.model import Payload
from config.settings import Settings
from members.model import Preferences, Role, Severity
from messages.model import CauseState, DeliveryState, Queue
from reports import actions as reports
from reports.model import Consent, Warning, WarningState
from reports.records import WarningRow
from tests import given
from tests.given_reports import PHONE
from tests.members.visits import Visitor
from tests.whole import DRAFT, Whole, press, whole
from workers.jobs import Shift, tidy


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    settings = Settings(
        data_dir=keys, database_url=database_url, redis_url=redis_url, routine_delay_minutes=30
    )
    with whole(settings, scratch / "compiled") as house:
        house.refresh()
        yield house


@pytest.fixture
def verifier(house: Whole) -> given.Person:
    return house.person(Role.CASEWORKER)


@pytest.fixture
def colleague(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.CASEWORKER))


def a_recipient(house: Whole, *areas: str) -> given.Person:
    """Return a member who is alerted by text message and by mail."""
    with house.writing() as session:
        return given.a_member(
            session,
            house.services.sealers,
            now=house.now,
            phone="+447700900601",
            email="member601@example.org",
            preferences=Preferences(areas=frozenset(areas), by_sms=True, by_email=True),
        )


def publish(visitor: Visitor, warning: Warning, **fields: str) -> Visitor:
    return press(visitor, f"/desk/warnings/{warning.id}/publish", **fields)


def alert_of(house: Whole, warning: Warning) -> Alert | None:
    with house.services.reading() as session:
        return actions.alert_of(session, warning.id)


def steer(visitor: Visitor, house: Whole, warning: Warning, step: str) -> Alert:
    alert = alert_of(house, warning)
    assert alert is not None
    press(visitor, f"/alerts/{alert.id}", step=step)
    assert visitor.path == f"/alerts/{alert.id}"
    after = alert_of(house, warning)
    assert after is not None
    return after


def waiting(house: Whole, warning: Warning) -> int:
    with house.services.reading() as session:
        alert = actions.alert_of(session, warning.id)
        assert alert is not None
        return actions.progress(session, alert.id).count(DeliveryState.PENDING)


def on_the_register(house: Whole) -> Payload | None:
    with house.services.reading() as session:
        (answer,) = checker.check(
            session,
            evaluator=house.services.evaluator,
            register=house.services.register,
            identifiers=read(PHONE, region="GB").identifiers,
        )
    return answer.found


# Two people


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


# Steering


def test_an_alert_is_paused_resumed_and_recalled_from_its_page(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier)
    publish(colleague, warning)
    assert steer(colleague, house, warning, "pause").state is CauseState.PAUSED
    assert "Paused" in colleague.text
    assert steer(colleague, house, warning, "resume").state is CauseState.OPEN
    assert "Sending" in colleague.text
    assert steer(colleague, house, warning, "recall").state is CauseState.RECALLED
    assert "Recalled in time" in colleague.text
    assert waiting(house, warning) == 0
    assert steer(colleague, house, warning, "resume").state is CauseState.RECALLED


def test_an_unknown_step_changes_nothing(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier)
    publish(colleague, warning)
    assert steer(colleague, house, warning, "explode").state is CauseState.OPEN


def test_a_withdrawn_warning_is_found_nowhere_and_what_has_not_left_stays(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    member = house.sign_in(a_recipient(house, "GB-MET"))
    warning = house.proposed(verifier)
    publish(colleague, warning)
    assert warning.reference in member.open("/updates").markup
    assert DRAFT.description in member.open(f"/updates/{warning.reference}").text
    press(colleague, f"/desk/warnings/{warning.id}/withdraw")
    assert "This warning has ended." in colleague.text
    assert warning.reference not in member.open("/updates").markup
    assert member.open(f"/updates/{warning.reference}").status == 404
    assert on_the_register(house) is None
    assert waiting(house, warning) == 0
    assert press(colleague, f"/desk/warnings/{warning.id}/withdraw").status == 409


def test_a_warning_that_has_run_out_is_taken_off_the_register_by_the_workers(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    warning = house.proposed(verifier)
    publish(colleague, warning)
    assert on_the_register(house) is not None
    with house.writing() as session:
        past = house.now - timedelta(days=1)
        session.execute(
            update(WarningRow).where(WarningRow.id == warning.id).values(expires_at=past)
        )
    tidy(Shift(name="one", queue=Queue.SERVICE, services=house.services, senders={}))
    assert on_the_register(house) is None
    assert house.warning(warning).state is WarningState.EXPIRED


# What members read


def test_a_member_reads_the_warnings_of_their_areas_and_may_look_at_all(house: Whole) -> None:
    here, elsewhere = house.published(), house.published(replace(DRAFT, areas=("GB-GMP",)))
    member = house.sign_in(a_recipient(house, "GB-MET"))
    member.open("/updates")
    assert here.reference in member.markup
    assert elsewhere.reference not in member.markup
    assert elsewhere.reference in member.open("/updates?area=all").markup
    assert member.title.startswith("Updates")


def test_nuisance_is_on_the_register_and_in_no_list(house: Whole) -> None:
    nuisance = house.published(replace(DRAFT, severity=Severity.NUISANCE))
    member = house.sign_in(house.person())
    assert nuisance.reference not in member.open("/updates?area=all").markup
    assert on_the_register(house) is not None


def test_a_warning_that_is_not_published_is_not_there(house: Whole, verifier: given.Person) -> None:
    warning = house.proposed(verifier)
    member = house.sign_in(house.person())
    assert member.open(f"/updates/{warning.reference}").status == 404
    assert warning.reference not in member.open("/updates?area=all").markup


def test_what_a_member_reads_says_nothing_of_the_report(house: Whole) -> None:
    warning = house.published()
    member = house.sign_in(house.person(Role.PRACTITIONER))
    page = member.open(f"/updates/{warning.reference}").markup
    with house.services.reading() as session:
        report = reports.open_report(session, house.services.sealers.reports, warning.report_id)
    for secret in (report.reference, str(report.id), "Brixton", "Dave", "900123", "ran out"):
        assert secret not in page
