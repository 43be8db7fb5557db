"""Where the mail server hands bounces over: SMTP or LMTP, for this machine only.

What is not an address that we made is taken and forgotten: whoever tries addresses learns nothing,
and a bounce is never bounced.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import SQLAlchemyError

from messages.mail.bounces import LARGEST

HOST = "127.0.0.1"
TAKEN = "250 2.0.0 Taken"
ONE_AT_A_TIME = "452 4.5.3 One recipient at a time"  # LMTP would want an answer for each
LATER = "451 4.3.0 Not now: try again"
Take = Callable[[str, bytes], bool]

log = structlog.get_logger()


@dataclass(frozen=True)  # without slots: aiosmtpd reads every attribute, which 3.11.2 refuses then
class BounceHandler:
    """Hands each bounce to `take`, with the address that it came to."""

    take: Take

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002 - aiosmtpd's signature
    ) -> str:
        """Take any address, one in each transaction."""
        if envelope.rcpt_tos:
            return ONE_AT_A_TIME
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
        envelope: Envelope,
    ) -> str:
        """Read a bounce; the mail server keeps it if the database is away."""
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        try:
            await asyncio.to_thread(self.take, envelope.rcpt_tos[0], raw)
        except SQLAlchemyError as error:
            log.warning("bounce_not_recorded", error=type(error).__name__)
            return LATER
        return TAKEN


async def listen(take: Take, *, port: int, lmtp: bool = False) -> asyncio.Server:
    """Listen for bounces; port 0 chooses a free one. Raises OSError for one that is taken."""
    # aiosmtpd logs what it handles, addresses included.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    handler, kind = BounceHandler(take), LMTP if lmtp else SMTP
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        return kind(
            handler,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Bounces",
            loop=loop,
        )

    return await loop.create_server(connection, HOST, port)


async def listen_until_stopped(
    take: Take, *, port: int, lmtp: bool, ready: Callable[[int], None]
) -> None:
    """Listen until SIGTERM or SIGINT; `ready` is told the port."""
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    server = await listen(take, port=port, lmtp=lmtp)
    async with server:
        ready(server.sockets[0].getsockname()[1])
        await stopping.wait()
