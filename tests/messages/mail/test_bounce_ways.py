"""The ways by which a bounce comes in: a listener, a program, and what the envelope asks for."""

import signal
import smtplib
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from cli.main import brolly
from messages.mail.smtp_mail import SmtpMail
from messages.mail.verp import bounce_token, delivery_of, return_path
from messages.model import (
    DeliveryState,
)
from storage.keys import Sealers
from tests.messages.house import settings_for
from tests.messages.mail.bounced import (
    DOMAIN,
    a_mail,
    a_report,
    address_of,
    became,
    listening,
    recording,
)
from tests.workers.crew import a_command, an_instance

NOBODY = UUID(int=1)


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
