"""Mail over real SMTP, and what each reply means."""

import smtplib
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from demo.gateway import Handle, running
from messages.mail.smtp_mail import SmtpMail, _stuffed, ascii_address, outcome_of
from messages.model import Accepted, Channel, Outcome, Outgoing, Postponed, Refused, Unknown
from storage.base import new_id
from tests.messages.posting import NOON, mailbox
from tests.messages.wires import a_server, nobody, talking

FROM = "Area updates <updates@example.org>"


def a_mail(**others: Any) -> Outgoing:
    given: dict[str, Any] = {
        "delivery_id": new_id(),
        "channel": Channel.EMAIL,
        "address": mailbox(1),
        "subject": "Grüße aus der Nähe",
        "body": "Hello.\n.\n..two dots\nGrüße\n",
        "segments": 1,
        "expires_at": NOON + timedelta(hours=1),
    }
    return Outgoing(**(given | others))


def a_sender(address: str, **others: Any) -> SmtpMail:
    return SmtpMail(f"smtp://{address}", mail_from=FROM, **({"timeout": 5} | others))


@pytest.fixture(scope="module")
def gateway() -> Iterator[Handle]:
    with running() as handle:
        yield handle


def at(gateway: Handle) -> str:
    return gateway.smtp_url.removeprefix("smtp://")


def outcome_from(lines: dict[str, str], *, greeting: str = "220 ready") -> Outcome:
    with a_server(talking(lines, greeting=greeting)) as address:
        sender = a_sender(address, timeout=0.3)
        outcome = sender.send(a_mail())
        sender.close()
    return outcome


def test_a_mail_arrives_as_it_was_written(gateway: Handle) -> None:
    sender, outgoing = a_sender(at(gateway)), a_mail()
    outcome = sender.send(outgoing)
    sender.close()
    assert outcome == Accepted(provider_id=f"mail-{outgoing.delivery_id}")
    (arrived,) = [
        each for each in gateway.messages("email") if each["delivery"] == str(outgoing.delivery_id)
    ]
    assert arrived["to"] == outgoing.address
    assert arrived["subject"] == outgoing.subject
    assert arrived["body"] == outgoing.body.rstrip("\n")


def test_many_mails_go_over_few_connections(gateway: Handle) -> None:
    sender = a_sender(at(gateway))
    mails = [a_mail(address=mailbox(index)) for index in range(60)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(sender.send, mails))
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert 1 <= len(sender._idle) <= 4  # noqa: SLF001 - what is kept open
    sender.close()
    arrived = {each["delivery"] for each in gateway.messages("email")}
    assert arrived >= {str(each.delivery_id) for each in mails}


def test_a_connection_is_replaced_after_a_while(
    gateway: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messages.mail.smtp_mail.MESSAGES_EACH", 2)
    sender, opened = a_sender(at(gateway)), set()
    for _ in range(6):
        assert isinstance(sender.send(a_mail()), Accepted)
        opened.add(id(sender._idle[-1].smtp))  # noqa: SLF001 - what is kept open
    sender.close()
    assert len(opened) > 1


def test_the_headers_say_little() -> None:
    sender = a_sender("127.0.0.1:25")
    outgoing = a_mail()
    raw = sender._message(outgoing, "member1@example.org").as_bytes()  # noqa: SLF001 - as sent
    message = message_from_bytes(raw, policy=default)
    assert raw.isascii()
    assert set(message.keys()) == {
        "From",
        "To",
        "Subject",
        "Message-ID",
        "X-Delivery-Id",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    }
    assert message["Message-ID"] == f"<{outgoing.delivery_id}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == FROM


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({"MAIL": "451 later"}, Postponed(reason="later_451")),
        ({"MAIL": "550 not you"}, Postponed(reason="sender_550")),
        ({"RCPT": "450 greylisted"}, Postponed(reason="later_450")),
        ({"RCPT": "421 closing"}, Postponed(reason="later_421")),
        ({"RCPT": "550 no such box"}, Refused(reason="refused_550", bad_address=True)),
        ({"RCPT": "550 5.1.1 no such box"}, Refused(reason="refused_550", bad_address=True)),
        ({"RCPT": "550 5.7.1 policy"}, Refused(reason="refused_550")),
        ({"RCPT": "551 elsewhere"}, Refused(reason="refused_551", bad_address=True)),
        ({"RCPT": "553 what name"}, Refused(reason="refused_553", bad_address=True)),
        ({"RCPT": "554 no"}, Refused(reason="refused_554")),
        ({"DATA": "451 later"}, Postponed(reason="later_451")),
        ({"DATA": "354 go on", ".": "250 taken"}, Accepted(provider_id="")),
        ({"DATA": "354 go on", ".": "452 full"}, Postponed(reason="later_452")),
        ({"DATA": "354 go on", ".": "421 closing"}, Postponed(reason="later_421")),
        ({"DATA": "354 go on", ".": "554 spam"}, Refused(reason="refused_554")),
        ({"DATA": "354 go on", ".": "550 spam"}, Refused(reason="refused_550")),
        ({"DATA": "354 go on", ".": "cut"}, Unknown(reason="no_answer_SMTPServerDisconnected")),
        (
            {"DATA": "354 go on", ".": "silence"},
            Unknown(reason="no_answer_SMTPServerDisconnected"),
        ),
        ({"DATA": "cut"}, Postponed(reason="no_connection_SMTPServerDisconnected")),
        ({"RCPT": "silence"}, Postponed(reason="no_connection_SMTPServerDisconnected")),
        ({"EHLO": "silence"}, Postponed(reason="no_connection_SMTPServerDisconnected")),
    ],
)
def test_each_reply_means_what_the_table_says(lines: dict[str, str], expected: Outcome) -> None:
    outcome = outcome_from(lines)
    if isinstance(expected, Accepted):
        assert isinstance(outcome, Accepted)
    else:
        assert outcome == expected


def test_a_server_that_turns_everybody_away_is_worth_another_try() -> None:
    outcome = outcome_from({}, greeting="421 busy")
    assert outcome == Postponed(reason="no_connection_SMTPConnectError")


def test_nobody_there_is_worth_another_try() -> None:
    with nobody() as address:
        outcome = a_sender(address).send(a_mail())
    assert outcome == Postponed(reason="no_connection_ConnectionRefusedError")


def test_a_server_without_encryption_is_not_given_anything() -> None:
    with a_server(talking({"EHLO": "250 plain only"})) as address:
        sender = SmtpMail(f"smtp+starttls://{address}", mail_from=FROM, timeout=1)
        outcome = sender.send(a_mail())
    assert outcome == Postponed(reason="no_connection_SMTPNotSupportedError")


def test_the_next_mail_gets_through_after_a_server_said_goodbye(gateway: Handle) -> None:
    sender = a_sender(at(gateway))
    assert isinstance(sender.send(a_mail()), Accepted)
    gateway.set_mode(mail_mode="421")
    assert sender.send(a_mail()) == Postponed(reason="later_421")
    gateway.set_mode(mail_mode="ok")
    assert isinstance(sender.send(a_mail()), Accepted)
    sender.close()


def test_one_thread_sends_over_one_connection() -> None:
    opened: list[socket.socket] = []
    talk = talking({"DATA": "354 go on", ".": "250 taken"})

    def count(connection: socket.socket) -> None:
        opened.append(connection)
        talk(connection)

    with a_server(count) as address:
        sender = a_sender(address)
        outcomes = [sender.send(a_mail()) for _ in range(30)]
        sender.close()
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert len(opened) == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "."])
def test_a_server_that_says_goodbye_at_any_step_is_called_again(step: str) -> None:
    good = {"DATA": "354 go on", ".": "250 taken"}
    lines = iter([good | {step: "421 closing"}, good])
    opened: list[socket.socket] = []

    def talk(connection: socket.socket) -> None:
        opened.append(connection)
        talking(next(lines))(connection)

    with a_server(talk) as address:
        sender = a_sender(address)
        assert sender.send(a_mail()) == Postponed(reason="later_421")
        assert isinstance(sender.send(a_mail()), Accepted)
        assert isinstance(sender.send(a_mail()), Accepted)
        sender.close()
    assert len(opened) == 2


def test_a_connection_that_died_while_idle_costs_nothing(gateway: Handle) -> None:
    sender = a_sender(at(gateway))
    assert isinstance(sender.send(a_mail()), Accepted)
    kept = sender._idle[-1].smtp  # noqa: SLF001 - to break it
    assert isinstance(kept, smtplib.SMTP)
    assert kept.sock is not None
    kept.sock.shutdown(socket.SHUT_RDWR)
    assert isinstance(sender.send(a_mail()), Accepted)
    sender.close()


def test_the_gateways_bounces_are_understood(gateway: Handle) -> None:
    sender = a_sender(at(gateway))
    outcome = sender.send(a_mail(address="bounce1@example.org"))
    assert outcome == Refused(reason="refused_550", bad_address=True)
    assert isinstance(sender.send(a_mail()), Accepted)
    sender.close()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a@example.org", "a@example.org"),
        ("a@münchen.example", "a@xn--mnchen-3ya.example"),
    ],
)
def test_a_domain_is_written_in_ascii(address: str, expected: str) -> None:
    assert ascii_address(address) == expected


@pytest.mark.parametrize("address", ["jürgen@example.org", "nobody", "a@", "a\r\nRCPT@example.org"])
def test_an_address_that_cannot_be_written_is_bad(gateway: Handle, address: str) -> None:
    outcome = a_sender(at(gateway)).send(a_mail(address=address))
    assert outcome == Refused(reason="bad_mailbox", bad_address=True)


def test_dots_and_ends_survive() -> None:
    assert _stuffed(b".a\r\n.\r\nb") == b"..a\r\n..\r\nb\r\n.\r\n"
    assert _stuffed(b"a\r\n") == b"a\r\n.\r\n"


def test_a_reply_of_no_known_class_is_unknown() -> None:
    assert outcome_of(354, b"") == Unknown(reason="reply_354")
