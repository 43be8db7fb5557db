"""The mail server: SMTP with SMTPUTF8 on loopback, with modes and the same ledger."""

import asyncio
import weakref
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.gateway.arrivals import EMAIL, Arrival
from demo.gateway.exchange import Exchange, now
from demo.gateway.ledger import LedgerNotWritten
from demo.gateway.letter import read_letter
from demo.gateway.modes import MailMode

LARGEST_MAIL = 1024 * 1024
BOUNCING = "bounce"
NO_SUCH_BOX = "550 5.1.1 No such mailbox here"
NO_ROOM = "452 4.3.1 Not stored: the ledger could not be written"
TAKEN = "250 2.0.0 Accepted"
NOT_TAKEN = {
    MailMode.CLOSING: "421 4.3.2 Service shutting down",
    MailMode.LATER: "451 4.3.0 Try again later",
}


class MailServer:
    """One connection each for aiosmtpd, one handler for all."""

    def __init__(self, exchange: Exchange) -> None:
        """Keep the exchange."""
        self._exchange = exchange
        self._connections: weakref.WeakSet[SMTP] = weakref.WeakSet()
        self._accepting: set[asyncio.Task[None]] = set()

    def connection(self) -> SMTP:
        """Return the protocol for a new connection."""
        protocol = SMTP(
            self,
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Loopback gateway",
            loop=asyncio.get_running_loop(),
        )
        self._connections.add(protocol)
        return protocol

    async def close(self) -> None:
        """Finish what is being accepted and cut the connections."""
        await asyncio.gather(*self._accepting, return_exceptions=True)
        for connection in self._connections:
            _cut(connection)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse addresses that start with "bounce"."""
        if address.lower().startswith(BOUNCING):
            self._exchange.outcomes["550"] += 1
            return NO_SUCH_BOX
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
        envelope: Envelope,
    ) -> str:
        """Accept a mail for each of its recipients, or not, by mode."""
        mode = self._exchange.draw_mail_mode()
        self._exchange.outcomes[f"mail {mode}"] += 1
        if mode in NOT_TAKEN:
            return self._turn_away(server, mode)
        # In a task of its own: a client that leaves now ends this handler, not the acceptance.
        accepting = asyncio.create_task(self._exchange.accept(*_arrivals(envelope)))
        self._accepting.add(accepting)
        accepting.add_done_callback(self._accepting.discard)
        try:
            await asyncio.shield(accepting)
        except LedgerNotWritten:
            return NO_ROOM
        if mode is MailMode.HANG:
            await self._exchange.stopping.wait()
        if mode in {MailMode.HANG, MailMode.DROP}:
            _cut(server)
        return TAKEN

    def _turn_away(self, server: SMTP, mode: MailMode) -> str:
        if mode is MailMode.CLOSING and server.transport is not None:
            # After this handler's answer has been written (RFC 5321, 3.8).
            asyncio.get_running_loop().call_later(0.01, server.transport.close)
        return NOT_TAKEN[mode]


def _cut(connection: SMTP) -> None:
    if isinstance(connection.transport, asyncio.Transport):
        connection.transport.abort()


def _arrivals(envelope: Envelope) -> list[Arrival]:
    content = envelope.content or b""
    raw = content.encode() if isinstance(content, str) else content
    letter = read_letter(raw, return_path=envelope.mail_from or "")
    at = now()
    return [
        Arrival(
            id=f"mail-{uuid4()}",
            channel=EMAIL,
            to=address,
            sender=letter.sender,
            subject=letter.subject,
            body=letter.body,
            received_at=at,
            delivery=letter.delivery,
        )
        for address in envelope.rcpt_tos
    ]
