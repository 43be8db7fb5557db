"""A sender of JSON texts, and gateways that answer it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from config.settings import Settings
from demo.gateway import Handle
from messages.model import (
    Channel,
    Outcome,
    Outgoing,
)
from messages.texts.http_json_sms import HttpJsonSms
from storage.base import new_id
from tests.messages.posting import NOON, phone
from tests.messages.wires import a_server, saying

SECRET = "a secret of callbacks"


def a_text(**others: Any) -> Outgoing:
    """Return a text that is being sent."""
    given: dict[str, Any] = {
        "delivery_id": new_id(),
        "channel": Channel.SMS,
        "address": phone(1),
        "subject": "",
        "body": "An update for your area: £5, Zażółć",
        "segments": 1,
        "expires_at": NOON + timedelta(hours=1),
    }
    return Outgoing(**(given | others))


def a_sender(url: str, *, timeout: float = 5, **others: Any) -> HttpJsonSms:
    """Return a sender to an address."""
    given: dict[str, Any] = {
        "sms_second": "http",
        "http_sms_url": url,
        "http_sms_token": "loopback-token",
        "http_sms_secret": SECRET,
        "http_sms_from": "Brolly",
    }
    return HttpJsonSms(Settings(**(given | others)), timeout=timeout)


@contextmanager
def sending_to(gateway: Handle, **others: Any) -> Iterator[HttpJsonSms]:
    """Give a sender to the gateway, and close it."""
    sender = a_sender(gateway.json_url, **others)
    yield sender
    sender.close()


@contextmanager
def in_mode(gateway: Handle, mode: str) -> Iterator[None]:
    """Let the gateway answer in a mode."""
    gateway.set_mode(json_mode=mode)
    yield
    gateway.set_mode(json_mode="ok")


def answer(status: int, body: object, *headers: str) -> bytes:
    """Return an answer of a server, as it goes over the line."""
    text = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(text)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + text


def outcome_from(raw: bytes, outgoing: Outgoing | None = None) -> Outcome:
    """Return what a sender makes of these bytes for an answer."""
    with a_server(saying(raw)) as address:
        sender = a_sender(f"http://{address}/send")
        outcome = sender.send(outgoing or a_text())
        sender.close()
    return outcome
