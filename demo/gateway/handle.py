"""A gateway for tests, benchmarks and trials: in a thread, or in a process that can be killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from demo.gateway.ledger import Entry, Fingerprints, read_ledger
from demo.gateway.modes import Behaviour
from demo.gateway.options import DEMO_ACCOUNT, KEEP, Addresses, Options

TOKEN = "loopback-token"  # noqa: S105 - of a gateway that only this machine reaches
SECONDS = 30


class GatewayAnswer(Exception):
    """The gateway refused a control request; the text is its own."""


class GatewayDidNotStart(Exception):
    """The gateway's own process ended before it was ready; its words are on standard error."""


@dataclass(slots=True, kw_only=True)
class Handle:
    """A running gateway, from outside."""

    url: str
    smtp_url: str
    account_sid: str
    auth_token: str = field(repr=False)
    ledger: Path
    pid: int | None = None

    @property
    def json_url(self) -> str:
        """Return the address of the second provider."""
        return f"{self.url}/json/messages"

    @property
    def smtp_address(self) -> tuple[str, int]:
        """Return host and port of the mail server."""
        parts = urlsplit(self.smtp_url)
        return parts.hostname or "", parts.port or 0

    def messages(
        self, channel: str = "", *, since: int | str = 0, limit: int = 20_000
    ) -> list[dict[str, Any]]:
        """Return what arrived, newest first."""
        query = urlencode({"channel": channel, "since": since, "limit": limit})
        found: list[dict[str, Any]] = self._ask("GET", f"/messages.json?{query}")["messages"]
        return found

    def counts(self) -> dict[str, Any]:
        """Return the counts."""
        return self._ask("GET", "/counts.json")

    def set_mode(self, mode: object = None, **changes: object) -> dict[str, Any]:
        """Switch the mode of sends and, by name, anything else of its Behaviour."""
        return self._ask("POST", "/control/mode", {"mode": mode, **changes} if mode else changes)

    def set_ending(self, ending: str, code: int | None) -> dict[str, Any]:
        """Let numbers with this ending meet a Twilio error, or none."""
        return self._ask("POST", "/control/ending", {"ending": ending, "code": code})

    def text_in(self, *, sender: str, to: str, body: str) -> dict[str, Any]:
        """Text the service from a phone; returns the id, and the webhook's status and reply."""
        return self._ask("POST", "/control/inbound", {"from": sender, "to": to, "body": body})

    def clear(self) -> None:
        """Forget messages, counts and opt-outs; the ledger stays."""
        self._ask("POST", "/control/clear")

    def ledger_rows(self) -> list[Entry]:
        """Return the ledger."""
        return read_ledger(self.ledger)

    def fingerprint(self, text: str) -> str:
        """Return what the ledger has in place of a recipient or a body."""
        return Fingerprints(self.auth_token).of(text)

    def kill(self) -> None:
        """Kill the gateway's own process at once (SIGKILL)."""
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _ask(
        self, method: str, path: str, fields: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=SECONDS)
        try:
            connection.request(method, path, json.dumps(fields or {}))
            answer = connection.getresponse()
            found: dict[str, Any] = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status >= 400:  # noqa: PLR2004 - HTTP's line between answers and errors
            raise GatewayAnswer(found.get("error", answer.reason))
        return found


@contextmanager
def running(
    *,
    ledger: Path | None = None,
    account_sid: str = DEMO_ACCOUNT,
    auth_token: str = TOKEN,
    keep: int = KEEP,
    **behaviour: object,
) -> Iterator[Handle]:
    """Run a gateway in a thread; `behaviour` as for POST /control/mode."""
    with _ledger_at(ledger) as path:
        options = Options(
            auth_token=auth_token,
            account_sid=account_sid,
            ledger=path,
            keep=keep,
            behaviour=Behaviour().changed(behaviour),
        )
        with _in_a_thread(options) as addresses:
            yield Handle(
                url=addresses.url,
                smtp_url=addresses.smtp_url,
                account_sid=account_sid,
                auth_token=auth_token,
                ledger=path,
            )


@contextmanager
def running_alone(
    *,
    ledger: Path | None = None,
    account_sid: str = DEMO_ACCOUNT,
    auth_token: str = TOKEN,
    **options: object,
) -> Iterator[Handle]:
    """Run a gateway in a process of its own; `options` as the command's, such as `mode="drop"`."""
    with _ledger_at(ledger) as path:
        given = {"account_sid": account_sid, "ledger": path, **options}
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
        started = subprocess.Popen(  # noqa: S603 - this interpreter, this package
            [sys.executable, "-m", "demo.commands.gateway", "--json", *flags],
            env=os.environ | {"BROLLY_TWILIO_AUTH_TOKEN": auth_token},
            stdout=subprocess.PIPE,
            text=True,
        )
        with _ending(started):
            yield Handle(
                **_ready_line(started), auth_token=auth_token, ledger=path, pid=started.pid
            )


def _ready_line(started: subprocess.Popen[str]) -> dict[str, str]:
    line = started.stdout.readline() if started.stdout else ""
    if not line:
        raise GatewayDidNotStart
    ready: dict[str, str] = json.loads(line)
    return {name: ready[name] for name in ("url", "smtp_url", "account_sid")}


@contextmanager
def _ending(started: subprocess.Popen[str]) -> Iterator[None]:
    with started:
        try:
            yield
        finally:
            started.terminate()


@contextmanager
def _ledger_at(path: Path | None) -> Iterator[Path]:
    if path is not None:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "ledger.jsonl"


@contextmanager
def _in_a_thread(options: Options) -> Iterator[Addresses]:
    started: Future[tuple[Addresses, Callable[[], object]]] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(_run(options, started)), name="gateway", daemon=True
    )
    thread.start()
    addresses, stop = started.result(SECONDS)
    try:
        yield addresses
    finally:
        stop()
        thread.join(SECONDS)


async def _run(options: Options, started: "Future[tuple[Addresses, Callable[[], object]]]") -> None:
    from demo.gateway.listening import Gateway  # noqa: PLC0415 - aiohttp only where it serves

    loop = asyncio.get_running_loop()
    try:
        gateway = Gateway(options)
        addresses = await gateway.start()
    except OSError as error:
        started.set_exception(error)
        return
    stop = gateway.exchange.stopping.set
    started.set_result((addresses, lambda: loop.call_soon_threadsafe(stop)))
    await gateway.exchange.stopping.wait()
    await gateway.stop()
