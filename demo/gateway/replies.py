"""How an accepted text message is answered, or left without an answer, by mode."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from demo.gateway.errors import Refusal
from demo.gateway.exchange import Exchange
from demo.gateway.modes import Mode
from demo.gateway.resources import answer_refusal

POLL_SECONDS = 0.2
Reply = Callable[[web.Request, web.Response, Exchange], Awaitable[web.StreamResponse]]


async def reply_by_mode(
    mode: Mode, request: web.Request, created: web.Response, exchange: Exchange
) -> web.StreamResponse:
    """Answer with what was created, or do what the mode says instead."""
    reply = REPLIES.get(mode)
    return created if reply is None else await reply(request, created, exchange)


async def _fail(
    request: web.Request,  # noqa: ARG001 - the shape of a reply
    created: web.Response,  # noqa: ARG001 - the shape of a reply
    exchange: Exchange,  # noqa: ARG001 - the shape of a reply
) -> web.StreamResponse:
    return answer_refusal(Refusal(20500))


async def _reply_late(
    request: web.Request,  # noqa: ARG001 - the shape of a reply
    created: web.Response,
    exchange: Exchange,
) -> web.StreamResponse:
    await exchange.pause(exchange.behaviour.slow_seconds)
    return created


async def _hang(
    request: web.Request, created: web.Response, exchange: Exchange
) -> web.StreamResponse:
    while request.transport is not None and not exchange.stopping.is_set():
        await exchange.pause(POLL_SECONDS)
    _cut(request)
    return created


async def _drop(
    request: web.Request,
    created: web.Response,
    exchange: Exchange,  # noqa: ARG001 - the shape of a reply
) -> web.StreamResponse:
    _cut(request)
    return created


async def _half_close(
    request: web.Request, created: web.Response, exchange: Exchange
) -> web.StreamResponse:
    body = created.body
    transport = request.transport
    if isinstance(transport, asyncio.Transport) and isinstance(body, bytes):
        head = f"HTTP/1.1 201 Created\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        transport.write(head + body[: len(body) // 2])
        transport.write_eof()
    return await _hang(request, created, exchange)


def _cut(request: web.Request) -> None:
    if isinstance(request.transport, asyncio.Transport):
        request.transport.abort()


REPLIES: dict[Mode, Reply] = {
    Mode.ERROR: _fail,
    Mode.SLOW: _reply_late,
    Mode.HANG: _hang,
    Mode.DROP: _drop,
    Mode.HALF_CLOSE: _half_close,
}
