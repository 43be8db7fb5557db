"""Mails that come back: whose they are, what they say, and what that changes."""

from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from demo.gateway import running
from messages import actions
from messages.mail.bounces import read_bounce, recipients_in
from messages.mail.smtp_mail import SmtpMail
from messages.mail.verp import bounce_token, delivery_of, return_path
from messages.model import (
    Accepted,
    DeliveryState,
    Receipt,
    ReceiptState,
)
from messages.records import DeliveryRow
from storage.engine import reading
from storage.keys import Sealers
from tests.messages.mail.bounced import (
    DOMAIN,
    a_mail,
    a_report,
    address_of,
    became,
    listening,
    recording,
)
from tests.messages.posting import NOON
from tests.workers.crew import eventually

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


def failed(*, bad_address: bool) -> Receipt:
    return Receipt(
        provider_id="", state=ReceiptState.FAILED, reason="bounced", bad_address=bad_address
    )


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
