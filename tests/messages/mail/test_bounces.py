"""Mails that come back: whose they are, what they say, and what that changes."""

import asyncio
import signal
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cli.main import brolly
from demo.gateway import running
from demo.gateway.bounce import report
from messages import actions
from messages.mail.bounce_listener import Take, listen
from messages.mail.bounces import read_bounce, recipients_in
from messages.mail.smtp_mail import SmtpMail
from messages.mail.verp import bounce_token, delivery_of, return_path
from messages.model import (
    Accepted,
    Channel,
    DeliveryState,
    Outgoing,
    Receipt,
    ReceiptState,
)
from messages.records import ContactRow, DeliveryRow
from storage.base import new_id
from storage.engine import reading, writing
from storage.keys import Sealers
from tests.messages.house import settings_for
from tests.messages.posting import NOON, an_alert, the_row
from tests.workers.crew import a_command, an_instance, eventually

DOMAIN = "bounces.example.org"
NOBODY = UUID(int=1)
QMAIL = b"""\
From: MAILER-DAEMON@example.com
To: bounce@example.org
Subject: failure notice

Hi. This is the qmail-send program at example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<member0@example.com>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <updates@example.org>
"""
HOLIDAY = b"""\
From: member0@example.org
To: bounce@example.org
Subject: Out of office
Auto-Submitted: auto-replied

I am away until Monday. <member0@example.org>
"""


def a_report(status: str, *, action: str = "") -> bytes:
    made = report(
        to="bounce@example.org", recipient="member0@example.org", status=status, content=b"To: x"
    )
    usual = b"Action: delayed" if status.startswith("4") else b"Action: failed"
    return made.replace(usual, f"Action: {action}".encode()) if action else made


def failed(*, bad_address: bool) -> Receipt:
    return Receipt(
        provider_id="", state=ReceiptState.FAILED, reason="bounced", bad_address=bad_address
    )


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


@given(st.uuids(), st.uuids(), st.booleans())
def test_only_an_address_of_ours_names_a_delivery(
    sealers: Sealers,
    mine: UUID,
    other: UUID,
    shouted: bool,  # noqa: FBT001 - hypothesis
) -> None:
    address = return_path(mine, bounce_token(sealers.contacts, mine), domain=DOMAIN)
    assert len(address.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1
    assert delivery_of(sealers.contacts, address.upper() if shouted else address) == mine
    forged = return_path(other, bounce_token(sealers.contacts, mine), domain=DOMAIN)
    assert delivery_of(sealers.contacts, forged) == (mine if other == mine else None)


@given(st.text())
def test_no_other_address_is_ours(sealers: Sealers, address: str) -> None:
    assert delivery_of(sealers.contacts, address) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (a_report("5.1.1"), failed(bad_address=True)),
        (a_report("5.1.1 (no such box)"), failed(bad_address=True)),
        (a_report("5.1.1", action="failed (for good)"), failed(bad_address=True)),
        (a_report("5.2.2"), failed(bad_address=False)),  # full
        (a_report("5.7.1"), failed(bad_address=False)),  # a policy
        (a_report("4.4.7", action="failed"), failed(bad_address=False)),  # gave up waiting
        (a_report("4.2.2"), None),  # delayed
        (a_report("2.1.5", action="delivered"), None),
        (a_report("2.1.9", action="relayed"), None),
        (QMAIL, failed(bad_address=True)),
        (HOLIDAY, None),
        (b"", None),
        (b"Content-Type: message/delivery-status\r\n\r\n", None),
    ],
)
def test_a_bounce_says_what_became_of_the_mail(content: bytes, expected: Receipt | None) -> None:
    assert read_bounce(content) == expected


@given(st.binary(), st.binary())
def test_whatever_comes_is_read(head: bytes, body: bytes) -> None:
    start = b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
    for content in (head, start + b"Content-Type: message/delivery-status\r\n\r\n" + body):
        assert read_bounce(content) in {None, failed(bad_address=True), failed(bad_address=False)}


def test_a_mail_that_comes_back_failed_after_all(engine: Engine, sealers: Sealers) -> None:
    mail = a_mail(engine, sealers)
    with (
        listening(recording(engine, sealers)) as port,
        running(mail_mode="bounce", bounce_to=f"127.0.0.1:{port}") as gateway,
    ):
        sender = SmtpMail(gateway.smtp_url, mail_from="updates@example.org", bounce_domain=DOMAIN)
        assert isinstance(sender.send(mail), Accepted)
        sender.close()
        eventually(lambda: gateway.counts()["outcomes"].get("bounce sent") == 1)
        (row,) = gateway.ledger_rows()
    assert row.delivery == str(mail.delivery_id)
    assert became(engine, mail.delivery_id) == (DeliveryState.FAILED, "bounced", True)


def test_a_delay_changes_nothing(engine: Engine, sealers: Sealers) -> None:
    mail = a_mail(engine, sealers)
    with (
        listening(recording(engine, sealers)) as port,
        running(
            mail_mode="bounce", bounce_to=f"127.0.0.1:{port}", bounce_status="4.2.2"
        ) as gateway,
    ):
        sender = SmtpMail(gateway.smtp_url, mail_from="updates@example.org", bounce_domain=DOMAIN)
        sender.send(mail)
        sender.close()
        eventually(lambda: gateway.counts()["outcomes"].get("bounce sent") == 1)
    assert became(engine, mail.delivery_id) == (DeliveryState.ACCEPTED, "", False)


@pytest.mark.parametrize("lmtp", [False, True])
def test_a_forged_bounce_is_taken_and_changes_nothing(
    engine: Engine, sealers: Sealers, *, lmtp: bool
) -> None:
    mail = a_mail(engine, sealers)
    forged = return_path(mail.delivery_id, "a" * 16, domain=DOMAIN)
    unknown = uuid4()
    nowhere = return_path(unknown, bounce_token(sealers.contacts, unknown), domain=DOMAIN)
    client = smtplib.LMTP if lmtp else smtplib.SMTP
    with listening(recording(engine, sealers), lmtp=lmtp) as port, client("127.0.0.1", port) as box:
        for address in (forged, nowhere, "updates@example.org"):
            assert box.sendmail("", [address], a_report("5.1.1")) == {}
        assert became(engine, mail.delivery_id) == (DeliveryState.ACCEPTED, "", False)
        for _ in range(2):  # a second copy changes nothing more
            box.sendmail("", [address_of(mail)], a_report("5.1.1"))
            assert became(engine, mail.delivery_id) == (DeliveryState.FAILED, "bounced", True)


def test_the_mail_server_keeps_what_cannot_be_recorded() -> None:
    def away(address: str, content: bytes) -> bool:
        del address, content
        raise OperationalError(None, {}, OSError())

    with listening(away) as port, smtplib.SMTP("127.0.0.1", port) as box:
        with pytest.raises(smtplib.SMTPDataError) as later:
            box.sendmail("", ["bounce@example.org"], a_report("5.1.1"))
        assert later.value.smtp_code == 451


def test_each_bounce_is_answered_by_itself() -> None:
    with listening(lambda *_: True) as port, smtplib.SMTP("127.0.0.1", port) as box:
        refused = box.sendmail("", ["a@example.org", "b@example.org"], a_report("5.1.1"))
    assert {address: code for address, (code, _) in refused.items()} == {"b@example.org": 452}


@pytest.mark.parametrize("by", ["argument", "Delivered-To", "X-Original-To", "To"])
def test_a_mail_server_may_hand_a_bounce_to_a_program(
    engine: Engine,
    sealers: Sealers,
    keys: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    by: str,
) -> None:
    mail = a_mail(engine, sealers)
    for name, value in an_instance(keys, database_url, "unix:///nowhere.sock").items():
        monkeypatch.setenv(name, value)
    content, arguments = a_report("5.1.1"), ["bounce"]
    if by == "argument":
        arguments.append(address_of(mail))
    else:
        content = f"{by}: <{address_of(mail)}>\r\n".encode() + content
    done = CliRunner().invoke(brolly, arguments, input=content)
    assert (done.exit_code, done.exception) == (0, None)
    assert address_of(mail) not in done.output
    assert became(engine, mail.delivery_id) == (DeliveryState.FAILED, "bounced", True)


def test_the_program_asks_for_another_try_while_the_database_is_away(
    sealers: Sealers, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = f"sqlite:///{tmp_path / 'missing' / 'brolly.sqlite3'}"
    for name, value in an_instance(keys, nowhere, "unix:///nowhere.sock").items():
        monkeypatch.setenv(name, value)
    address = return_path(NOBODY, bounce_token(sealers.contacts, NOBODY), domain=DOMAIN)
    done = CliRunner().invoke(brolly, ["bounce", address], input=a_report("5.1.1"))
    assert done.exit_code == 75


def test_the_listener_runs_until_it_is_told_to_stop(
    engine: Engine, sealers: Sealers, keys: Path, database_url: str
) -> None:
    mail = a_mail(engine, sealers)
    environment = an_instance(keys, database_url, "unix:///nowhere.sock")
    with a_command(environment, "bounces", "--port", "0") as started:
        assert started.stdout is not None
        port = int(started.stdout.readline().rpartition(":")[2].rstrip(".\n"))
        with smtplib.SMTP("127.0.0.1", port) as box:
            box.sendmail("", [address_of(mail)], a_report("5.1.1"))
        started.send_signal(signal.SIGTERM)
        assert started.wait(20) == 0
        said = started.stdout.read()
    assert became(engine, mail.delivery_id) == (DeliveryState.FAILED, "bounced", True)
    assert "member0" not in said
    assert DOMAIN not in said


def test_a_bounce_does_not_move_a_delivery_back(
    session: Session, engine: Engine, sealers: Sealers
) -> None:
    mail = a_mail(engine, sealers)
    actions.record_receipt(
        session,
        delivery_id=mail.delivery_id,
        receipt=Receipt(provider_id="", state=ReceiptState.DELIVERED),
        now=NOON,
    )
    session.commit()
    assert not recording(engine, sealers)(address_of(mail), a_report("5.1.1"))
    with reading(engine)() as fresh:
        assert fresh.scalars(select(DeliveryRow.state)).all() == [DeliveryState.DELIVERED]


def test_the_recipients_of_a_message_are_found() -> None:
    message = EmailMessage()
    message["To"], message["Delivered-To"] = "a@example.org", "<b@example.org>"
    assert recipients_in(message.as_bytes()) == ["b@example.org", "a@example.org"]
    assert recipients_in(b"") == []


@pytest.mark.parametrize("domain", ["", "bounces.example.org", "Bounces.Example.Org"])
def test_a_mails_envelope_says_where_bounces_go(
    engine: Engine, sealers: Sealers, domain: str
) -> None:
    mail = a_mail(engine, sealers)
    sender = SmtpMail("smtp://x", mail_from="Us <updates@example.org>", bounce_domain=domain)
    path = sender._return_path(mail)  # noqa: SLF001 - as said in MAIL FROM
    if domain:
        assert delivery_of(sealers.contacts, path) == mail.delivery_id
    else:
        assert path == "updates@example.org"


def test_an_instances_mail_carries_both_ways_back(
    engine: Engine, sealers: Sealers, keys: Path, database_url: str
) -> None:
    mail = a_mail(engine, sealers)
    settings = settings_for(
        keys,
        database_url,
        smtp_url="smtp://127.0.0.1:9",
        mail_from="updates@example.org",
        bounce_domain=DOMAIN,
    )
    sender = SmtpMail.of(settings)
    assert sender._return_path(mail) == address_of(mail)  # noqa: SLF001 - as said in MAIL FROM
    content = sender._content(mail, mail.address).decode()  # noqa: SLF001 - as sent
    assert f"<{settings.public_url}/unsubscribe/{mail.stop_token}>" in content
