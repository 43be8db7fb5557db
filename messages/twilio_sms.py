"""Text messages through Twilio's client, with its HTTP done by one pool of kept connections.

Twilio's own HTTP client is not used for three reasons. It keeps the last request and answer on
itself, so that threads that share it read each other's answers, and an address and a body stay in
memory. It logs both. And requests costs three times what the rest of the client does.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import certifi
import structlog
import urllib3
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from config.settings import Settings
from messages.model import (
    SEND_SECONDS,
    Accepted,
    Outcome,
    Outgoing,
    Postponed,
    Refused,
    Unknown,
)

log = structlog.get_logger()

TWILIO = "https://api.twilio.com"
LONGEST_VALIDITY = 36_000  # seconds; what Twilio takes
NEVER_LEFT = (NewConnectionError, ConnectTimeoutError, SSLError, ProxyError)
TOO_MANY = 20429
OPTED_OUT = 21610
BAD_ADDRESS = frozenset({21211, 21614, 30006})
# Wrong account, token, sender or service: the operator's to mend, and no recipient's fault.
OPERATORS = frozenset(
    {20003, 20005, 20404, 21212, 21603, 21606, 21659, 21660, 21701, 21703, 21704, 30002}
)
OPERATORS_STATUS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


class TooManyRequests(Exception):
    """Twilio answered 429; nothing was taken."""

    def __init__(self, retry_after: timedelta | None) -> None:
        """Keep what the provider asked for."""
        super().__init__()
        self.retry_after = retry_after


class PooledHttp(TwilioHttpClient):
    """HTTP for Twilio's client: another host if told, kept connections, nothing remembered."""

    def __init__(self, base: str, *, connections: int, timeout: float = SEND_SECONDS) -> None:
        """Open nothing yet; `base` stands in for Twilio's address."""
        super().__init__(pool_connections=False, timeout=timeout)
        self._prefix = urlsplit(base).path.rstrip("/")
        trust = {"ca_certs": certifi.where()} if base.startswith("https:") else {}
        self._pool = urllib3.connection_from_url(
            base,
            maxsize=connections,
            timeout=urllib3.Timeout(total=timeout),
            retries=False,
            **trust,
        )

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: FBT001, FBT002 - Twilio's signature
    ) -> Response:
        """Make one request, once; raises TooManyRequests and what urllib3 raises."""
        del timeout, allow_redirects
        path = self._prefix + url.removeprefix(TWILIO)
        answer = self._pool.urlopen(
            method,
            f"{path}?{urlencode(params)}" if params else path,
            body=urlencode(data, doseq=True) if data else None,
            headers={**(headers or {}), **_credentials(auth)},
            redirect=False,
        )
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise TooManyRequests(_retry_after(answer.headers.get("Retry-After", "")))
        return Response(answer.status, answer.data.decode("utf-8", "replace"), answer.headers)

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.close()


class TwilioSms:
    """Sends text messages; one for a whole process, shared by its threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        http: PooledHttp,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare the client; nothing is sent yet."""
        client = Client(settings.twilio_account_sid, settings.twilio_auth_token, http_client=http)
        self._http, self._clock = http, clock
        self._messages = client.messages  # made here, once, before threads share it
        self._callbacks = f"{settings.public_url}/webhooks/sms/"
        self._sender: dict[str, Any] = (
            {"messaging_service_sid": settings.twilio_messaging_service_sid}
            if settings.twilio_messaging_service_sid
            else {"from_": settings.twilio_from}
        )

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the sender of an instance."""
        base = settings.twilio_api_base or TWILIO
        return cls(settings, http=PooledHttp(base, connections=settings.sending_concurrency))

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send once and say what came of it."""
        try:
            created = self._messages.create(
                to=outgoing.address,
                body=outgoing.body,
                status_callback=f"{self._callbacks}{outgoing.delivery_id}",
                validity_period=self._validity(outgoing.expires_at),
                **self._sender,
            )
        except TooManyRequests as error:
            return Postponed(reason="too_many_requests", retry_after=error.retry_after)
        except (TwilioRestException, TwilioServiceException) as error:
            return outcome_of(int(error.status), error.code)
        except NEVER_LEFT as error:
            return Postponed(reason=f"no_connection_{type(error).__name__}")
        except (HTTPError, OSError, ValueError) as error:
            # Time-outs, resets, half answers, answers that are not JSON: it may have been taken.
            return Unknown(reason=f"no_answer_{type(error).__name__}")
        return Accepted(provider_id=created.sid) if created.sid else Unknown(reason="no_sid")

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def _validity(self, expires_at: datetime) -> int:
        """Return the seconds for which the provider may still deliver it: the cause's own life."""
        left = int((expires_at - self._clock()).total_seconds())
        return max(1, min(left, LONGEST_VALIDITY))


def outcome_of(status: int, code: int | None) -> Outcome:
    """Return what an error answer means for the message."""
    if status == HTTPStatus.TOO_MANY_REQUESTS or code == TOO_MANY:
        return Postponed(reason="too_many_requests")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unknown(reason=f"status_{status}")
    if code == OPTED_OUT:
        return Refused(reason="opted_out", opted_out=True)
    if code in BAD_ADDRESS:
        return Refused(reason=f"bad_number_{code}", bad_address=True)
    if code in OPERATORS or status in OPERATORS_STATUS or status < HTTPStatus.BAD_REQUEST:
        log.error("provider_refuses_us", provider="twilio", status=status, code=code)
        return Postponed(reason=f"account_{code or status}")
    return Refused(reason=f"refused_{code or status}")


def _credentials(auth: tuple[str, str] | None) -> dict[str, str]:
    if auth is None:
        return {}
    return {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}


def _retry_after(value: str) -> timedelta | None:
    """Read seconds (RFC 9110, 10.2.3); a date is rare enough to fall back on our own wait."""
    return timedelta(seconds=int(value)) if value.isdecimal() else None
