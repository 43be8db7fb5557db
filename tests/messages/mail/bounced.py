"""A mail that may come back, and what a bounce of it looks like."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select

from demo.gateway.bounce import report
from messages import actions
from messages.mail.bounce_listener import Take, listen
from messages.mail.bounces import read_bounce
from messages.mail.verp import return_path
from messages.model import (
    Accepted,
    Channel,
    Outgoing,
)
from messages.records import ContactRow
from storage.base import new_id
from storage.engine import reading, writing
from storage.keys import Sealers
from tests.messages.posting import NOON, an_alert, the_row

DOMAIN = "bounces.example.org"


def a_report(status: str, *, action: str = "") -> bytes:
    """Return a bounce with this status, and perhaps another action than its usual one."""
    made = report(
        to="bounce@example.org", recipient="member0@example.org", status=status, content=b"To: x"
    )
    usual = b"Action: delayed" if status.startswith("4") else b"Action: failed"
    return made.replace(usual, f"Action: {action}".encode()) if action else made


def a_mail(engine: Engine, sealers: Sealers) -> Outgoing:
    """Return a mail that is being sent."""
    with writing(engine).begin() as session:
        cause_id = an_alert(session, sealers, 1, channel=Channel.EMAIL)
        claim = actions.claim(
            session, cause_id=cause_id, channel=Channel.EMAIL, token=new_id(), now=NOON
        )
        ids = list(claim.deliveries)
        (mail,) = actions.begin_sending(session, sealers.contacts, claim, ids, now=NOON)
        accepted = {mail.delivery_id: Accepted(provider_id="mail-1")}
        actions.record_outcomes(session, token=claim.token, outcomes=accepted, now=NOON)
        return mail


def address_of(mail: Outgoing) -> str:
    """Return the envelope's address that is this mail's own."""
    return return_path(mail.delivery_id, mail.bounce_token, domain=DOMAIN)


def became(engine: Engine, delivery_id: UUID) -> tuple[str, str, bool]:
    """Return a delivery's state and reason, and whether its contact is known to be bad."""
    with reading(engine)() as session:
        row = the_row(session, delivery_id)
        bad = session.scalar(select(ContactRow.bad_since).where(ContactRow.id == row.contact_id))
        return row.state, row.reason, bad is not None


def recording(engine: Engine, sealers: Sealers) -> Take:
    """Return what records a bounce, as the commands do."""

    def take(address: str, content: bytes) -> bool:
        receipt = read_bounce(content)
        if receipt is None:
            return False
        with writing(engine).begin() as session:
            return actions.record_bounce(
                session, sealers.contacts, address=address, receipt=receipt, now=NOON
            )

    return take


@contextmanager
def listening(take: Take, **options: Any) -> Iterator[int]:
    """Listen for bounces in a thread; give the port."""
    loop, started, ports = asyncio.new_event_loop(), threading.Event(), []

    async def run(stopping: asyncio.Event) -> None:
        async with await listen(take, port=0, **options) as server:
            ports.append(server.sockets[0].getsockname()[1])
            started.set()
            await stopping.wait()

    stopping = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run(stopping)), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(10)
        loop.close()
