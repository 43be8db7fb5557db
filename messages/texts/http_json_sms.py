"""Text messages through any gateway that speaks a few lines of JSON.

What is said to it, and what each of its answers means, stands in docs/operations.md. This file and
its line in messages/providers.py are all that a provider needs; copy it for another one.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

import structlog
import urllib3
from urllib3.exceptions import HTTPError

from config.settings import Settings
from messages.model import (
    FILTERED,
    SEND_SECONDS,
    Accepted,
    ListUnavailable,
    Outcome,
    Outgoing,
    Postponed,
    Receipt,
    ReceiptState,
    Refused,
    Unknown,
)
from messages.texts.provider_http import (
    NEVER_LEFT,
    OPERATORS_STATUS,
    NotGenuine,
    asked_wait,
    open_pool,
)

log = structlog.get_logger()

PREFIX = "http-"  # of a delivery's provider id: tells who took it
LONGEST_ID = 64
CODE = re.compile(r"[a-z0-9_]{1,40}")
OPTED_OUT, BAD_NUMBER, UNREACHABLE = "opted_out", "bad_number", "unreachable"
OUR_WORDS = frozenset({OPTED_OUT, BAD_NUMBER, UNREACHABLE, FILTERED})
UNKNOWN_ID = "unknown_id"
NOT_NOW = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
SIGNATURE = "X-Signature-256"


class HttpJsonSms:
    """Sends text messages; one for a whole process, shared by its threads."""

    def __init__(self, settings: Settings, *, timeout: float = SEND_SECONDS) -> None:
        """Prepare; nothing is sent yet."""
        url = settings.http_sms_url
        self._path = urlsplit(url).path.rstrip("/") or "/"
        self._pool = open_pool(url, connections=settings.sending_concurrency, timeout=timeout)
        self._headers = {
            "Authorization": f"Bearer {settings.http_sms_token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        self._from = settings.http_sms_from or settings.twilio_from
        self._callbacks = f"{settings.public_url}/webhooks/http-sms/"

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the sender of an instance."""
        return cls(settings)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send once and say what came of it."""
        asked = {
            "id": str(outgoing.delivery_id),
            "to": outgoing.address,
            "from": self._from,
            "text": outgoing.body,
            "expires_at": outgoing.expires_at.astimezone(UTC).isoformat(timespec="seconds"),
            "callback": f"{self._callbacks}{outgoing.delivery_id}",
        }
        try:
            answer = self._ask("POST", self._path, json.dumps(asked).encode())
        except NEVER_LEFT as error:
            return Postponed(reason=f"no_connection_{type(error).__name__}")
        except (HTTPError, OSError) as error:
            return Unknown(reason=f"no_answer_{type(error).__name__}")
        if answer.status in NOT_NOW:
            wait = asked_wait(answer.headers.get("Retry-After", ""))
            return Postponed(reason=f"later_{answer.status}", retry_after=wait)
        return outcome_of(answer.status, _fields(answer.data), outgoing.delivery_id)

    def find(self, outgoing: Outgoing, *, since: datetime) -> Sequence[Receipt]:
        """Return what the gateway says of the message with this delivery's id.

        An empty answer is its word that it has none. Raises ListUnavailable.
        """
        del since  # it knows our id, so there is nothing to narrow down
        path = f"{self._path.rstrip('/')}/{outgoing.delivery_id}"
        try:
            answer = self._ask("GET", path)
        except (HTTPError, OSError) as error:
            raise ListUnavailable(type(error).__name__) from None
        said = _fields(answer.data)
        if answer.status == HTTPStatus.NOT_FOUND and said.get("code") == UNKNOWN_ID:
            return ()
        receipt = read_receipt(said)
        if answer.status != HTTPStatus.OK or receipt is None or not receipt.provider_id:
            words = f"status_{answer.status}"
            raise ListUnavailable(words)
        return (receipt,)

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.close()

    def _ask(self, method: str, path: str, body: bytes | None = None) -> urllib3.BaseHTTPResponse:
        return self._pool.urlopen(method, path, body=body, headers=self._headers, redirect=False)


def outcome_of(status: int, said: Mapping[str, Any], delivery_id: UUID) -> Outcome:
    """Return what an answer means for the message.

    A conflict says that the gateway has the message already: it was sent before, and not known so.
    """
    if status == HTTPStatus.CONFLICT:
        return Accepted(provider_id=_provider_id(said) or f"{PREFIX}{delivery_id}")
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        known = _provider_id(said)
        return Accepted(provider_id=known) if known else Unknown(reason="no_message_id")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return Unknown(reason=f"status_{status}")
    return _refusal(status, _code(said))


def _refusal(status: int, code: str) -> Outcome:
    if not code and (status in OPERATORS_STATUS or status < HTTPStatus.BAD_REQUEST):
        log.error("provider_refuses_us", provider="http", status=status)
        return Postponed(reason=f"account_{status}")
    return Refused(
        reason=code if code in OUR_WORDS else f"refused_{code or status}",
        opted_out=code == OPTED_OUT,
        bad_address=code == BAD_NUMBER,
        unreachable=code == UNREACHABLE,
        filtered=code == FILTERED,
    )


def read_callback(
    settings: Settings, delivery_id: UUID, body: bytes, headers: Mapping[str, str]
) -> Receipt | None:
    """Return what a callback says, or None if it says nothing we know.

    The body is signed as a whole and names its delivery, so that it cannot be turned on another.
    Raises NotGenuine.
    """
    given = headers.get(SIGNATURE, "").removeprefix("sha256=")
    known = settings.http_sms_secret
    if not known or not hmac.compare_digest(signature(known, body), given.encode()):
        raise NotGenuine
    said = _fields(body)
    if said.get("id") != str(delivery_id):
        raise NotGenuine
    return read_receipt(said)


def signature(secret: str, body: bytes) -> bytes:
    """Return the signature of a callback's body: HMAC-SHA256 in hexadecimal (RFC 2104)."""
    return hmac.digest(secret.encode(), body, "sha256").hex().encode()


def read_receipt(said: Mapping[str, Any]) -> Receipt | None:
    """Return what the gateway says of a message, or None if it says nothing we know."""
    if said.get("state") not in tuple(ReceiptState):
        return None
    state = ReceiptState(said["state"])
    code = _code(said) if state is ReceiptState.FAILED else ""
    return Receipt(
        provider_id=_provider_id(said),
        state=state,
        reason=(code or "failed") if state is ReceiptState.FAILED else "",
        opted_out=code == OPTED_OUT,
        bad_address=code == BAD_NUMBER,
        unreachable=code == UNREACHABLE,
        filtered=code == FILTERED,
    )


def _provider_id(said: Mapping[str, Any]) -> str:
    known = said.get("message_id")
    return f"{PREFIX}{known}"[:LONGEST_ID] if isinstance(known, str | int) and known else ""


def _code(said: Mapping[str, Any]) -> str:
    """Return the code of a refusal, if it is one word: it is shown to staff."""
    code = said.get("code")
    return code if isinstance(code, str) and CODE.fullmatch(code) else ""


def _fields(body: bytes) -> Mapping[str, Any]:
    """Read a JSON object; anything else says nothing."""
    try:
        said = json.loads(body)
    except ValueError:  # also of what is not UTF-8
        return {}
    return said if isinstance(said, dict) else {}
