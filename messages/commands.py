"""`brolly bounces` and `brolly bounce`: mails that came back, from the mail server."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings, load_settings
from messages import actions
from messages.mail.bounce_listener import HOST, Take, listen_until_stopped
from messages.mail.bounces import LARGEST, read_bounce, recipients_in
from storage.engine import connect, writing
from storage.keys import Sealers

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the message

log = structlog.get_logger()


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port on this machine (BROLLY_BOUNCE_PORT); 0 chooses a free one.",
)
@click.option("--lmtp", is_flag=True, help="Speak LMTP instead of SMTP.")
def bounces(*, port: int | None, lmtp: bool) -> None:
    """Listen for bounces that the mail server hands over, until SIGTERM."""
    settings = load_settings()
    take_bounces(settings, port=settings.bounce_port if port is None else port, lmtp=lmtp)


def take_bounces(settings: Settings, *, port: int, lmtp: bool = False) -> None:
    """Listen for bounces until SIGTERM, and say where; raises ClickException for a taken port."""

    def ready(taken: int) -> None:
        click.echo(f"Bounces are taken on {HOST}:{taken}.")

    with _taking(settings) as take:
        try:
            asyncio.run(listen_until_stopped(take, port=port, lmtp=lmtp, ready=ready))
        except OSError as error:
            message = f"cannot listen on port {port}: {error.strerror or error}"
            raise click.ClickException(message) from None


@click.command()
@click.argument("recipient", required=False)
def bounce(recipient: str | None) -> None:
    """Read one bounce from standard input, for mail servers that hand them to a program.

    RECIPIENT is the address it came to; without it, the message's own headers say so. Exits with
    75 if the message should be handed over again later.
    """
    content = sys.stdin.buffer.read(LARGEST)
    try:
        with _taking(load_settings()) as take:
            for address in [recipient] if recipient else recipients_in(content):
                take(address, content)
    except SQLAlchemyError as error:
        click.echo(f"not now: the database did not answer ({type(error).__name__})", err=True)
        sys.exit(TRY_AGAIN)


@contextmanager
def _taking(settings: Settings) -> Iterator[Take]:
    """Give what records a bounce, on connections of its own."""
    sealer = Sealers.load(settings).contacts
    engine = connect(settings.database)
    sessions = writing(engine)

    def take(recipient: str, content: bytes) -> bool:
        receipt = read_bounce(content)
        if receipt is None:
            log.info("bounce", failed=False)
            return False
        with sessions.begin() as session:
            changed = actions.record_bounce(
                session, sealer, address=recipient, receipt=receipt, now=datetime.now(UTC)
            )
        log.info("bounce", failed=True, changed=changed, bad_address=receipt.bad_address)
        return changed

    try:
        yield take
    finally:
        engine.dispose()
