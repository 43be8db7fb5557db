"""The desk in a browser: the queue, and a report's review."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from members.model import Role
from reports.model import Report, ReportState
from tests import given_reports
from tests.given_reports import GivenReport
from tests.members.visits import Visitor
from tests.whole import Whole, open_report, press


@pytest.fixture
def caseworker(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.CASEWORKER))


def opened(house: Whole, report_id: UUID) -> Report:
    return house.opened(report_id)


def step(visitor: Visitor, report_id: UUID, name: str) -> Visitor:
    return press(visitor, f"/desk/reports/{report_id}", step=name)


@pytest.fixture
def verified(house: Whole, caseworker: Visitor) -> GivenReport:
    report = house.report()
    for name in ("take", "verify"):
        step(caseworker, report.id, name)
    return report


# Review


def test_the_queue_leads_to_a_report_and_to_what_shares_its_number(
    house: Whole, caseworker: Visitor
) -> None:
    first, second = house.report(), house.report(narrative="Another evening.")
    caseworker.open("/desk")
    assert first.reference in caseworker.text
    assert "shared with 1 report" in caseworker.text
    open_report(caseworker, first.id)
    assert "He took the money back and shouted." in caseworker.text
    assert second.reference in caseworker.text
    assert "Another evening." not in caseworker.text
    assert caseworker.title.startswith(first.reference)


def test_a_report_is_taken_and_verified_and_leaves_the_queue(
    house: Whole, caseworker: Visitor
) -> None:
    report = house.report()
    step(caseworker, report.id, "take")
    step(caseworker, report.id, "verify")
    assert caseworker.path == f"/desk/reports/{report.id}"
    assert "Verified by you." in caseworker.text
    assert opened(house, report.id).state is ReportState.VERIFIED
    assert report.reference not in caseworker.open("/desk").text
    assert report.reference in caseworker.open("/desk/closed").text


def test_a_declined_report_is_closed(house: Whole, caseworker: Visitor) -> None:
    report = house.report()
    step(caseworker, report.id, "take")
    step(caseworker, report.id, "decline")
    assert "This report is closed." in caseworker.text
    assert opened(house, report.id).state is ReportState.DECLINED


@pytest.mark.parametrize("name", ["take", "verify", "decline"])
def test_a_step_that_comes_too_late_says_so_and_changes_nothing(
    house: Whole, caseworker: Visitor, verified: GivenReport, name: str
) -> None:
    step(caseworker, verified.id, name)
    assert caseworker.status == 409
    assert "This has changed in the meantime" in caseworker.text
    assert opened(house, verified.id).state is ReportState.VERIFIED


def test_a_report_must_be_taken_before_it_is_verified(house: Whole, caseworker: Visitor) -> None:
    report = house.report()
    open_report(caseworker, report.id)
    assert step(caseworker, report.id, "verify").status == 409
    assert opened(house, report.id).state is ReportState.RECEIVED


@pytest.mark.parametrize("name", ["take", "verify", "decline"])
def test_a_step_on_a_report_that_is_not_there_finds_nothing(caseworker: Visitor, name: str) -> None:
    assert step(caseworker, uuid4(), name).status == 404


def test_a_note_is_kept_for_colleagues(house: Whole, caseworker: Visitor) -> None:
    report = house.report()
    open_report(caseworker, report.id).send(form="/notes", note="Rang back at noon.")
    assert "Rang back at noon." in caseworker.text
    colleague = house.sign_in(house.person(Role.LEAD))
    assert "Rang back at noon." in open_report(colleague, report.id).text


def test_a_note_on_a_report_that_is_not_there_finds_nothing(caseworker: Visitor) -> None:
    assert press(caseworker, f"/desk/reports/{uuid4()}/notes", note="Where?").status == 404


def test_a_note_that_is_too_long_stays_in_its_field(house: Whole, caseworker: Visitor) -> None:
    report = house.report()
    words = "word " * 500
    open_report(caseworker, report.id).send(form="/notes", note=words)
    assert caseworker.status == 422
    assert caseworker.form("/notes").fields["note"] == words.strip()
    assert "Shorten this to 2000 characters." in caseworker.text
    assert opened(house, report.id).additions == ()


def test_a_report_that_waits_too_long_is_marked(house: Whole, caseworker: Visitor) -> None:
    with house.writing() as session:
        given_reports.a_report(
            session,
            house.services.sealers,
            house.services.evaluator,
            given_reports.a_submission(),
            now=datetime.now(UTC) - timedelta(hours=3),
        )
    assert "overdue" in caseworker.open("/desk").text
