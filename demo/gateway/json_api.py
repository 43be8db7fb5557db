"""A second provider: a few lines of JSON (docs/operations.md), on the same ledger.

The account's token is both its token and the secret of its callbacks.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from json import JSONDecodeError

from aiohttp import web

from demo.gateway.arrivals import SMS, Arrival
from demo.gateway.draft import Draft, new_sid
from demo.gateway.errors import Refusal, after_acceptance
from demo.gateway.exchange import Exchange, now
from demo.gateway.json_words import CODES, STATES, said
from demo.gateway.ledger import LedgerNotWritten
from demo.gateway.modes import Mode
from demo.gateway.replies import reply_by_mode
from demo.gateway.resources import answer
from demo.gateway.segments import count_segments

PATH = "/json/messages"
PREFIX = "JS"
LONGEST_ID = 64
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class NotTaken(Exception):
    """A message that is not accepted, with the answer's status and code."""

    def __init__(self, status: HTTPStatus, code: str = "", *, retry_after: int = 0) -> None:
        """Take the answer's parts."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


class JsonApi:
    """The routes of the second provider over one exchange."""

    def __init__(self, exchange: Exchange) -> None:
        """Start with nothing taken."""
        self._exchange = exchange
        self._credentials = f"Bearer {exchange.options.auth_token}".encode()
        self._known: dict[str, Arrival] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return the routes, each asking for the token."""
        return [
            web.post(PATH, self._guarded(self._create)),
            web.get(f"{PATH}/{{id}}", self._guarded(self._fetch)),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                self._admit(request)
                return await handler(request)
            except NotTaken as not_taken:
                self._exchange.outcomes[f"json {int(not_taken.status)}"] += 1
                return _answer_not_taken(not_taken)

        return guarded

    def _admit(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, self._credentials):
            raise NotTaken(HTTPStatus.UNAUTHORIZED)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        exchange = self._exchange
        mode = exchange.draw_json_mode()
        if mode is Mode.BUSY:
            raise NotTaken(HTTPStatus.TOO_MANY_REQUESTS, retry_after=1)
        fields = await _fields(request)
        known = self._known.get(fields["id"])
        if known is not None and self._state(known) != "failed":
            return answer(self._resource(known), HTTPStatus.CONFLICT)
        arrival = self._arrival(fields)
        self._remember(fields["id"], arrival)
        try:
            await exchange.accept(arrival)
        except LedgerNotWritten:
            del self._known[fields["id"]]
            raise NotTaken(HTTPStatus.SERVICE_UNAVAILABLE) from None
        exchange.outcomes[f"json {mode}"] += 1
        created = answer(self._resource(arrival), HTTPStatus.CREATED)
        return await reply_by_mode(mode, request, created, exchange)

    async def _fetch(self, request: web.Request) -> web.StreamResponse:
        known = self._known.get(request.match_info["id"])
        if known is None:
            raise NotTaken(HTTPStatus.NOT_FOUND, "unknown_id")
        return answer(self._resource(known))

    def _arrival(self, fields: Mapping[str, str]) -> Arrival:
        draft = Draft(
            to=fields["to"],
            sender=fields["from"],
            body=fields["text"],
            callback=fields.get("callback", ""),
            validity="",
        )
        error = self._exchange.error_for(draft.to)
        try:
            draft.check()
            self._refuse_recipient(draft, error)
        except Refusal as refusal:
            code = CODES.get(refusal.code, f"error_{refusal.code}")
            raise NotTaken(HTTPStatus.UNPROCESSABLE_ENTITY, code) from None
        return Arrival(
            id=new_sid(PREFIX),
            channel=SMS,
            to=draft.to,
            sender=draft.sender,
            body=draft.body,
            received_at=now(),
            delivery=fields["id"],
            segments=count_segments(draft.body),
            error=error,
            callback=draft.callback,
            by_json=True,
        )

    def _refuse_recipient(self, draft: Draft, error: int | None) -> None:
        if (draft.to, draft.sender) in self._exchange.opted_out:
            raise Refusal(21610)
        if error is not None and not after_acceptance(error):
            raise Refusal(error)

    def _remember(self, message_id: str, arrival: Arrival) -> None:
        self._known[message_id] = arrival
        if len(self._known) > self._exchange.options.keep:
            del self._known[next(iter(self._known))]

    def _state(self, arrival: Arrival) -> str:
        step = timedelta(seconds=self._exchange.behaviour.step_seconds)
        return STATES[arrival.state(now(), step)]

    def _resource(self, arrival: Arrival) -> dict[str, str]:
        return said(arrival, self._state(arrival))


def _answer_not_taken(not_taken: NotTaken) -> web.Response:
    response = answer({"code": not_taken.code} if not_taken.code else {}, not_taken.status)
    if not_taken.retry_after:
        response.headers["Retry-After"] = str(not_taken.retry_after)
    return response


async def _fields(request: web.Request) -> dict[str, str]:
    """Read what a request asks for; raises NotTaken."""
    try:
        fields = await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        fields = None
    needed = {"id", "to", "from", "text"}
    if not isinstance(fields, dict) or not fields.keys() >= needed:
        raise NotTaken(HTTPStatus.BAD_REQUEST, "not_understood")
    words = {name: str(value) for name, value in fields.items()}
    if not 0 < len(words["id"]) <= LONGEST_ID:
        raise NotTaken(HTTPStatus.BAD_REQUEST, "bad_id")
    return words
