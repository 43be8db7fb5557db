import re
from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports import actions
from reports.model import Consent, Precision, ReportState
from reports.records import ReportDraftRow, ReportRow
from storage.keys import Sealers
from tests.given_reports import a_draft, a_short_submission, a_submission
from tests.reports.browser import Browser

CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}\b")


def code_on(browser: Browser) -> str:
    """Return the code that a page shows."""
    found = CODE.search(browser.text)
    assert found, browser.text
    return found[0]


def begin(browser: Browser) -> Browser:
    """Open the first question."""
    return browser.open("/report").send(form="/report")


def to(browser: Browser, slug: str) -> Browser:
    """Begin a report and skip to a question."""
    begin(browser).send(story="It happened.")
    while not browser.path.startswith(f"/report/{slug}"):
        browser.send("skip")
    return browser


def test_a_visitor_reports_harm_without_an_account_and_comes_back_with_the_code(
    browser: Browser, session: Session, sealers: Sealers
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
    said = actions.open_report(session, sealers.reports, row.id).submission
    assert said.narrative == "He took the money back and shouted."
    assert [harm.kind for harm in said.harms] == ["robbery_or_theft", "hate_incident"]
    assert said.harms[0].weapon
    assert said.harms[1].strands == ("race", "sex_work")
    assert said.when
    assert said.when.precision is Precision.DAY
    assert (said.area, said.district, said.setting) == ("GB-MET", "Brixton", "out_call")
    assert [each.value for each in said.identifiers] == ["+447700900123", "ann@example.org"]
    assert [each.may_be_shared for each in said.identifiers] == [True, False]
    assert said.first_contact == "A website"
    assert [person.alias for person in said.people] == ["Dave", "The driver"]
    assert said.safe_contact
    assert said.safe_contact.safe_word == "kettle"
    assert said.support_wanted
    assert said.consents == {Consent.REGISTER, Consent.ALERT}
    assert session.scalar(select(func.count()).select_from(ReportDraftRow)) == 0

    session.rollback()  # SQLite has one writer at a time
    browser.client.get("/exit")
    browser.open("/report/return").send(form="/report/return", code=f" {code.lower()} ")
    assert browser.path == "/report/mine"
    assert "We have it" in browser.text
    assert "He took the money" not in browser.markup
    browser.send(form="line", line="He had a red van.")
    assert "He had a red van." in browser.text
    session.refresh(row)
    assert row.state == ReportState.RECEIVED
