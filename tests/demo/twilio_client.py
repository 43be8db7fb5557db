"""The real Twilio client, pointed at a gateway, and a server that hears its webhooks."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from demo.gateway import Handle

TO = "+447700900123"
FROM = "+447700900001"
PATIENCE_SECONDS = 20


class AtAnotherHost(TwilioHttpClient):  # type: ignore[misc] # twilio has no types
    """Twilio's HTTP client, its host swapped for the gateway's."""

    def __init__(self, base: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._base = base

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        parts = urlsplit(url)
        there = f"{self._base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().request(method, there, *args, **kwargs)


def client_of(gateway: Handle, *, token: str | None = None, timeout: float = 5) -> Client:
    """Return a Twilio client that talks to the gateway."""
    return Client(
        gateway.account_sid,
        token or gateway.auth_token,
        http_client=AtAnotherHost(gateway.url, timeout),
    )


def the_arrival(gateway: Handle) -> dict[str, Any]:
    """Return the one message that arrived, once it has: a sender may give up before."""
    until = monotonic() + PATIENCE_SECONDS
    while not gateway.messages() and monotonic() < until:
        sleep(0.01)
    (message,) = gateway.messages()
    return message


@dataclass(frozen=True, slots=True)
class Heard:
    """One webhook as it came in."""

    url: str
    signature: str
    fields: Mapping[str, str]

    def is_signed_with(self, token: str) -> bool:
        """Whether Twilio's own validator takes the signature."""
        verdict: bool = RequestValidator(token).validate(self.url, self.fields, self.signature)
        return verdict


@dataclass(slots=True)
class Ear:
    """A web server that remembers the webhooks it was sent."""

    url: str
    heard: list[Heard] = field(default_factory=list)
    refusals_to_give: int = 0

    def statuses(self) -> list[str]:
        """Return the message statuses in the order they came."""
        return [each.fields["MessageStatus"] for each in list(self.heard)]

    def wait_for(self, count: int) -> list[Heard]:
        """Return what was heard once there is that much of it."""
        until = monotonic() + PATIENCE_SECONDS
        while len(self.heard) < count and monotonic() < until:
            sleep(0.01)
        assert len(self.heard) == count, self.statuses()
        return self.heard


@contextmanager
def listening() -> Iterator[Ear]:
    """Run an ear on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            url = f"http://{self.headers['Host']}{self.path}"
            if ear.refusals_to_give:
                ear.refusals_to_give -= 1
                self._answer(500)
                return
            fields = dict(parse_qsl(body, keep_blank_values=True))
            ear.heard.append(Heard(url, self.headers["X-Twilio-Signature"], fields))
            self._answer(200)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "10")
            self.end_headers()
            self.wfile.write(b"<Response>")

        def log_message(self, *args: object) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ear = Ear(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield ear
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
