"""Webhooks as Twilio posts them: form-encoded, signed, tried again, in a chosen disorder."""

import asyncio
import base64
import hmac
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from demo.gateway.arrivals import Arrival
from demo.gateway.json_words import signed_callback
from demo.gateway.modes import STATUSES, Behaviour, Callbacks

POSTERS = 8
MOST_WAITING = 200_000
TIMEOUT = aiohttp.ClientTimeout(total=10)
RETRY_SECONDS = (0.25, 0.5, 1, 2, 4, 8, 8)
SERVER_ERROR = 500
CLIENT_ERROR = 400
FORM = "application/x-www-form-urlencoded"


def sign(auth_token: str, url: str, parameters: Mapping[str, str]) -> str:
    """Return Twilio's signature of a webhook: HMAC-SHA1 over the URL and the sorted parameters."""
    text = url + "".join(name + parameters[name] for name in sorted(parameters))
    return base64.b64encode(hmac.digest(auth_token.encode(), text.encode(), "sha1")).decode()


@dataclass(slots=True)
class Round:
    """The status callbacks still to post for one message, in order."""

    arrival: Arrival
    statuses: list[str]
    step: float
    tries: int = 0


class Webhooks:
    """Posts signed webhooks from a few tasks; what waits beyond a bound is dropped and counted."""

    def __init__(
        self, account_sid: str, auth_token: str, *, most_waiting: int = MOST_WAITING
    ) -> None:
        """Start idle: tasks and connections are made at the first callback."""
        self.counts: Counter[str] = Counter()
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._most_waiting = most_waiting
        self._due: asyncio.Queue[Round] = asyncio.Queue()
        self._waiting = 0
        self._posters: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None

    @property
    def waiting(self) -> int:
        """Return how many messages have callbacks to come."""
        return self._waiting

    def announce(self, arrival: Arrival, behaviour: Behaviour) -> None:
        """Plan the status callbacks of an accepted message."""
        statuses = _in_order(arrival, behaviour)
        if not arrival.callback or not statuses:
            return
        if self._waiting >= self._most_waiting:
            self.counts["dropped"] += 1
            return
        self._waiting += 1
        if not self._posters:
            self._posters = [asyncio.create_task(self._post_rounds()) for _ in range(POSTERS)]
        late = behaviour.late_seconds if behaviour.callbacks is Callbacks.LATE else 0
        self._later(Round(arrival, statuses, behaviour.step_seconds), late)

    def _later(self, rounds: Round, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._due.put_nowait, rounds)

    async def _post_rounds(self) -> None:
        while True:
            rounds = await self._due.get()
            if not await self._delivered(rounds) and rounds.tries < len(RETRY_SECONDS):
                self._later(rounds, RETRY_SECONDS[rounds.tries])
                rounds.tries += 1
                continue
            rounds.tries = 0
            rounds.statuses.pop(0)
            if rounds.statuses:
                self._later(rounds, rounds.step)
            else:
                self._waiting -= 1

    async def _delivered(self, rounds: Round) -> bool:
        try:
            status, _ = await self._post_status(rounds.arrival, rounds.statuses[0])
        except (aiohttp.ClientError, TimeoutError):
            self.counts["unanswered"] += 1
            return False
        self.counts["refused" if status >= CLIENT_ERROR else "posted"] += 1
        return status < SERVER_ERROR

    async def _post_status(self, arrival: Arrival, status: str) -> tuple[int, str]:
        if not arrival.by_json:
            return await self.post(arrival.callback, self._status_parameters(arrival, status))
        body, headers = signed_callback(arrival, status, self._auth_token)
        return await self._post(arrival.callback, body, headers)

    def _status_parameters(self, arrival: Arrival, status: str) -> dict[str, str]:
        parameters = {
            "AccountSid": self._account_sid,
            "ApiVersion": "2010-04-01",
            "From": arrival.sender,
            "MessageSid": arrival.id,
            "MessageStatus": status,
            "SmsSid": arrival.id,
            "SmsStatus": status,
            "To": arrival.to,
        }
        if arrival.service:
            parameters["MessagingServiceSid"] = arrival.service
        if arrival.error and status == arrival.last_state:
            parameters["ErrorCode"] = str(arrival.error)
        return parameters

    async def post(self, url: str, parameters: Mapping[str, str]) -> tuple[int, str]:
        """Post one signed webhook; returns status and text, raises aiohttp.ClientError."""
        headers = {
            "Content-Type": FORM,
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": sign(self._auth_token, url, parameters),
        }
        return await self._post(url, urlencode(parameters).encode(), headers)

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        if self._session is None:
            jar = aiohttp.DummyCookieJar()  # providers keep no cookies
            self._session = aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=jar)
        # encoded=True: the signature covers the URL as it was given, so nothing may rewrite it
        address = URL(url, encoded=True)
        async with self._session.post(
            address, data=body, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(errors="replace")

    async def close(self) -> None:
        """Stop posting; callbacks that wait are lost, as when a provider fails."""
        for poster in self._posters:
            poster.cancel()
        for poster in self._posters:
            with suppress(asyncio.CancelledError):
                await poster
        if self._session is not None:
            await self._session.close()


def _in_order(arrival: Arrival, behaviour: Behaviour) -> list[str]:
    last = {STATUSES[-1]: arrival.last_state}
    statuses = [last.get(status, status) for status in behaviour.statuses]
    match behaviour.callbacks:
        case Callbacks.SUPPRESSED:
            return []
        case Callbacks.DUPLICATE:
            return [status for status in statuses for _ in range(2)]
        case Callbacks.OUT_OF_ORDER:
            return statuses[::-1]
        case _:
            return statuses
