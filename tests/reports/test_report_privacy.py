"""Nothing that a reporter says stands in plain anywhere: database, log, address or cookie."""

import base64
import re
import zlib
from collections.abc import Iterator
from hashlib import md5, sha1, sha256

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from reports.receipts import Draft
from storage.base import Base
from tests.given_reports import a_submission
from tests.reports.browser import Browser
from tests.reports.reporter import begin, code_on

CANARIES = (
    "zebrafinch",
    "7700900876",
    "+447700900876",
    "quokka@example.org",
    "wombatville",
    "axolotl",
    "capybara",
    "narwhal",
    "okapi_1987",
    "pangolin",
    "tapir",
)


def encodings(canary: str) -> Iterator[bytes]:
    """Yield the ways in which a careless program might have written something down."""
    plain = canary.encode()
    yield plain
    yield canary.encode("utf-16-le")
    yield plain.hex().encode()
    yield base64.b64encode(plain).rstrip(b"=")
    yield plain[::-1]
    yield zlib.compress(plain)
    for bare in (md5, sha1, sha256):
        yield bare(plain).digest()
        yield bare(plain).hexdigest().encode()


def everything_stored(session: Session) -> bytes:
    """Return every cell of every table, as bytes."""
    cells = []
    for table in Base.metadata.tables:
        for row in session.execute(text(f"SELECT * FROM {table}")):  # noqa: S608 - our own names
            cells += [
                bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in row
            ]
    session.rollback()
    return b"\0".join(cells).lower()


def tell_everything(browser: Browser) -> str:
    """Answer every question with canaries, and return the code."""
    begin(browser).send(story="The Zebrafinch did it.")
    code = code_on(browser)
    browser.send(kinds="condom_removal")
    browser.send()
    browser.send(when="today")
    browser.send(area="GB-MET", district="Wombatville")
    browser.send("add", entry_1="07700 900 876", first_contact="pangolin")
    browser.send("add", entry_2="quokka@example.org")
    browser.send(entry_3="okapi_1987")
    browser.send()
    browser.send(alias="Axolotl")
    browser.send(how="ask for Capybara", safe_word="narwhal")
    browser.send(consents="register")
    assert browser.path == "/report/check"
    return code


def found_in(haystack: bytes, code: str = "") -> list[str]:
    """Return the canaries that stand in something, in whatever encoding."""
    needles = [*CANARIES, *filter(None, [code.lower(), code.replace("-", "").lower()])]
    return [one for one in needles if any(each.lower() in haystack for each in encodings(one))]


@pytest.mark.parametrize("canary", CANARIES)
def test_the_search_finds_what_is_there(canary: str) -> None:
    for encoded in encodings(canary):
        assert canary in found_in(b"before " + encoded.lower() + b" after")
    assert found_in(b"a harmless word") == []


def test_nothing_a_reporter_says_is_stored_in_plain(
    browser: Browser, session: Session, engine: Engine
) -> None:
    code = tell_everything(browser)
    assert found_in(everything_stored(session), code) == []
    browser.send(form="/report/send")
    assert browser.path == "/report/receipt"
    browser.open("/report/mine").send(form="line", line="A tapir as well.")
    assert found_in(everything_stored(session), code) == []
    if engine.dialect.name == "sqlite":
        engine.dispose()
        with open(str(engine.url.database), "rb") as file:  # noqa: PTH123 - one plain read
            assert found_in(file.read().lower(), code) == []


def test_nothing_a_reporter_says_is_logged_or_in_an_address_or_a_title(
    browser: Browser, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    code = tell_everything(browser)
    browser.send(form="/report/send")
    browser.open("/report/mine").send(form="line", line="A tapir as well.")
    browser.open("/report/return").send(form="/report/return", code="narwhal")
    browser.open("/report/return").send(form="/report/return", code=code)
    said = "\n".join([*capfd.readouterr(), caplog.text, *browser.seen, browser.path])
    assert found_in(said.lower().encode(), code) == []
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", "".join(browser.seen))


def test_the_cookie_holds_the_code_and_nothing_that_was_said(
    browser: Browser, client: FlaskClient
) -> None:
    code = tell_everything(browser)
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    assert set(kept) == {"draft", "csrf_token"}
    assert kept["draft"]["code"] == code.replace("-", "")
    assert found_in(repr(kept).lower().encode()) == []


def test_what_is_held_in_memory_shows_nothing_when_it_is_printed() -> None:
    said = a_submission(district="wombatville", first_contact="pangolin")
    shown = repr(Draft(submission=said)).lower()
    for kept in ("ran out", "900123", "dave", "kettle", "wombatville", "pangolin"):
        assert kept not in shown
