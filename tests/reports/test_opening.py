"""Opening a report: for a reason, on record first; nobody reads one that they did not open."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
import time_machine

from members.model import ABSOLUTE, Role
from reports.model import ReportState
from storage import audit
from storage.audit import Auditor, Done, Wanted
from storage.audit_chain import Act
from tests.given import Person
from tests.given_reports import GivenReport
from tests.members.visits import Visitor
from tests.reports.test_desk_pages import opened, step
from tests.whole import Whole, open_report, press

TOLD = "He took the money back and shouted."


@pytest.fixture
def ruth(house: Whole) -> Person:
    return house.person(Role.CASEWORKER)


@pytest.fixture
def desk(house: Whole, ruth: Person) -> Visitor:
    return house.sign_in(ruth)


@pytest.fixture
def report(house: Whole) -> GivenReport:
    return house.report()


def on_record(house: Whole, report: UUID) -> list[Done]:
    """Return what is on record of a report, oldest first."""
    wanted = Wanted(on_ids=[report])
    with house.services.reading() as session:
        found = audit.entries(session, house.services.sealers.audit, wanted)
    return list(reversed(found))


def acts(house: Whole, report: UUID) -> list[str]:
    return [each.act for each in on_record(house, report)]


def test_a_report_is_shown_to_who_said_why(
    house: Whole, desk: Visitor, ruth: Person, report: GivenReport
) -> None:
    asked = desk.open(f"/desk/reports/{report.id}")
    assert "Why do you open it?" in asked.text
    assert TOLD not in asked.markup
    assert acts(house, report.id) == []
    desk.fill("/open", why="reporter")
    assert TOLD in desk.text
    first, second = on_record(house, report.id)
    assert (first.act, first.by_id) == (Act.REPORT_OPENED, ruth.id)
    assert first.reason == "Its reporter got in touch"
    assert second.act == Act.REPORT_READ


@pytest.mark.parametrize(
    ("why", "reason", "words"),
    [
        ("", "", "Say why you open it."),
        ("curious", "", "Say why you open it."),
        ("other", "   ", "Say in a few words why"),
        ("other", "x" * 201, "Say in a few words why"),
    ],
)
def test_without_a_reason_it_stays_closed_and_what_was_typed_stays(
    house: Whole, desk: Visitor, report: GivenReport, why: str, reason: str, words: str
) -> None:
    press(desk, f"/desk/reports/{report.id}/open", why=why, reason=reason)
    assert desk.status == 422
    assert words in desk.text
    assert reason in desk.markup
    assert TOLD not in desk.markup
    assert acts(house, report.id) == []


def test_a_reason_in_ones_own_words_is_kept_as_it_was_typed(
    house: Whole, desk: Visitor, report: GivenReport
) -> None:
    press(desk, f"/desk/reports/{report.id}/open", why="other", reason="The  court asked.")
    assert TOLD in desk.text
    assert on_record(house, report.id)[0].reason == "The court asked."


def test_whoever_takes_a_report_has_opened_it(
    house: Whole, desk: Visitor, report: GivenReport
) -> None:
    assert TOLD in step(desk, report.id, "take").text
    assert acts(house, report.id) == [Act.REPORT_TAKEN, Act.REPORT_READ]


def test_what_one_opened_is_closed_to_others(
    house: Whole, desk: Visitor, report: GivenReport
) -> None:
    open_report(desk, report.id)
    colleague = house.sign_in(house.person(Role.LEAD))
    assert TOLD not in colleague.open(f"/desk/reports/{report.id}").markup


def test_each_further_look_is_on_record(house: Whole, desk: Visitor, report: GivenReport) -> None:
    open_report(desk, report.id)
    desk.open(f"/desk/reports/{report.id}")
    assert acts(house, report.id) == [Act.REPORT_OPENED, Act.REPORT_READ, Act.REPORT_READ]


def test_the_next_day_it_is_asked_again(
    house: Whole, ruth: Person, desk: Visitor, report: GivenReport
) -> None:
    open_report(desk, report.id)
    with time_machine.travel(datetime.now(UTC) + ABSOLUTE + timedelta(minutes=1)):
        tomorrow = house.sign_in(ruth)
        assert TOLD not in tomorrow.open(f"/desk/reports/{report.id}").markup


@pytest.mark.parametrize("name", ["verify", "decline"])
def test_nobody_decides_on_what_they_have_not_opened(
    house: Whole, desk: Visitor, report: GivenReport, name: str
) -> None:
    step(desk, report.id, "take")
    colleague = house.sign_in(house.person(Role.CASEWORKER))
    step(colleague, report.id, name)
    assert "Why do you open it?" in colleague.text
    assert opened(house, report.id).state is ReportState.IN_REVIEW


@pytest.mark.parametrize("page", ["/warning", "/notes"])
def test_no_other_page_shows_a_report_that_was_not_opened(
    house: Whole, desk: Visitor, report: GivenReport, page: str
) -> None:
    step(desk, report.id, "take")
    step(desk, report.id, "verify")
    colleague = house.sign_in(house.person(Role.CASEWORKER))
    if page == "/warning":
        assert TOLD not in colleague.open(f"/desk/reports/{report.id}{page}").markup
    press(colleague, f"/desk/reports/{report.id}{page}", note="x" * 2_001, step="look")
    assert TOLD not in colleague.markup
    assert "Why do you open it?" in colleague.text


def test_what_cannot_be_put_on_record_is_not_shown(desk: Visitor, report: GivenReport) -> None:
    open_report(desk, report.id)
    with patch.object(Auditor, "record_alone", side_effect=OSError):
        answer = desk.client.get(f"/desk/reports/{report.id}")
    assert answer.status_code == 500
    assert TOLD not in answer.text


def test_each_decision_is_on_record(house: Whole, desk: Visitor, report: GivenReport) -> None:
    for name in ("take", "verify"):
        step(desk, report.id, name)
    desk.fill("/notes", note="Rang back.")
    assert [each for each in acts(house, report.id) if each != Act.REPORT_READ] == [
        Act.REPORT_TAKEN,
        Act.REPORT_VERIFIED,
        Act.NOTE_ADDED,
    ]


def test_a_report_that_is_not_there_cannot_be_opened(desk: Visitor) -> None:
    assert press(desk, f"/desk/reports/{uuid4()}/open", why="review").status == 404
