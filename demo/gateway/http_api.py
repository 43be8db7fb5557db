"""Twilio's Messages API, as far as a sender needs it: create, list, fetch, redact."""

import base64
import hmac
import math
from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus

from aiohttp import web

from demo.gateway.arrivals import SMS, Arrival
from demo.gateway.draft import Draft, delivery_in, new_sid, read_draft
from demo.gateway.errors import Refusal, after_acceptance
from demo.gateway.exchange import Exchange, now
from demo.gateway.ledger import LedgerNotWritten
from demo.gateway.listing import list_messages
from demo.gateway.modes import Mode
from demo.gateway.replies import reply_by_mode
from demo.gateway.resources import API, answer, answer_refusal, message_resource, page_resource
from demo.gateway.segments import count_segments

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ACCOUNT = f"{API}/Accounts/{{account}}"


class MessagesApi:
    """The API's routes over one exchange."""

    def __init__(self, exchange: Exchange) -> None:
        """Work out which credentials to expect."""
        self._exchange = exchange
        self._account = exchange.options.account_sid
        pair = f"{self._account}:{exchange.options.auth_token}".encode()
        self._credentials = b"Basic " + base64.b64encode(pair)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes, each asking for the account's credentials."""
        return [
            web.get(f"{ACCOUNT}.json", self._guarded(self._fetch_account)),
            web.post(f"{ACCOUNT}/Messages.json", self._guarded(self._create)),
            web.get(f"{ACCOUNT}/Messages.json", self._guarded(self._list)),
            web.get(f"{ACCOUNT}/Messages/{{sid}}.json", self._guarded(self._fetch)),
            web.post(f"{ACCOUNT}/Messages/{{sid}}.json", self._guarded(self._redact)),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                self._admit(request)
                return await handler(request)
            except Refusal as refusal:
                self._exchange.outcomes[str(refusal.code)] += 1
                return answer_refusal(refusal)

        return guarded

    def _admit(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").encode()
        known = hmac.compare_digest(given, self._credentials)
        if not known or request.match_info["account"] != self._account:
            raise Refusal(20003)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        with self._exchange.sending(request.transport):
            return await self._send(request)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        exchange = self._exchange
        mode = exchange.draw_mode()
        if mode is Mode.BUSY:
            raise Refusal(20429, retry_after=1)
        arrival = self._arrival(read_draft(await request.post()))
        try:
            await exchange.accept(arrival)
        except LedgerNotWritten:
            raise Refusal(20503) from None
        exchange.outcomes[mode] += 1
        return await reply_by_mode(mode, request, self._created(arrival), exchange)

    def _arrival(self, draft: Draft) -> Arrival:
        draft.check()
        if (draft.to, draft.sender) in self._exchange.opted_out:
            raise Refusal(21610)
        error = self._exchange.error_for(draft.to)
        if error is not None and not after_acceptance(error):
            raise Refusal(error)
        segments = count_segments(draft.body)
        self._hold_to_rate(draft.sender, segments)
        return Arrival(
            id=new_sid(),
            channel=SMS,
            to=draft.to,
            sender=draft.sender,
            service=draft.service,
            body=draft.body,
            received_at=now(),
            delivery=delivery_in(draft.callback),
            segments=segments,
            error=error,
            callback=draft.callback,
        )

    def _hold_to_rate(self, sender: str, segments: int) -> None:
        rate = self._exchange.behaviour.rate
        if rate is None:
            return
        wait = self._exchange.pace.wait_for(sender, segments=segments, rate=rate)
        if wait:
            raise Refusal(20429, retry_after=math.ceil(wait))

    def _created(self, arrival: Arrival) -> web.Response:
        state = "accepted" if arrival.service else "queued"
        resource = message_resource(arrival, account=self._account, state=state, sent_at=None)
        return answer(resource, HTTPStatus.CREATED)

    def _state(self, arrival: Arrival) -> str:
        return arrival.state(now(), self._step)

    @property
    def _step(self) -> timedelta:
        return timedelta(seconds=self._exchange.behaviour.step_seconds)

    def _resource(self, arrival: Arrival) -> dict[str, object]:
        state = self._state(arrival)
        sent_at = None if state == "queued" else arrival.received_at + self._step
        return message_resource(arrival, account=self._account, state=state, sent_at=sent_at)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        page = list_messages(self._exchange.arrivals, request.query)
        path = f"{API}/Accounts/{self._account}/Messages.json"
        return answer(
            page_resource(
                [self._resource(arrival) for arrival in page.messages],
                uri=request.path_qs,
                next_uri=f"{path}?{page.next_query}" if page.next_query else None,
                page=page.number,
                size=page.size,
            )
        )

    async def _fetch(self, request: web.Request) -> web.StreamResponse:
        return answer(self._resource(self._find(request)))

    async def _redact(self, request: web.Request) -> web.StreamResponse:
        arrival = self._find(request)
        if (await request.post()).get("Body") != "":
            raise Refusal(20001)
        if self._state(arrival) != arrival.last_state:
            raise Refusal(20009)
        arrival.redacted = True
        return answer(self._resource(arrival))

    def _find(self, request: web.Request) -> Arrival:
        arrival = self._exchange.arrivals.find(request.match_info["sid"])
        if arrival is None or not arrival.is_twilios:
            raise Refusal(20404)
        return arrival

    async def _fetch_account(self, request: web.Request) -> web.StreamResponse:
        return answer(
            {
                "sid": self._account,
                "friendly_name": "Loopback gateway",
                "status": "active",
                "type": "Full",
                "uri": request.path,
            }
        )
