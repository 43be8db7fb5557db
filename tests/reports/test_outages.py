"""When a part of the house is down, a reporter is told so and nothing they said is lost."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from checker.evaluator import EvaluatorUnavailable
from checker.register import Register
from reports import actions
from storage.keys import Sealers
from tests.given_reports import a_draft, a_submission
from tests.reports.browser import Browser


class Unreachable:
    """An evaluator on another machine, while the line is cut."""

    public_key = bytes(32)
    rotation_key = bytes(32)

    def under(self, public_key: bytes) -> "Unreachable":
        del public_key
        return self

    def evaluate(self, inputs: Sequence[bytes]) -> list[bytes]:
        """Fail."""
        del inputs
        raise EvaluatorUnavailable


@pytest.fixture
def evaluator() -> Unreachable:
    """Put it in the place of the one that the app has otherwise."""
    return Unreachable()


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Give a register that nobody serves."""
    return Register.connect(f"unix://{tmp_path / 'nothing.sock'}")


def test_a_report_that_cannot_be_taken_now_waits_under_its_code(
    client: FlaskClient, session: Session, sealers: Sealers
) -> None:
    code = a_draft(session, sealers, a_submission(), now=datetime.now(UTC))
    session.commit()
    browser = Browser(client)
    browser.open("/report/return").send(form="/report/return", code=code)
    fields = browser.form("/report/send").fields
    answer = client.post("/report/send", data=fields)
    assert answer.status_code == 503
    assert "it is kept under your code" in answer.get_data(as_text=True)
    assert actions.open_draft(session, sealers.reports, code=code).submission == a_submission()


def test_a_report_without_numbers_is_taken_and_withdrawn_all_the_same(browser: Browser) -> None:
    browser.open("/report").send(form="/report").send(story="It happened.")
    browser.open("/report/check").send(form="/report/send")
    assert browser.path == "/report/receipt"
    browser.open("/report/mine").send("on=alert", form="consent")
    browser.send(form="withdraw")
    assert "You withdrew it" in browser.text


def test_what_cannot_be_read_needs_no_evaluator(browser: Browser) -> None:
    browser.open("/report").send(form="/report").send(story="It happened.")
    browser.open("/report/numbers").send(entry_1="ZZ99 ABC")
    browser.send()
    browser.open("/report/check").send(form="/report/send")
    assert browser.path == "/report/receipt"
