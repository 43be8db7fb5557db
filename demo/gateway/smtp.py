"""The mail server: SMTP with SMTPUTF8 on loopback, with modes and the same ledger."""

import asyncio
import smtplib
import weakref
from collections.abc import Coroutine
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.gateway.arrivals import EMAIL, Arrival
from demo.gateway.bounce import send_back
from demo.gateway.exchange import Exchange, now
from demo.gateway.ledger import LedgerNotWritten
from demo.gateway.letter import read_letter
from demo.gateway.modes import MailMode

LARGEST_MAIL = 1024 * 1024
BOUNCING = "bounce"
NOBODY = "<>"
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
        self._working: set[asyncio.Task[None]] = set()

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
        """Finish what is being accepted or sent back, and cut the connections."""
        await asyncio.gather(*self._working, return_exceptions=True)
        for connection in self._connections:
            _cut(connection)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
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
        with self._exchange.sending(server.transport):
            return await self._take(server, envelope)

    async def _take(self, server: SMTP, envelope: Envelope) -> str:
        mode = self._exchange.draw_mail_mode()
        self._exchange.outcomes[f"mail {mode}"] += 1
        if mode in NOT_TAKEN:
            return self._turn_away(server, mode)
        # In a task of its own: a client that leaves now ends this handler, not the acceptance.
        accepting = self._keep(self._exchange.accept(*_arrivals(envelope)))
        try:
            await asyncio.shield(accepting)
        except LedgerNotWritten:
            return NO_ROOM
        if mode is MailMode.HANG:
            await self._exchange.stopping.wait()
        if mode in {MailMode.HANG, MailMode.DROP}:
            _cut(server)
        if mode is MailMode.BOUNCE:
            self._keep(self._bounce(envelope))
        return TAKEN

    async def _bounce(self, envelope: Envelope) -> None:
        """Send a mail back to its envelope sender, once for each recipient."""
        behaviour = self._exchange.behaviour
        nobody = envelope.mail_from in {None, "", NOBODY}  # what is a bounce itself
        for recipient in envelope.rcpt_tos if behaviour.bounce_to and not nobody else ():
            try:
                await asyncio.to_thread(
                    send_back,
                    behaviour.bounce_to,
                    to=envelope.mail_from or "",
                    recipient=recipient,
                    status=behaviour.bounce_status,
                    content=_octets(envelope),
                )
                self._exchange.outcomes["bounce sent"] += 1
            except (OSError, smtplib.SMTPException):
                self._exchange.outcomes["bounce not taken"] += 1

    def _keep(self, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        """Do something in a task of its own, and remember it until it is done."""
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task

    def _turn_away(self, server: SMTP, mode: MailMode) -> str:
        if mode is MailMode.CLOSING and server.transport is not None:
            # After this handler's answer has been written (RFC 5321, 3.8).
            asyncio.get_running_loop().call_later(0.01, server.transport.close)
        return NOT_TAKEN[mode]


def _cut(connection: SMTP) -> None:
    if isinstance(connection.transport, asyncio.Transport):
        connection.transport.abort()


def _octets(envelope: Envelope) -> bytes:
    content = envelope.content or b""
    return content.encode() if isinstance(content, str) else content


def _arrivals(envelope: Envelope) -> list[Arrival]:
    letter = read_letter(_octets(envelope), return_path=envelope.mail_from or "")
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
