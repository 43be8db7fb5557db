"""The main job, end to end, with canaries for words; then every trace is searched for them."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
import structlog

from checker.client import PrivateChecker
from checker.encoding import from_base64url
from checker.model import Identifier, IdentifierKind
from config.logging import QUIET
from config.settings import Settings
from demo.gateway import Handle, running
from members import actions as members
from members.model import Role
from messages.model import Queue
from tests import given
from tests.privacy.asking import somebody_asks, two_answer
from tests.privacy.canaries import CANARIES
from tests.privacy.evening import Evening, KeptValkey
from tests.privacy.traces import Seen, Watched, encodings, search
from tests.web.served import serving
from tests.whole import press, whole


@pytest.fixture
def kept(scratch: Path) -> Iterator[KeptValkey]:
    with KeptValkey(scratch / f"kept-{uuid4().hex[:8]}") as server:
        yield server
        server.client.close()


@pytest.fixture
def gateway(scratch: Path) -> Iterator[Handle]:
    with running(ledger=scratch / f"{uuid4().hex}.ledger", callbacks="suppressed") as gateway:
        yield gateway


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Give a file with every event, and all that libraries log which an instance lets speak."""
    path = tmp_path / "log"
    before = structlog.get_config()
    root, handler = logging.getLogger(), logging.FileHandler(path, encoding="utf-8")
    levels = {name: logging.getLogger(name).level for name in QUIET} | {"": root.level}
    with path.open("a", encoding="utf-8", buffering=1) as file:
        structlog.configure(
            processors=[structlog.processors.JSONRenderer()],
            logger_factory=structlog.PrintLoggerFactory(file),
            cache_logger_on_first_use=False,
        )
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        yield path
        structlog.configure(**before)
        root.removeHandler(handler)
        handler.close()
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder in which temporary files are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def evening(
    keys: Path,
    database_url: str,
    kept: KeptValkey,
    gateway: Handle,
    log: Path,
    temporary: Path,
    scratch: Path,
) -> Iterator[Evening]:
    settings = Settings(
        data_dir=keys,
        database_url=database_url,
        redis_url=kept.url,
        twilio_account_sid=gateway.account_sid,
        twilio_auth_token=gateway.auth_token,
        twilio_from="+447700900999",
        twilio_api_base=gateway.url,
        smtp_url=gateway.smtp_url,
        mail_from="updates@example.org",
        sms_segments_per_second=1000,
    )
    with whole(settings, scratch / "compiled") as house:
        house.refresh()
        yield Evening(
            house=house, gateway=gateway, kept=kept, seen=Seen(), log=log, temporary=temporary
        )


def people(evening: Evening) -> None:
    """Let a member with contacts and two caseworkers be there."""
    with evening.house.writing() as session:
        sealers, now = evening.house.services.sealers, evening.house.now
        given.a_member(
            session,
            sealers,
            now=now,
            name=CANARIES["member's name"],
            phone=CANARIES["member's phone"],
            email=CANARIES["member's email"],
        )
        for name in ("Ruth", "Sol"):
            given.a_colleague(session, sealers, Role.CASEWORKER, now=now, name=name)


def somebody_reports(evening: Evening) -> None:
    """Report harm on the pages, come back, add a line."""
    visitor = evening.browser()
    visitor.open("/report").send(form="/report")
    visitor.send(story=CANARIES["narrative"])
    visitor.send(kinds="physical_assault")
    visitor.send()
    visitor.send(when="today")
    visitor.send(area="GB-MET", district=CANARIES["place"])
    visitor.send("add", entry_1="07700 900611", first_contact=CANARIES["first contact"])
    visitor.send("add", entry_2=CANARIES["reported email"])
    visitor.send(entry_3=f"insta: {CANARIES['username']}")
    visitor.send(alias=CANARIES["alias"])
    visitor.send(how=CANARIES["safe contact"], safe_word=CANARIES["safe word"])
    visitor.send(consents=["register", "alert"])
    assert visitor.path == "/report/check"
    visitor.send(form="/report/send")
    assert visitor.path == "/report/receipt"
    visitor.open("/report/mine").send(form="line", line=CANARIES["line added later"])
    assert CANARIES["line added later"] in visitor.text


def somebody_applies(evening: Evening) -> None:
    """Ask to join on the pages and confirm a phone by its code."""
    visitor = evening.browser()
    visitor.open("/join").send(
        form="/join",
        name=CANARIES["applicant's name"],
        passphrase=CANARIES["applicant's passphrase"],
        role="member",
        statement=CANARIES["applicant's words"],
    )
    assert visitor.path == "/join/done", visitor.text
    visitor.open("/account/phone").send(form="/account/phone", address="07700 900614")
    evening.drain(Queue.SERVICE)
    (message,) = evening.gateway.messages("sms")
    assert message["to"] == CANARIES["applicant's phone"]
    visitor.open("/account/phone").send(form="/account/phone", code=message["body"].split()[0])
    assert "Confirmed" in visitor.text


def two_caseworkers_publish(evening: Evening) -> None:
    """Verify, write and publish on the pages."""
    ruth, sol = evening.signed_in("Ruth"), evening.signed_in("Sol")
    report = next(part for part in ruth.markup.split('"') if part.startswith("/desk/reports/"))
    for step in ("take", "verify"):
        press(ruth, report, step=step)
    assert CANARIES["narrative"] in ruth.open(report).text
    press(ruth, f"{report}/notes", note=CANARIES["caseworker's note"])
    words = {"description": CANARIES["warning"], "advice": CANARIES["advice"]}
    form = {"severity": "danger", "kinds": "physical_assault", "month": "2026-03"}
    press(ruth, f"{report}/warning", **form, **words, to_alert="yes")
    warning = ruth.path
    assert warning.startswith("/desk/warnings/")
    press(sol, f"{warning}/publish")
    assert sol.path.startswith("/alerts/")


def somebody_checks(evening: Evening) -> None:
    """Sign in, check what is listed, what is not and what cannot be read, and read the warning."""
    visitor = evening.signed_in(CANARIES["member's name"])
    entries = {
        "07700 900611": "Danger",
        f"07700900613 {CANARIES['checked email']}": "No warning found.",
        CANARIES["refused entry"]: "Names cannot be checked",
    }
    for entry, words in entries.items():
        assert words in visitor.open("/check").send(form="/check", entry=entry).text
    visitor.client.post("/check", data={"entry": "07700 900613"})  # without a token
    assert CANARIES["warning"] in visitor.open(_first_update(visitor)).text
    visitor.open("/account").send(form="/sign-out")
    for name, passphrase in (
        (CANARIES["name nobody has"], given.PASSPHRASE),
        (CANARIES["member's name"], CANARIES["wrong passphrase"]),
    ):
        visitor.open("/sign-in").send(form="/sign-in", name=name, passphrase=passphrase)
        assert visitor.status == 422


def somebody_checks_privately(evening: Evening, *, listed: bool) -> dict[str, str]:
    """Check with a program of one's own, over HTTP, and ask to be told; return the tokens."""
    house = evening.house
    with house.writing() as session:
        name = CANARIES["member's name"]
        account_id = members.account_named(session, house.services.sealers, name=name)
        token = members.create_token(session, account_id=account_id, now=house.now)
    asked = (
        Identifier(IdentifierKind.PHONE, CANARIES["reported phone"]),
        Identifier(IdentifierKind.PHONE, CANARIES["privately checked number"]),
        Identifier(IdentifierKind.EMAIL, CANARIES["privately checked email"]),
        Identifier(IdentifierKind.USERNAME, f"instagram:{CANARIES['username']}"),
    )
    with serving(house.app) as url, closing(PrivateChecker(url, token)) as checker:
        answers = checker.check(asked)
        assert checker.watch(answers).reachable
    assert [each.found is not None for each in answers] == [listed, False, False, listed]
    return {f"watch token {at}": each.watch.coded for at, each in enumerate(answers)}


def _first_update(visitor: Watched) -> str:
    page = visitor.open("/updates?area=all").markup
    return next(part for part in page.split('"') if part.startswith("/updates/W"))


def test_no_word_of_an_evening_is_left_in_plain_anywhere(evening: Evening) -> None:
    people(evening)
    somebody_reports(evening)
    somebody_applies(evening)
    tokens = somebody_checks_privately(evening, listed=False)
    two_caseworkers_publish(evening)
    evening.drain(Queue.DANGER)
    somebody_asks(evening)
    two_answer(evening)
    somebody_checks(evening)
    assert somebody_checks_privately(evening, listed=True) == tokens
    arrived = {(each["channel"], each["to"]) for each in evening.gateway.messages()}
    assert ("sms", CANARIES["member's phone"]) in arrived
    assert ("email", CANARIES["member's email"]) in arrived
    assert sum("asked us to watch" in each["body"] for each in evening.gateway.messages()) == 2

    traces = evening.traces()
    assert search(traces, CANARIES | tokens) == []
    assert not [
        f"{name} in {place}"
        for name, token in tokens.items()
        for place, trace in traces.items()
        if any(octets in trace for octets in in_octets(from_base64url(token)))
    ]

    # Each place was looked at: what should be there is.
    assert b"danger" in traces["database"]
    assert b"brolly:register:card" in traces["redis"]
    assert b"brolly:register:card" in traces["redis's files"]
    assert b"drained" in traces["log"]
    assert b"/report/check" in traces["addresses"]
    assert b"Brolly" in traces["titles"]
    assert b"csrf_token" in traces["cookies"]

    plant(evening)
    assert set(search(evening.traces(), CANARIES)) >= {
        "alias in database as plain",
        "checked number in redis as plain",
        "checked number in redis's files as plain",
        "member's email in log as plain",
        "narrative in temporary files as base64",
        "reported phone in addresses as url",
        "safe word in cookies as plain",
    }


def in_octets(token: bytes) -> tuple[bytes, ...]:
    """Return a token as octets, and in hex as SQLite's tools and logs write it."""
    return token, token.hex().encode(), token.hex().upper().encode()


def plant(evening: Evening) -> None:
    """Leave a canary in each place, as a careless program would."""
    with evening.house.writing() as session:
        members.find_organisation(session, name=CANARIES["alias"], now=evening.house.now)
    evening.kept.client.set(f"checked:{CANARIES['checked number']}", 1)
    structlog.get_logger().info("sent", to=CANARIES["member's email"])
    with tempfile.NamedTemporaryFile(delete=False) as file:
        (narrative, *_) = sorted(encodings(CANARIES["narrative"])["base64"])
        file.write(narrative)
    visitor = evening.browser()
    visitor.open("/help?about=%2B447700900611")
    with visitor.client.session_transaction() as cookie:
        cookie["word"] = CANARIES["safe word"]
    visitor.open("/sign-in")


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_the_search_knows_every_encoding(canary: str) -> None:
    for encoding, needles in encodings(canary).items():
        for needle in needles:
            found = search({"here": b"\x00before" + needle + b"after\xff"}, {"it": canary})
            assert f"it in here as {encoding}" in found
    assert search({"here": b"a harmless word"}, {"it": canary}) == []
