"""Text messages and the sender of them, for tests that speak to a server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from config.settings import Settings
from demo.gateway import Handle
from messages.model import Channel, Outgoing
from messages.texts.twilio_sms import PooledHttp, TwilioSms
from storage.base import new_id
from tests.messages.posting import NOON, phone

FROM = "+447700900999"
SID = "AC" + "0" * 32


def a_text(**others: Any) -> Outgoing:
    """Return a text message about to be sent."""
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


def a_sender(base: str, *, timeout: float = 5, **others: Any) -> TwilioSms:
    """Return a sender that speaks to a server."""
    given: dict[str, Any] = {
        "twilio_account_sid": SID,
        "twilio_auth_token": "loopback-token",
        "twilio_from": FROM,
    }
    settings = Settings(**(given | others))
    http = PooledHttp(base, connections=4, timeout=timeout)
    return TwilioSms(settings, http=http, clock=lambda: NOON)


@contextmanager
def sending_to(gateway: Handle, **others: Any) -> Iterator[TwilioSms]:
    """Give a sender that speaks to a gateway."""
    sender = a_sender(gateway.url, **others)
    yield sender
    sender.close()


def answer(status: int, body: object, *headers: str) -> bytes:
    """Return an answer in JSON as it goes over the wire."""
    text = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(text)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + text
