"""Text messages through Twilio's client, with its HTTP done by one pool of kept connections.

Twilio's own HTTP client is not used for three reasons. It keeps the last request and answer on
itself, so that threads that share it read each other's answers, and an address and a body stay in
memory. It logs both. And requests costs three times what the rest of the client does.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import structlog
from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance
from urllib3.exceptions import HTTPError

from config.settings import Settings
from messages.model import (
    SEND_SECONDS,
    Accepted,
    CopyOutOfReach,
    ListUnavailable,
    Outcome,
    Outgoing,
    Postponed,
    Receipt,
    ReceiptState,
    Refused,
    StillOnItsWay,
    Unknown,
)
from messages.texts.provider_http import NEVER_LEFT, OPERATORS_STATUS, asked_wait, open_pool
from messages.texts.twilio_codes import (
    BAD_ADDRESS,
    FILTERED,
    GONE,
    NOT_COMPLETE,
    OPERATORS,
    OPTED_OUT,
    REASONS,
    SID,
    TOO_MANY,
    UNREACHABLE,
    receipt_of,
)

log = structlog.get_logger()

TWILIO = "https://api.twilio.com"
LONGEST_VALIDITY = 36_000  # seconds; what Twilio takes
LISTED_AT_ONCE = 1000
OF_THE_RECIPIENT = BAD_ADDRESS | REASONS.keys()


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
        self._pool = open_pool(base, connections=connections, timeout=timeout)

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
            raise TooManyRequests(asked_wait(answer.headers.get("Retry-After", "")))
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

    def find(self, outgoing: Outgoing, *, since: datetime) -> Sequence[Receipt]:
        """Return what Twilio says of each message from us with this recipient and these words.

        There may be several: two members may share a phone. Raises ListUnavailable.
        """
        try:
            listed = self._messages.list(
                to=outgoing.address, date_sent_after=since, page_size=LISTED_AT_ONCE
            )
        except (TooManyRequests, TwilioException, HTTPError, OSError, ValueError) as error:
            raise ListUnavailable(type(error).__name__) from None
        return [_said_of(each) for each in listed if self._is_ours(each, outgoing)]

    def wipe(self, provider_id: str) -> Receipt | None:
        """Empty the text of a message that Twilio keeps; its record stays there.

        Raises StillOnItsWay and CopyOutOfReach.
        """
        if not SID.fullmatch(provider_id):
            return None
        try:
            return _said_of(self._messages.get(provider_id).update(body=""))
        except (TwilioRestException, TwilioServiceException) as error:
            if error.code == GONE:
                return None
            if error.code == NOT_COMPLETE:
                raise StillOnItsWay from None
            why = f"status_{error.status}"
            raise CopyOutOfReach(why) from None
        except (TooManyRequests, TwilioException, HTTPError, OSError, ValueError) as error:
            raise CopyOutOfReach(type(error).__name__) from None

    def _is_ours(self, listed: MessageInstance, outgoing: Outgoing) -> bool:
        service = self._sender.get("messaging_service_sid")
        from_us = (
            listed.messaging_service_sid == service
            if service
            else listed.from_ == self._sender["from_"]
        )
        return from_us and str(listed.body or "").strip() == outgoing.body.strip()

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
    if code in OPERATORS or (code not in OF_THE_RECIPIENT and _is_the_operators(status)):
        log.error("provider_refuses_us", provider="twilio", status=status, code=code)
        return Postponed(reason=f"account_{code or status}")
    return Refused(
        reason=_reason(status, code),
        opted_out=code == OPTED_OUT,
        bad_address=code in BAD_ADDRESS,
        unreachable=code == UNREACHABLE,
        filtered=code == FILTERED,
    )


def _is_the_operators(status: int) -> bool:
    return status in OPERATORS_STATUS or status < HTTPStatus.BAD_REQUEST


def _reason(status: int, code: int | None) -> str:
    if code in BAD_ADDRESS:
        return f"bad_number_{code}"
    return REASONS.get(code or 0, f"refused_{code or status}")


def _said_of(listed: MessageInstance) -> Receipt:
    """Return what a list says of a message; whatever its status, Twilio has it."""
    receipt = receipt_of(listed.sid, str(listed.status), str(listed.error_code or ""))
    return receipt or Receipt(provider_id=listed.sid, state=ReceiptState.ACCEPTED)


def _credentials(auth: tuple[str, str] | None) -> dict[str, str]:
    if auth is None:
        return {}
    return {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}
