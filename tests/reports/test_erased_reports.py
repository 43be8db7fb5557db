"""What is left of a report that was erased: enough for its reporter and for its alerts."""

from sqlalchemy import text

from members.model import Role
from reports import actions as reports
from reports.model import Warning
from tests.given_reports import DRAFT, GivenReport
from tests.reports.requests import ask, decide
from tests.whole import Whole


def published(house: Whole, report: GivenReport) -> Warning:
    """Return the warning that two people made of a report."""
    verifier, publisher = (house.person(Role.CASEWORKER).id for _ in range(2))
    sealer, evaluator = house.services.sealers.reports, house.services.evaluator
    with house.writing() as session:
        reports.take(session, report.id, by=verifier)
        reports.verify(session, report.id, by=verifier, now=house.now)
        made = reports.propose(
            session, sealer, report_id=report.id, draft=DRAFT, by=verifier, now=house.now
        )
        return reports.publish(
            session, sealer, evaluator, warning_id=made.id, by=publisher, now=house.now
        ).warning


def test_what_is_left_opens_for_its_reporter_and_on_the_desk_without_a_word(house: Whole) -> None:
    report = house.report()
    warning = published(house, report)
    desk, lead = (house.sign_in(house.person(role)) for role in (Role.CASEWORKER, Role.LEAD))
    reporter = house.visitor().open("/report/return").fill("/report/return", code=report.code)
    assert DRAFT.description in reporter.text
    ask(house, "erasure")
    decide(desk, lead, "erased", **{f"deed-{report.id}": "erase"})
    reporter = house.visitor().open("/report/return").fill("/report/return", code=report.code)
    assert reporter.status == 200
    assert report.reference in reporter.text
    for page in (reporter, desk.open(f"/desk/warnings/{warning.id}")):
        assert page.status == 200
        assert DRAFT.description not in page.text
    assert desk.open(f"/desk/reports/{report.id}").status == 200
    with house.services.reading() as session:
        shell = text("select area, time_of_day, precision, setting, from_day from report")
        assert tuple(session.execute(shell).one()) == ("", "", None, None, None)
        told = session.scalar(text("select kinds || areas || settings from warning"))
    assert told == ""
