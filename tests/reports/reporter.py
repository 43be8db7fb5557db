"""Somebody who reports harm in a browser, and what their draft holds."""

import re
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports import actions
from reports.codes import read_receipt_code
from reports.model import Submission
from storage.keys import Sealers
from tests.given_reports import a_draft
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
    """Begin a report, say what happened and skip to a question."""
    begin(browser).send(story="It happened.")
    while not browser.path.startswith(f"/report/{slug}"):
        browser.send("skip")
    return browser


def said_by(session: Session, sealers: Sealers, browser: Browser) -> Submission:
    """Return what the draft of a page's code holds."""
    code = read_receipt_code(code_on(browser))
    said = actions.open_draft(session, sealers.reports, code=code).submission
    session.rollback()  # SQLite has one writer at a time
    return said


def resume(session: Session, sealers: Sealers, browser: Browser, said: Submission) -> Browser:
    """Come back to a draft."""
    code = a_draft(session, sealers, said, now=datetime.now(UTC))
    session.commit()
    return browser.open("/report/return").send(form="/report/return", code=code)


def number_of(session: Session, table: type) -> int:
    """Return how many rows a table has."""
    found = session.scalar(select(func.count()).select_from(table)) or 0
    session.rollback()
    return found
