"""A day of an instance in processes of its own; then its machine is seized, and all of it searched.

Two hundred identifiers are checked in both ways, reported, published, and texted to. Nothing on
disk, in the database, in Redis, in logs and temporary files, on a command line or in a process's
environment says one of them, in ten encodings or as a bare hash.
"""

import base64
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine

from alerts import actions as alerts
from alerts.model import Price
from checker.client import PrivateChecker
from checker.identifiers import read
from checker.model import Identifier
from config.settings import Settings, load_settings
from demo.gateway import Handle
from demo.gateway import running as gateway_running
from members import actions as members
from members.model import Role
from storage.redis_server import redis_client
from tests import given, given_reports
from tests.instances import Up, eventually, running
from tests.privacy.traces import cells, files, processes, redis_contents, search
from workers.services import Services

CHECKED = tuple(f"+4477009{n:05}" for n in range(7100, 7140))
CHECKED_MAIL = tuple(f"checked.{n}@wallaby{n}.example.net" for n in range(40))
PRIVATELY = tuple(f"+4477009{n:05}" for n in range(7200, 7230))
PRIVATELY_MAIL = tuple(f"private.{n}@tenrec{n}.example.net" for n in range(30))
REPORTED = tuple(f"+4477009{n:05}" for n in range(7300, 7315))
REPORTED_MAIL = tuple(f"reported.{n}@civet{n}.example.net" for n in range(15))
PHONES = tuple(f"+4477009{n:05}" for n in range(7400, 7415))
MAILS = tuple(f"member.{n}@dugong{n}.example.net" for n in range(15))
GROUPS = {
    "checked phone": CHECKED,
    "checked email": CHECKED_MAIL,
    "privately checked phone": PRIVATELY,
    "privately checked email": PRIVATELY_MAIL,
    "reported phone": REPORTED,
    "reported email": REPORTED_MAIL,
    "member's phone": PHONES,
    "member's email": MAILS,
}
CANARIES = {f"{name} {at}": one for name, group in GROUPS.items() for at, one in enumerate(group)}
MOST = 20  # in one check
WARNINGS = 3
FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PRICE = Price(per_segment=0.04, currency="GBP", segments_per_second=1000)


@dataclass(frozen=True, slots=True)
class Seized:
    """An instance that is running, and where its traces are."""

    up: Up
    settings: Settings
    services: Services
    temporary: Path

    def traces(self) -> dict[str, bytes]:
        """Return all of them, by place."""
        redis = redis_client(self.settings.redis)
        redis.save()
        engine = create_engine(self.settings.database)
        with engine.connect() as connection:
            rows = cells(connection)
        engine.dispose()
        return {
            "database": rows,
            "redis": redis_contents(redis),
            "data folder": files(self.up.folder),
            "temporary files": files(self.temporary),
            **processes(self.up.programs()),
        }


@pytest.fixture
def gateway(scratch: Path) -> Iterator[Handle]:
    """Give the provider, which is not seized."""
    ledger = scratch / f"seizure-{time.monotonic_ns()}.ledger"
    with gateway_running(ledger=ledger, callbacks="suppressed") as gateway:
        yield gateway


@pytest.fixture
def seized(
    scratch: Path, empty_database_url: str, gateway: Handle, tmp_path: Path
) -> Iterator[Seized]:
    folder, temporary = scratch / f"seized-{time.monotonic_ns()}", tmp_path / "temporary"
    temporary.mkdir()
    environment = {
        "BROLLY_DATA_DIR": str(folder),
        "BROLLY_DATABASE_URL": empty_database_url,
        "BROLLY_TWILIO_ACCOUNT_SID": gateway.account_sid,
        "BROLLY_TWILIO_AUTH_TOKEN": gateway.auth_token,
        "BROLLY_TWILIO_FROM": "+447700900999",
        "BROLLY_TWILIO_API_BASE": gateway.url,
        "BROLLY_SMTP_URL": gateway.smtp_url,
        "BROLLY_MAIL_FROM": "updates@example.org",
        "BROLLY_CHECK_BURST": "1000",
        "BROLLY_CHECK_DAILY": "1000",
        "TMPDIR": str(temporary),
    }
    with running(folder, **environment) as up:
        settings = load_settings(environment)
        with Services.open(settings) as services:
            yield Seized(up, settings, services, temporary)


def test_two_hundred_identifiers_leave_no_trace(seized: Seized, gateway: Handle) -> None:
    assert len(set(CANARIES.values())) == 200
    now = datetime.now(UTC)
    with seized.services.writing.begin() as session:
        sealers = seized.services.sealers
        for phone, mail in zip(PHONES, MAILS, strict=True):
            person = given.a_member(session, sealers, now=now, phone=phone, email=mail)
        token = members.create_token(session, account_id=person.id, now=now)
    publish(seized.services, now)
    check_on_the_page(seized.up, person.name)
    url, listed = f"http://127.0.0.1:{seized.up.port}", {*REPORTED, *REPORTED_MAIL}
    with closing(PrivateChecker(url, token)) as private:
        for some in in_twenties([*PRIVATELY, *PRIVATELY_MAIL, *REPORTED, *REPORTED_MAIL]):
            answers = private.check([identifier(each) for each in some])
            found = [each.found is not None for each in answers]
            assert found == [each in listed for each in some]
    reached = WARNINGS * (len(PHONES) + len(MAILS))
    eventually(lambda: len(gateway.messages()) == reached)
    assert {each["to"] for each in gateway.messages()} == {*PHONES, *MAILS}

    traces = seized.traces()
    assert search(traces, CANARIES) == []

    # Each place was looked at: what should be there is.
    assert b"danger" in traces["database"]
    assert b"brolly:register:card" in traces["redis"]
    assert b"brolly:register:card" in traces["data folder"]
    assert b"drained" in traces["data folder"]
    assert b"cli\0up\0" in traces["command lines"]
    assert b"BROLLY_CHECK_DAILY=1000" in traces["environments"]

    with careless(seized, CHECKED[0], PRIVATELY[0]) as pid:
        shown = seized.traces() | {
            f"{place} of another": octets for place, octets in processes([pid]).items()
        }
        leaks = search(shown, {"checked": CHECKED[0], "privately": PRIVATELY[0]})
    assert set(leaks) >= {
        "checked in command lines of another as plain",
        "privately in environments of another as base64",
        "checked in temporary files as sha256",
        "privately in data folder as base32",
        "checked in redis as utf-16be",
    }


def identifier(raw: str) -> Identifier:
    [found] = read(raw, region="GB").identifiers
    return found


def in_twenties(entries: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(entries), MOST):
        yield entries[first : first + MOST]


def publish(services: Services, now: datetime) -> None:
    """Let three people report ten identifiers each, and two caseworkers publish."""
    with services.writing.begin() as session:
        verifier, publisher = (
            given.a_colleague(session, services.sealers, Role.CASEWORKER, now=now) for _ in range(2)
        )
        for at in range(WARNINGS):
            chosen = [*REPORTED[at::WARNINGS], *REPORTED_MAIL[at::WARNINGS]]
            warning = given_reports.a_proposed_warning(
                session,
                services.sealers,
                services.evaluator,
                given_reports.a_submission(
                    identifiers=tuple(map(given_reports.an_identifier, chosen))
                ),
                by=verifier.id,
                now=now,
            )
            alerts.publish(
                session,
                services.sealers,
                services.evaluator,
                warning_id=warning.id,
                by=publisher.id,
                link_base="https://check.example.org/updates",
                check_link="https://check.example.org/check",
                price=PRICE,
                leaves_from=now,
                time_zone="Europe/London",
                now=now,
            )


def check_on_the_page(up: Up, name: str) -> None:
    """Sign in and check in the trusted way, as a browser without JavaScript does."""
    url = f"http://127.0.0.1:{up.port}"
    with requests.Session() as browser:

        def send(path: str, **fields: str) -> str:
            page = browser.get(f"{url}{path}", timeout=30).text
            [token, *_] = FORM_TOKEN.findall(page)
            answer = browser.post(f"{url}{path}", data={"csrf_token": token, **fields}, timeout=30)
            assert answer.ok, answer.status_code
            return answer.text

        send("/sign-in", name=name, passphrase=given.PASSPHRASE)
        for some in in_twenties([*CHECKED, *CHECKED_MAIL]):
            assert "No warning found." in send("/check", entry="\n".join(some))


@contextmanager
def careless(seized: Seized, one: str, other: str) -> Iterator[int]:
    """Leave identifiers as careless programs would, one of them running; gives its id."""
    (seized.temporary / "upload").write_bytes(sha256(one.encode()).digest())
    in_base32 = base64.b32encode(b"12345" + other.encode())
    (seized.up.folder / "valkey.log").write_bytes(in_base32)
    redis_client(seized.settings.redis).set("last", one.encode("utf-16-be"))
    in_base64 = base64.b64encode(other.encode()).decode()
    program = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", "import time; time.sleep(600)", one],
        env={**os.environ, "LAST": in_base64},
    )
    try:
        yield program.pid
    finally:
        program.kill()
        program.wait()
