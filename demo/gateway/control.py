"""What only the gateway has: what arrived, counts, switches, texts from a phone."""

import ipaddress
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from json import JSONDecodeError
from xml.etree.ElementTree import ParseError, fromstring

import aiohttp
from aiohttp import web

from demo.gateway.arrivals import Arrival
from demo.gateway.draft import new_sid
from demo.gateway.errors import ERRORS
from demo.gateway.exchange import Exchange, now
from demo.gateway.modes import NotAMode
from demo.gateway.resources import API, answer
from demo.gateway.segments import count_segments

LIMIT = 100
Handler = Callable[[web.Request], Awaitable[web.Response]]


class NotUnderstood(Exception):
    """A request to the control endpoints lacks something; the text says what."""


class Control:
    """The control routes over one exchange."""

    def __init__(self, exchange: Exchange) -> None:
        """Keep the exchange."""
        self._exchange = exchange

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; they answer programs on this machine, not pages of other sites."""
        return [
            web.get("/messages.json", _local(self._messages)),
            web.get("/counts.json", _local(self._counts)),
            web.get("/control/mode", _local(self._mode)),
            web.post("/control/mode", _local(self._switch)),
            web.post("/control/ending", _local(self._ending)),
            web.post("/control/inbound", _local(self._inbound)),
            web.post("/control/clear", _local(self._clear)),
        ]

    async def _messages(self, request: web.Request) -> web.Response:
        query = request.query
        limit = query.get("limit", str(LIMIT))
        if not limit.isdecimal():
            message = "limit must be a whole number"
            raise NotUnderstood(message)
        since = _since(query.get("since", "0"))
        found = self._exchange.arrivals.newest(query.get("channel", ""), since, int(limit))
        step = timedelta(seconds=self._exchange.behaviour.step_seconds)
        at = now()
        return answer({"messages": [_shown(arrival, at, step) for arrival in found]})

    async def _counts(self, request: web.Request) -> web.Response:  # noqa: ARG002 - a handler
        return answer(self._exchange.counts())

    async def _mode(self, request: web.Request) -> web.Response:  # noqa: ARG002 - a handler
        return answer(self._exchange.behaviour.in_words())

    async def _switch(self, request: web.Request) -> web.Response:
        changes = await _fields(request)
        self._exchange.behaviour = self._exchange.behaviour.changed(changes)
        return await self._mode(request)

    async def _ending(self, request: web.Request) -> web.Response:
        fields = await _fields(request, "ending")
        code = fields.get("code")
        if code is None:
            self._exchange.endings.pop(str(fields["ending"]), None)
        elif isinstance(code, int) and code in ERRORS:
            self._exchange.endings[str(fields["ending"])] = code
        else:
            message = f"code must be one of {', '.join(map(str, ERRORS))}, or null for none"
            raise NotUnderstood(message)
        return answer(self._exchange.endings)

    async def _inbound(self, request: web.Request) -> web.Response:
        fields = await _fields(request, "from", "to", "body")
        url = self._exchange.behaviour.inbound_url
        if not url:
            message = "no inbound_url is set; set it by POST /control/mode"
            raise NotUnderstood(message)
        sender, to, body = (str(fields[name]) for name in ("from", "to", "body"))
        self._exchange.hear(sender, to, body)
        parameters = self._inbound_parameters(sender, to, body)
        try:
            status, reply = await self._exchange.webhooks.post(url, parameters)
        except (aiohttp.ClientError, TimeoutError):
            return answer({"error": "the inbound_url did not answer"}, HTTPStatus.BAD_GATEWAY)
        for words in _messages_in(reply) if status == HTTPStatus.OK else ():
            self._exchange.text_back(to=sender, sender=to, body=words)
        return answer({"id": parameters["MessageSid"], "status": status, "reply": reply})

    def _inbound_parameters(self, sender: str, to: str, body: str) -> dict[str, str]:
        sid = new_sid()
        return {
            "AccountSid": self._exchange.options.account_sid,
            "ApiVersion": API[1:],
            "Body": body,
            "From": sender,
            "MessageSid": sid,
            "NumMedia": "0",
            "NumSegments": str(count_segments(body)),
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "To": to,
        }

    async def _clear(self, request: web.Request) -> web.Response:
        self._exchange.clear()
        return await self._counts(request)


def _messages_in(reply: str) -> list[str]:
    """Return the texts that a webhook's answer (TwiML) asks for; none if it cannot be read."""
    try:
        root = fromstring(reply)  # noqa: S314 - our own service's answer
    except ParseError:
        return []
    return ["".join(each.itertext()) for each in root.iter("Message")]


def _local(handler: Handler) -> Handler:
    async def local(request: web.Request) -> web.Response:
        # A page of another site reaches loopback by DNS rebinding (Host) or a form (Origin).
        if not _is_loopback(request.url.host or "") or "Origin" in request.headers:
            return answer({"error": "for programs on this machine"}, HTTPStatus.FORBIDDEN)
        try:
            return await handler(request)
        except (NotAMode, NotUnderstood) as error:
            return answer({"error": str(error)}, HTTPStatus.BAD_REQUEST)

    return local


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _fields(request: web.Request, *needed: str) -> dict[str, object]:
    try:
        fields = await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        fields = None
    if not isinstance(fields, dict) or not fields.keys() >= set(needed):
        message = f"send a JSON object{' with ' + ', '.join(needed) if needed else ''}"
        raise NotUnderstood(message)
    return fields


def _since(text: str) -> Callable[[Arrival], bool]:
    if text.isdecimal():
        number = int(text)
        return lambda arrival: arrival.number > number
    try:
        # A plus sign that was not escaped arrives as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        message = "since must be a message's number or a time such as 2026-01-31T12:00:00Z"
        raise NotUnderstood(message) from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return lambda arrival: arrival.received_at > aware


def _shown(arrival: Arrival, at: datetime, step: timedelta) -> dict[str, object]:
    return {
        "number": arrival.number,
        "id": arrival.id,
        "channel": arrival.channel,
        "to": arrival.to,
        "from": arrival.sender,
        "subject": arrival.subject,
        "body": arrival.body,
        "received_at": arrival.received_at.isoformat(),
        "state": arrival.state(at, step),
        "segments": arrival.segments,
        "error": arrival.error,
        "delivery": arrival.delivery,
    }
