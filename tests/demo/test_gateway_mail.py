"""The gateway's mail server, through smtplib."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from flufl.bounce import all_failures
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.gateway import Handle, running
from demo.gateway.handle import GatewayAnswer
from demo.gateway.letter import read_letter
from demo.gateway.smtp import LARGEST_MAIL
from tests.demo.twilio_client import the_arrival
from tests.workers.crew import eventually

TO = "member@example.org"


def a_mail(to: str = TO, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "updates@example.org"
    mail["To"] = to
    mail["Subject"] = "Warning ☂ café"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("A number is listed.\nStay safe.\n")
    mail.add_alternative("<p>A number is listed.</p>", subtype="html")
    return mail


@contextmanager
def free(controller: Controller) -> Iterator[int]:
    """Run a server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    yield controller.port
    controller.stop()


def connect(gateway: Handle, *, timeout: float = 5) -> smtplib.SMTP:
    return smtplib.SMTP(*gateway.smtp_address, timeout=timeout)


def test_a_mail_arrives_and_is_on_the_ledger() -> None:
    delivery = str(uuid4())
    with running() as gateway, connect(gateway) as smtp:
        assert smtp.send_message(a_mail(X_Delivery_Id=delivery)) == {}
        (mail,) = gateway.messages("email")
        (row,) = gateway.ledger_rows()
        assert (mail["to"], mail["from"]) == (TO, "updates@example.org")
        assert (mail["subject"], mail["state"]) == ("Warning ☂ café", "delivered")
        assert mail["body"] == "A number is listed.\nStay safe."
        assert (mail["delivery"], row.delivery, row.channel) == (delivery, delivery, "email")
        assert (row.to, row.body) == (gateway.fingerprint(TO), gateway.fingerprint(mail["body"]))
        assert gateway.counts()["accepted"] == {"sms": 0, "email": 1}


def test_the_delivery_is_read_from_the_return_path() -> None:
    delivery = uuid4()
    with running() as gateway, connect(gateway) as smtp:
        smtp.send_message(a_mail(), from_addr=f"bounces+{delivery.hex}@example.org")
        assert gateway.messages()[0]["delivery"] == str(delivery)


def test_each_recipient_counts_for_one() -> None:
    with running() as gateway, connect(gateway) as smtp:
        refused = smtp.send_message(
            a_mail(), to_addrs=[TO, "bounce.me@example.org", "b@example.com"]
        )
        assert refused.keys() == {"bounce.me@example.org"}
        assert [each["to"] for each in gateway.messages()] == ["b@example.com", TO]
        assert len(gateway.ledger_rows()) == 2


def test_internationalised_addresses_are_taken() -> None:
    with running() as gateway, connect(gateway) as smtp:
        smtp.send_message(a_mail("zoë@example.org"))
        mail = gateway.messages()[0]
        assert (mail["to"], mail["subject"]) == ("zoë@example.org", "Warning ☂ café")


def test_addresses_that_bounce_are_refused() -> None:
    with running() as gateway, connect(gateway) as smtp:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            smtp.send_message(a_mail("bounce@example.org"))
        assert refused.value.recipients["bounce@example.org"][0] == 550
        assert gateway.messages() == []
        assert gateway.counts()["outcomes"] == {"550": 1}


def test_451_takes_nothing_and_keeps_the_connection() -> None:
    with running(mail_mode="451") as gateway, connect(gateway) as smtp:
        with pytest.raises(smtplib.SMTPDataError) as later:
            smtp.send_message(a_mail())
        assert later.value.smtp_code == 451
        gateway.set_mode(mail_mode="ok")
        smtp.send_message(a_mail())
        assert len(gateway.ledger_rows()) == 1


def test_421_takes_nothing_and_closes() -> None:
    with running(mail_mode="421") as gateway:
        smtp = connect(gateway)
        with pytest.raises(smtplib.SMTPDataError) as closing:
            smtp.send_message(a_mail())
        assert closing.value.smtp_code == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()
        assert gateway.ledger_rows() == []


def test_drop_takes_the_mail_and_resets() -> None:
    with running(mail_mode="drop") as gateway:
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
            connect(gateway).send_message(a_mail())
        assert len(gateway.ledger_rows()) == len(gateway.messages()) == 1


def test_hang_takes_the_mail_and_never_answers() -> None:
    with running(mail_mode="hang") as gateway:
        with pytest.raises((smtplib.SMTPServerDisconnected, TimeoutError)):
            connect(gateway, timeout=1).send_message(a_mail())
        assert the_arrival(gateway)["to"] == TO
        assert len(gateway.ledger_rows()) == 1


class Box:
    """A mailbox server that keeps what it is handed."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        self.taken.append(envelope)
        return "250 ok"


def test_bounce_takes_the_mail_and_sends_a_report_to_its_return_path() -> None:
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=0)
    with (
        free(controller) as port,
        running(
            mail_mode="bounce", bounce_to=f"127.0.0.1:{port}", bounce_status="5.2.2"
        ) as gateway,
    ):
        with connect(gateway) as smtp:
            smtp.send_message(a_mail(), from_addr="updates+1@example.org")
        eventually(lambda: bool(box.taken))
        assert len(gateway.ledger_rows()) == 1
    (envelope,) = box.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("<>", ["updates+1@example.org"])
    assert isinstance(envelope.content, bytes)
    found = message_from_bytes(envelope.content)
    assert found.get_content_type() == "multipart/report"
    assert found.get_param("report-type") == "delivery-status"
    assert all_failures(found) == (frozenset(), frozenset({TO.encode()}))
    assert b"Status: 5.2.2" in envelope.content


def test_a_bounce_that_nobody_takes_is_counted() -> None:
    with running(mail_mode="bounce", bounce_to="127.0.0.1:9") as gateway:
        with connect(gateway) as smtp:
            smtp.send_message(a_mail())
        eventually(lambda: gateway.counts()["outcomes"].get("bounce not taken") == 1)


@pytest.mark.parametrize(
    "wrong", [{"bounce_to": "here"}, {"bounce_to": ":x"}, {"bounce_status": "2.0.0"}]
)
def test_a_bounce_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with running() as gateway, pytest.raises(GatewayAnswer):
        gateway.set_mode(**wrong)


def test_a_mail_may_have_no_text() -> None:
    with running() as gateway, connect(gateway) as smtp:
        smtp.sendmail("updates@example.org", [TO], "Content-Type: image/png\r\n\r\n")
        mail = gateway.messages()[0]
        assert (mail["subject"], mail["body"], mail["delivery"]) == ("", "", None)


@pytest.mark.parametrize(
    ("content", "subject", "body"),
    [
        (
            b"Subject: =?utf-8?q?caf=C3=A9?=\r\n =?utf-8?q?_open?=\r\n\r\nhello\r\n",
            "café open",
            "hello",
        ),
        (b"Subject: =?x-none?q?caf=C3=A9?=\r\n\r\nhello", "=?x-none?q?caf=C3=A9?=", "hello"),
        (b"Content-Type: text/plain; charset=x-none\r\n\r\nhello", "", "hello"),
        (b"Content-Type: text/plain; charset=latin-1\r\n\r\ncaf\xe9", "", "café"),
        (b"Content-Type: text/html\r\n\r\n<p>hello</p>", "", "<p>hello</p>"),
        (b"", "", ""),
    ],
)
def test_a_letter_is_read_whatever_its_alphabet(content: bytes, subject: str, body: str) -> None:
    letter = read_letter(content, return_path="updates@example.org")
    assert (letter.subject, letter.body) == (subject, body)
    assert letter.sender == "updates@example.org"


VISIBLE = st.characters(exclude_categories=["C", "Z"])


@settings(deadline=None)
@given(st.text(VISIBLE, min_size=1), st.text(VISIBLE | st.sampled_from(" \n")))
def test_a_letter_reads_what_email_wrote(subject: str, body: str) -> None:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail.set_content(body)
    letter = read_letter(mail.as_bytes(policy=SMTP), return_path="")
    assert letter.subject == subject
    assert letter.body == body.rstrip("\n")


def test_a_mail_is_not_taken_when_the_disk_is_full() -> None:
    with running(ledger=Path("/dev/full")) as gateway, connect(gateway) as smtp:
        with pytest.raises(smtplib.SMTPDataError) as full:
            smtp.send_message(a_mail())
        assert full.value.smtp_code == 452
        assert gateway.messages() == []


def test_a_mail_beyond_the_limit_is_refused() -> None:
    with running() as gateway, connect(gateway) as smtp:
        large = a_mail()
        large.add_attachment(b"x" * LARGEST_MAIL, maintype="application", subtype="octet-stream")
        with pytest.raises(smtplib.SMTPException):
            smtp.send_message(large)
        assert gateway.messages() == []
