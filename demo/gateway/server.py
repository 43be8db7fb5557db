"""The server: one gateway in a process of its own, until it is told to stop."""

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from demo.gateway.modes import Behaviour
from demo.gateway.options import LOOPBACK, Addresses, Options

if TYPE_CHECKING:  # its imports would weigh on a gateway that runs alone
    from config.settings import Settings


def run_gateway(settings: "Settings") -> None:
    """Run where the settings send to, until SIGTERM or SIGINT."""
    options = Options(
        auth_token=settings.twilio_auth_token,
        account_sid=settings.twilio_account_sid,
        port=urlsplit(settings.twilio_api_base).port or 0,
        smtp_port=_own_port(settings.smtp_url),
        behaviour=Behaviour(inbound_url=f"{settings.public_url}/webhooks/inbound"),
    )
    serve(options, lambda addresses: None)  # noqa: ARG005 - the settings name the addresses


def serve(options: Options, ready: Callable[[Addresses], None]) -> None:
    """Run a gateway until SIGTERM or SIGINT; `ready` is told the addresses.

    Raises OSError for a port that is taken or a ledger that cannot be opened.
    """
    # aiosmtpd logs what it handles, addresses included.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    asyncio.run(_serve(options, ready))


async def _serve(options: Options, ready: Callable[[Addresses], None]) -> None:
    from demo.gateway.listening import Gateway  # noqa: PLC0415 - aiohttp only where it serves

    gateway = Gateway(options)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, gateway.exchange.stopping.set)
    try:
        ready(await gateway.start())
        await gateway.exchange.stopping.wait()
    finally:
        await gateway.stop()


def _own_port(smtp_url: str) -> int:
    """Return the port of the mail settings, or 0 where another server has it or it is elsewhere."""
    address = urlsplit(smtp_url)
    if address.hostname != LOOPBACK or not address.port:
        return 0
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, address.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return 0
    return address.port
