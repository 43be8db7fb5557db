"""An instance to measure: its own folder, database, Valkey, members and a full register."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from checker import actions as checker
from checker.model import Band, HarmKind, Identifier, IdentifierKind, Payload
from cli.keys import create_missing_keys
from config.settings import Settings, load_settings
from demo.accounts import PASSPHRASES, member_name
from demo.commands.load import load_once
from members.model import Role, Severity
from storage.migrating import upgrade
from storage.valkey import arguments, wait_for_valkey
from workers.services import Services

NEVER_SPENT = 1_000_000_000
PATIENCE_SECONDS = 60.0
PAYLOAD = Payload(
    severity=Severity.RISK,
    kinds=frozenset({HarmKind.NON_PAYMENT}),
    month="2026-01",
    regions=("GB-GMP",),
    band=Band.ONE,
    advice="Wait for money to arrive.",
    references=("W-0000000",),
)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@contextmanager
def an_instance(*, members: int, listed: int, **settings: str) -> Iterator[Settings]:
    """Give an instance with demo data and this many entries on the register."""
    with tempfile.TemporaryDirectory(prefix="brolly-bench-") as folder:
        chosen = load_settings(
            {
                "BROLLY_DATA_DIR": folder,
                "BROLLY_CHECK_BURST": str(NEVER_SPENT),
                "BROLLY_CHECK_DAILY": str(NEVER_SPENT),
                **{f"BROLLY_{name.upper()}": value for name, value in settings.items()},
            }
        )
        create_missing_keys(chosen)
        upgrade(chosen.database)
        with a_valkey(chosen), Services.open(chosen) as services:
            load_once(services, number=members, seed=1)
            fill_register(services, listed)
            yield chosen


def fill_register(services: Services, listed: int) -> None:
    """List numbers that nobody has, and write the register."""
    now = datetime.now(UTC)
    with services.writing() as session:
        for number in range(listed):
            checker.list_entry(
                session,
                services.evaluator,
                identifier=Identifier(IdentifierKind.PHONE, f"+4477008{number:05}"),
                payloads=[PAYLOAD],
                now=now,
            )
        session.commit()
        checker.refresh(session, services.register, now=now)
        session.commit()


@contextmanager
def a_valkey(settings: Settings) -> Iterator[None]:
    """Run the embedded Valkey of an instance."""
    folder = settings.data_dir / "valkey"
    folder.mkdir(mode=0o700)
    command = arguments(settings.valkey_socket, folder)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own server
    try:
        wait_for_valkey(settings.valkey_socket)
        yield
    finally:
        server.terminate()
        server.wait(timeout=10)


@contextmanager
def a_server(settings: Settings, app: str) -> Iterator[int]:
    """Serve an app by Granian in a process of its own, as `brolly web` does; gives the port."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.serving", app, str(port)]
    server = subprocess.Popen(command, env=environment(settings))  # noqa: S603 - a server of our own
    try:
        _wait(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=PATIENCE_SECONDS)


def signed_in_request(port: int, path: str, fields: dict[str, str]) -> bytes:
    """Sign a demo member in and return the octets of a form post as that member sends it."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    base = f"http://127.0.0.1:{port}"
    credentials = {"name": member_name(0), "passphrase": PASSPHRASES[Role.MEMBER]}
    token = _token(browser, f"{base}/sign-in")
    _post(browser, f"{base}/sign-in", {"csrf_token": token, **credentials})
    return _filled(browser, jar, base, path, fields)


def form_request(port: int, path: str, fields: dict[str, str]) -> bytes:
    """Open a page and return the octets of its form as this browser posts it."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    return _filled(browser, jar, f"http://127.0.0.1:{port}", path, fields)


def _filled(
    browser: OpenerDirector, jar: CookieJar, base: str, path: str, fields: dict[str, str]
) -> bytes:
    token = _token(browser, f"{base}{path}")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
    return form_post(path, {"csrf_token": token, **fields}, cookies)


def form_post(path: str, fields: dict[str, str], cookies: str = "") -> bytes:
    """Return the octets of a form post over a kept connection."""
    body = urlencode(fields).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: {cookies}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which another process has the same settings."""
    return os.environ | {
        f"BROLLY_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude_unset=True, exclude_none=True).items()
    }


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _token(browser: OpenerDirector, url: str) -> str:
    found = TOKEN.search(browser.open(url, timeout=10).read().decode())
    assert found, "the page has no form"  # noqa: S101 - a benchmark of a broken page is none
    return found[1]


def _post(browser: OpenerDirector, url: str, fields: dict[str, str]) -> None:
    browser.open(url, urlencode(fields).encode(), timeout=10).read()


def _wait(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    message = "the server did not start"
    raise TimeoutError(message)
