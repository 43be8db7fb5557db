import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import actions
from reports.model import Consent, Precision, ReportState, When
from reports.pages.steps import STEPS
from reports.records import ReportDraftRow, ReportRow
from storage.keys import Sealers
from storage.record_keys import Reader
from tests.given_reports import a_submission
from tests.reports.browser import Browser
from tests.reports.reporter import CODE, begin, code_on, number_of, resume, said_by, to


def test_a_visitor_reports_harm_without_an_account_and_comes_back_with_the_code(
    browser: Browser, session: Session, recovery: Reader
) -> None:
    begin(browser)
    assert browser.path == "/report/what-happened"
    browser.send(story="He took the money back and shouted.")
    browser.send(kinds=["robbery_or_theft", "hate_incident"])
    browser.send("weapon-robbery_or_theft", strands=["race", "sex_work"])
    browser.send(when="yesterday", part="evening")
    browser.send(area="GB-MET", district="Brixton", setting="out_call")
    browser.send("add", entry_1="O7700 900 123", shared_1="yes")
    assert "+44 7700 900123" in browser.text
    browser.send(entry_2="ann@example.org", certainty_2="unsure", first_contact="A website")
    browser.send("add", alias="Dave", hair="grey")
    browser.send(alias="The driver")
    browser.send(how="text 07700 900200", safe_word="kettle", support="yes")
    browser.send(consents=["register", "alert"])
    assert browser.path == "/report/check"
    for words in ("He took the money", "Robbery or theft (a weapon)", "Brixton", "Dave", "kettle"):
        assert words in browser.text
    browser.send(form="/report/send")
    assert browser.path == "/report/receipt"
    code = code_on(browser)

    row = session.scalars(select(ReportRow)).one()
    said = actions.open_report(session, recovery, row.id).submission
    session.rollback()
    assert said.narrative == "He took the money back and shouted."
    assert [harm.kind for harm in said.harms] == ["robbery_or_theft", "hate_incident"]
    assert said.harms[0].weapon
    assert said.harms[1].strands == ("race", "sex_work")
    assert said.when
    assert (said.when.precision, said.when.time_of_day) == (Precision.DAY, "evening")
    assert (said.area, said.district, said.setting) == ("GB-MET", "Brixton", "out_call")
    assert [each.value for each in said.identifiers] == ["+447700900123", "ann@example.org"]
    assert [each.may_be_shared for each in said.identifiers] == [True, False]
    assert said.first_contact == "A website"
    assert [person.alias for person in said.people] == ["Dave", "The driver"]
    assert said.safe_contact
    assert said.safe_contact.safe_word == "kettle"
    assert said.support_wanted
    assert said.consents == {Consent.REGISTER, Consent.ALERT}
    assert number_of(session, ReportDraftRow) == 0

    browser.client.get("/exit")
    browser.open("/report/return").send(form="/report/return", code=f" {code.lower()} ")
    assert browser.path == "/report/mine"
    assert "We have it" in browser.text
    assert "He took the money" not in browser.markup
    browser.send(form="line", line="He had a red van.")
    assert "He had a red van." in browser.text


def test_the_first_page_says_who_sees_it_and_where_confidentiality_ends(browser: Browser) -> None:
    text = browser.open("/report").text
    for words in ("Only the caseworkers", "a child is in danger", "A court", "Call 999", "no name"):
        assert words in text


def test_every_question_can_be_skipped_and_only_what_happened_is_asked_for_in_the_end(
    browser: Browser, session: Session
) -> None:
    begin(browser)
    while browser.path != "/report/check":
        assert ("skip", "yes") in browser.form().buttons
        browser.send("skip")
    browser.send(form="/report/send")
    assert browser.status == 422
    assert "Please say what happened" in browser.text
    assert number_of(session, ReportRow) == 0
    browser.open("/report/what-happened?change=1").send(story="He followed me.")
    assert browser.path == "/report/check"
    assert browser.send(form="/report/send").path == "/report/receipt"


def test_a_form_that_is_sent_twice_makes_one_report_and_shows_the_same_receipt(
    browser: Browser, session: Session
) -> None:
    to(browser, "check")
    fields = browser.form("/report/send").fields
    first = browser.send(form="/report/send").text
    again = browser.client.post("/report/send", data=fields, follow_redirects=True)
    assert again.request.path == "/report/receipt"
    assert CODE.search(first)
    assert code_on(browser) in again.get_data(as_text=True)
    assert number_of(session, ReportRow) == 1


def test_two_tabs_on_two_questions_lose_nothing(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    to(browser, "where")
    other = Browser(browser.client).open("/report/contact")
    browser.send(district="Brixton")
    other.send(how="by mail")
    said = said_by(session, sealers, browser)
    assert said.district == "Brixton"
    assert said.safe_contact
    assert said.safe_contact.how == "by mail"


def test_an_expired_form_keeps_what_was_typed_and_goes_on_when_it_is_sent_again(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    begin(browser).send(story="My words.", csrf_token="old")
    assert browser.status == 400
    assert "My words." in browser.text
    browser.send()
    assert browser.path == "/report/kinds"
    assert said_by(session, sealers, browser).narrative == "My words."


def test_an_answer_after_leave_begins_a_new_report_with_it(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    to(browser, "where")
    first = code_on(browser)
    browser.client.get("/exit")
    browser.send(district="Brixton")  # the page was still open; its token is gone
    browser.send()
    assert "This is a new report" in browser.text
    assert code_on(browser) != first
    assert said_by(session, sealers, browser).district == "Brixton"
    browser.open("/report/return").send(form="/report/return", code=first)
    assert "It happened." in browser.text


def test_an_answer_that_comes_after_sending_stands_ready_as_a_line(
    browser: Browser, session: Session
) -> None:
    to(browser, "check")
    other = Browser(browser.client).open("/report/where")
    browser.send(form="/report/send")
    other.send(district="Near the canal")
    assert other.status == 409
    assert other.form("line").fields["line"] == "Near the canal"
    other.send(form="line")
    assert "Near the canal" in browser.open("/report/mine").text
    assert number_of(session, ReportRow) == 1


def test_after_half_an_hour_the_code_is_asked_for_again(browser: Browser) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        to(browser, "where")
        code = code_on(browser)
        clock.shift(timedelta(minutes=29))
        assert browser.open("/report/check").path == "/report/check"
        clock.shift(timedelta(minutes=31))
        for path in ("/report/check", "/report/where", "/report/later", "/report/mine"):
            browser.open(path)
            assert browser.path == "/report/return"
            assert "It happened." not in browser.markup
            assert code not in browser.markup
        browser.send(form="/report/return", code=code)
        assert browser.path == "/report/check"


def test_a_form_that_was_open_for_an_hour_is_still_taken(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        begin(browser)
        clock.shift(timedelta(hours=1))
        browser.send(story="It took me an hour to write this.")
        assert browser.path == "/report/kinds"
        said = said_by(session, sealers, browser)
    assert said.narrative == "It took me an hour to write this."


@pytest.mark.parametrize("path", ["/report/check", "/report/where", "/report/mine"])
def test_without_a_code_every_inner_page_leads_to_the_first(browser: Browser, path: str) -> None:
    assert browser.open(path).path == "/report"


@pytest.mark.parametrize("path", ["/report/nothing", "/report/person/6", "/report/when/2"])
def test_there_are_no_other_questions(browser: Browser, path: str) -> None:
    begin(browser)
    assert browser.open(path).status == 404


@pytest.mark.parametrize("code", ["", "abc", "ABCD-" * 6, "7K3M-" * 5 + "9QXA", "x" * 9999])
def test_every_wrong_code_gets_the_same_answer(browser: Browser, code: str) -> None:
    reference = browser.open("/report/return").send(form="/report/return", code="0")
    expected = reference.text
    browser.open("/report/return").send(form="/report/return", code=code)
    assert browser.status == 422
    assert browser.text == expected
    assert code not in browser.markup or not code


def test_the_draft_can_be_thrown_away(browser: Browser, session: Session) -> None:
    to(browser, "where").open("/report/later").send(form="discard")
    assert browser.path == "/report"
    assert number_of(session, ReportDraftRow) == 0


def test_the_device_can_be_cleared_and_the_code_still_opens_the_draft(browser: Browser) -> None:
    code = code_on(to(browser, "where").open("/report/later"))
    browser.client.post("/report/stop", data=browser.form("stop").fields)
    assert browser.open("/report/check").path == "/report"
    assert "begun a report" not in browser.text
    browser.open("/report/return").send(form="/report/return", code=code)
    assert "It happened." in browser.text


def test_what_was_said_fills_every_question_again(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    when = When(precision=Precision.EXACT, from_day=date(2025, 3, 4), time_of_day="23:15")
    said = a_submission(language="en", when=when)
    resume(session, sealers, browser, said)
    for step in STEPS:
        browser.open(f"/report/{step.slug}").send()
        assert browser.status == 200, (step.slug, browser.text)
    browser.open("/report/person/2").send()
    assert said_by(session, sealers, browser.open("/report/when")) == said


def test_the_account_of_the_check_shows_what_does_not_fit_together(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    lone = a_submission(safe_contact=None, identifiers=())
    text = resume(session, sealers, browser, lone).text
    assert "have not said how" in text
    assert "gave no number" in text


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_titles_are_neutral_and_nothing_is_remembered_by_the_browser(
    browser: Browser, session: Session, sealers: Sealers, step: object
) -> None:
    resume(session, sealers, browser, a_submission()).open(f"/report/{step.slug}")  # type: ignore[attr-defined] # a Step
    [title] = re.findall(r"<title>(.*?)</title>", browser.markup)
    assert re.fullmatch(r"Step \d+ of 10 · Brolly", unescape(title))
    inputs = re.findall(r"<(?:input|textarea|select)[^>]*>", browser.markup)
    shown = [each for each in inputs if 'type="hidden"' not in each]
    assert all('autocomplete="off"' in each for each in shown)


def test_changing_one_answer_leads_back_to_the_check(browser: Browser) -> None:
    to(browser, "check")
    browser.open("/report/where?change=1").send(district="Brixton")
    assert browser.path == "/report/check"
    browser.open("/report/kinds?change=1").send(kinds="physical_assault")
    assert browser.path == "/report/details?change=1"
    browser.send(**{"injury-physical_assault": "yes"})
    assert browser.path == "/report/check"
    assert "Physical assault (I was hurt)" in browser.text


def test_the_receipt_brings_up_what_is_urgent_only_when_it_may_be(browser: Browser) -> None:
    begin(browser).send(story="It happened.")
    browser.send(kinds="condom_removal")
    browser.open("/report/check").send(form="/report/send")
    for words in ("PEP", "72 hours", "Emergency contraception", "referral centre"):
        assert words in browser.text
    begin(browser).send(story="Nobody came.")
    browser.send(kinds="no_show_or_time_wasting")
    browser.open("/report/check").send(form="/report/send")
    assert "PEP" not in browser.text
    assert "We cannot recover it" in browser.text


def test_the_questions_of_a_report_that_was_sent_lead_to_its_page(browser: Browser) -> None:
    to(browser, "check").send(form="/report/send")
    for path in ("/report/check", "/report/where"):
        assert browser.open(path).path == "/report/mine"


def test_a_report_that_is_taken_back_is_closed_for_good(browser: Browser, session: Session) -> None:
    to(browser, "check").send(form="/report/send")
    browser.open("/report/mine").send(form="withdraw")
    assert "You withdrew it" in browser.text
    row = session.scalars(select(ReportRow)).one()
    assert row.state == ReportState.WITHDRAWN
