from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from checker.evaluator import Evaluator
from members.guard import TOKEN
from reports import actions
from reports.model import Consent, Reporter
from reports.opening import ByAccount
from storage.keys import Sealers
from storage.record_keys import Reader
from tests import given
from tests.given_reports import GivenReport, a_report, a_verified_report
from tests.reports.browser import Browser
from tests.reports.reporter import begin, to


@pytest.fixture
def member(session: Session, sealers: Sealers) -> given.Person:
    """Give a member."""
    return given.a_member(session, sealers, now=datetime.now(UTC))


@pytest.fixture
def theirs(
    session: Session, sealers: Sealers, evaluator: Evaluator, member: given.Person
) -> GivenReport:
    """Give a report that the member made in their name."""
    return a_report(session, sealers, evaluator, now=datetime.now(UTC), account_id=member.id)


@pytest.fixture
def sent(session: Session, sealers: Sealers, evaluator: Evaluator) -> GivenReport:
    """Give a report of a visitor."""
    report = a_report(session, sealers, evaluator, now=datetime.now(UTC))
    session.commit()
    return report


def open_with(browser: Browser, report: GivenReport) -> Browser:
    """Open a report with its code."""
    return browser.open("/report/return").send(form="/report/return", code=report.code)


def sign_in(browser: Browser, session: Session, sealers: Sealers, person: given.Person) -> Browser:
    """Sign somebody in."""
    token = given.a_sign_in(session, sealers, person, now=datetime.now(UTC))
    session.commit()
    with browser.client.session_transaction() as cookie:
        cookie[TOKEN] = token
    return browser


def own_mark(session: Session, sealers: Sealers, person: given.Person) -> bytes:
    """Return by what somebody's own reports are found."""
    reader = given.a_reader(session, sealers, person, now=datetime.now(UTC))
    return ByAccount(reader.private).mark


def standing(session: Session, sealers: Sealers, report: GivenReport) -> frozenset[Consent]:
    """Return the consents that stand."""
    seen = actions.follow_up(
        session, sealers.reports, report_id=report.id, today=datetime.now(UTC).date()
    )
    session.rollback()  # SQLite has one writer at a time
    return seen.standing


def test_switches_are_turned_off_and_on_again(
    browser: Browser, session: Session, sealers: Sealers, sent: GivenReport
) -> None:
    open_with(browser, sent).send("off=register", form="consent")
    assert standing(session, sealers, sent) == {Consent.ALERT}
    browser.send("on=register", form="consent")
    browser.send("on=contact_later", form="consent")
    assert standing(session, sealers, sent) == {
        Consent.ALERT,
        Consent.REGISTER,
        Consent.CONTACT_LATER,
    }


def test_a_switch_that_is_not_on_the_page_changes_nothing(
    browser: Browser, session: Session, sealers: Sealers, sent: GivenReport
) -> None:
    open_with(browser, sent).send("on=everything", form="consent")
    assert browser.status == 400
    assert standing(session, sealers, sent) == {Consent.REGISTER, Consent.ALERT}


def test_withdrawing_switches_everything_off(
    browser: Browser, session: Session, sealers: Sealers, sent: GivenReport
) -> None:
    other = Browser(open_with(browser, sent).client).open("/report/mine")
    browser.send(form="withdraw")
    assert "You withdrew it" in browser.text
    assert standing(session, sealers, sent) == frozenset()
    assert [form.action for form in browser.page.forms if "mine" in form.action] == []
    other.send("on=alert", form="consent")
    assert "You withdrew it" in other.text
    assert standing(session, sealers, sent) == frozenset()


def test_a_line_for_a_withdrawn_report_is_shown_but_not_kept(
    browser: Browser, sent: GivenReport
) -> None:
    other = Browser(open_with(browser, sent).client).open("/report/mine")
    browser.send(form="withdraw")
    other.send(form="line", line="One thing more.")
    assert other.status == 409
    assert "One thing more." in other.text


def test_an_empty_line_is_not_added(browser: Browser, sent: GivenReport) -> None:
    open_with(browser, sent).send(form="line", line=" \n ")
    assert browser.status == 422
    assert "Please write something first" in browser.text


def test_a_line_that_is_too_long_stays_in_its_field(browser: Browser, sent: GivenReport) -> None:
    open_with(browser, sent).send(form="line", line="x" * 2001)
    assert browser.status == 422
    assert browser.form("line").fields["line"] == "x" * 2001


def test_a_line_without_a_code_waits_until_the_code_is_typed(
    browser: Browser, sent: GivenReport
) -> None:
    open_with(browser, sent)
    browser.client.get("/exit")
    browser.send(form="line", line="He had a red van.")
    assert browser.status == 400  # the form's token is gone with the session
    browser.send()
    assert "What you wrote is still here" in browser.text
    browser.send(form="/report/return", code="wrong")
    browser.send(form="/report/return", code=sent.code)
    assert browser.form("line").fields["line"] == "He had a red van."
    browser.send(form="line")
    assert browser.path == "/report/mine"
    assert "He had a red van." in browser.text


def test_the_reporter_reads_what_became_of_it(
    browser: Browser, session: Session, sealers: Sealers, evaluator: Evaluator
) -> None:
    now = datetime.now(UTC)
    caseworker = given.a_caseworker(session, sealers, now=now)
    report = a_verified_report(session, sealers, evaluator, by=caseworker.id, now=now)
    session.commit()
    assert "A caseworker has gone through it" in open_with(browser, report).text
    assert "No warning was sent" in browser.text


def test_a_member_keeps_a_report_in_the_account_and_finds_it_there(
    browser: Browser, session: Session, sealers: Sealers, member: given.Person
) -> None:
    sign_in(browser, session, sealers, member).open("/report").send(form="/report", link="account")
    browser.send(story="It happened.")
    browser.open("/report/check").send(form="/report/send")
    [mine] = actions.own_reports(session, mark=own_mark(session, sealers, member))
    session.rollback()
    browser.open("/reports/mine")
    assert mine.reference in browser.text
    browser.open(f"/reports/mine/{mine.reference}").send(form="line", line="A red van.")
    assert browser.path == f"/reports/mine/{mine.reference}"
    assert "A red van." in browser.text
    browser.send("on=alert", form="consent")
    assert "Warn members near you On" in browser.text
    browser.send(form="withdraw")
    assert "You withdrew it" in browser.text
    assert "You withdrew it" in browser.open("/reports/mine").text


def test_a_member_who_keeps_a_report_apart_does_not_find_it_there(
    browser: Browser, session: Session, sealers: Sealers, member: given.Person
) -> None:
    sign_in(browser, session, sealers, member).open("/report").send(form="/report")
    browser.send(story="It happened.")
    browser.open("/report/check").send(form="/report/send")
    assert actions.own_reports(session, mark=own_mark(session, sealers, member)) == ()
    session.rollback()
    assert "There is none yet" in browser.open("/reports/mine").text


def test_a_report_stays_linked_when_the_sign_in_ran_out_before_it_was_sent(
    browser: Browser, session: Session, sealers: Sealers, member: given.Person
) -> None:
    sign_in(browser, session, sealers, member).open("/report").send(form="/report", link="account")
    browser.send(story="It happened.")
    with browser.client.session_transaction() as cookie:
        del cookie[TOKEN]
    browser.open("/report/check").send(form="/report/send")
    assert len(actions.own_reports(session, mark=own_mark(session, sealers, member))) == 1


def test_a_practitioner_reports_for_somebody(
    browser: Browser, session: Session, recovery: Reader, sealers: Sealers
) -> None:
    practitioner = given.a_practitioner(session, sealers, now=datetime.now(UTC))
    sign_in(browser, session, sealers, practitioner).open("/report")
    assert "I report for them" in browser.text
    browser.send(form="/report", link="account").send(story="She told me.")
    browser.open("/report/check").send(form="/report/send")
    [mine] = actions.own_reports(session, mark=own_mark(session, sealers, practitioner))
    report_id = actions.report_of_account(
        session, mark=own_mark(session, sealers, practitioner), reference=mine.reference
    )
    said = actions.open_report(session, recovery, report_id).submission
    assert said.reporter is Reporter.ON_BEHALF


@pytest.mark.parametrize("step", ["", "/line", "/consent", "/withdraw"])
def test_nobody_reaches_the_report_of_another_account(
    browser: Browser,
    session: Session,
    sealers: Sealers,
    theirs: GivenReport,
    step: str,
) -> None:
    stranger = given.a_member(session, sealers, now=datetime.now(UTC))
    sign_in(browser, session, sealers, stranger)
    token = begin(browser).form().fields["csrf_token"]
    path = f"/reports/mine/{theirs.reference}{step}"
    if step:
        fields = {"csrf_token": token, "line": "x", "off": "register"}
        status = browser.client.post(path, data=fields).status_code
    else:
        status = browser.client.get(path).status_code
    assert status == 404
    assert standing(session, sealers, theirs) == {Consent.REGISTER, Consent.ALERT}


@pytest.mark.parametrize("step", ["line", "consent", "withdraw"])
def test_without_a_code_nothing_is_changed(browser: Browser, step: str) -> None:
    token = browser.open("/report").form("/report").fields["csrf_token"]
    answer = browser.client.post(f"/report/mine/{step}", data={"csrf_token": token})
    assert answer.status_code in {303, 422}


def test_a_draft_has_no_page_of_its_own_yet(browser: Browser) -> None:
    to(browser, "where").open("/report/mine")
    assert browser.path == "/report/return"
    assert begin(browser).open("/report/receipt").path == "/report/check"
