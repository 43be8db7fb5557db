"""Fail-over with the loopback gateway: everything is delivered, and once."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from config.settings import Settings
from demo.gateway import Handle, running
from messages import actions
from messages.failover import Failover, Limits
from messages.looks import Verdict
from messages.model import (
    LOOK_AFTER,
    Channel,
    Outgoing,
)
from messages.providers import open_senders
from messages.records import DeliveryRow
from messages.senders import TextSender
from messages.sending import Drain, Line
from messages.texts.http_json_sms import HttpJsonSms
from messages.texts.twilio_sms import TwilioSms
from storage.engine import reading, writing
from storage.keys import Sealers
from tests.messages.posting import NOON, an_alert, committed

LIMITS = Limits(sends=6, least=4, share=0.5, age=60, quiet=10, longest_quiet=40, probes=2)


@pytest.fixture(scope="module")
def shared() -> Iterator[Handle]:
    with running(callbacks="suppressed", slow_seconds=0) as handle:
        yield handle


@pytest.fixture
def gateway(shared: Handle) -> Iterator[Handle]:
    shared.clear()
    yield shared
    shared.set_mode("ok", json_mode="ok")


def settings_for(gateway: Handle, **others: object) -> Settings:
    given: dict[str, object] = {
        "twilio_account_sid": gateway.account_sid,
        "twilio_auth_token": gateway.auth_token,
        "twilio_from": "Brolly",
        "twilio_api_base": gateway.url,
        "sms_second": "http",
        "http_sms_url": gateway.json_url,
        "http_sms_token": gateway.auth_token,
        "http_sms_secret": gateway.auth_token,
        "sms_failover": True,
    }
    return Settings.model_validate(given | others)


@pytest.mark.parametrize(
    ("others", "kind"),
    [
        ({}, Failover),
        ({"sms_failover": False}, Failover),
        ({"sms_failover": False, "sms_second": ""}, TwilioSms),
        ({"sms_failover": False, "twilio_account_sid": ""}, HttpJsonSms),
        ({"sms_failover": False, "sms_second": "", "twilio_account_sid": ""}, type(None)),
    ],
)
def test_the_settings_say_who_sends(gateway: Handle, others: dict[str, object], kind: type) -> None:
    senders = open_senders(settings_for(gateway, **others))
    assert type(senders.get(Channel.SMS)) is kind
    for sender in senders.values():
        sender.close()


def drain_all(engine: Engine, sealers: Sealers, sender: TextSender, cause_id: UUID) -> None:
    """Drain until nothing waits, letting time pass in between."""
    now = NOON
    for _ in range(30):
        line = Line(
            sessions=writing(engine),
            sealer=sealers.contacts,
            sender=sender,
            concurrency=4,
            go_on=lambda: True,
            clock=lambda: now,  # noqa: B023 - the drain ends before the next one
        )
        Drain(line, cause_id, Channel.SMS).run()
        with reading(engine)() as session:
            states = set(session.scalars(select(DeliveryRow.state).distinct()))
        if not states & {"pending", "claimed"}:
            return
        now += timedelta(minutes=6)
    pytest.fail(f"deliveries wait for ever: {states}")


@pytest.mark.parametrize("mode", ["500", "429", "429:0.6,500:0.4", "drop"])
def test_a_first_that_fails_leaves_nobody_out_and_nobody_is_told_twice(
    engine: Engine, sealers: Sealers, gateway: Handle, mode: str
) -> None:
    cause_id = committed(engine, lambda session: an_alert(session, sealers, 60))
    gateway.set_mode(mode)
    settings = settings_for(gateway)
    second = HttpJsonSms.of(settings)
    sender = Failover(TwilioSms.of(settings), second, limits=LIMITS)
    before = len(gateway.ledger_rows())
    drain_all(engine, sealers, sender, cause_id)
    sender.close()
    with reading(engine)() as session:
        rows = session.execute(
            select(DeliveryRow.id, DeliveryRow.state, DeliveryRow.provider_id)
        ).all()
    arrived = Counter(each.delivery for each in gateway.ledger_rows()[before:])
    assert arrived == Counter({str(row.id): 1 for row in rows})
    assert len(rows) == 60
    taken_by_second = {str(row.id) for row in rows if (row.provider_id or "").startswith("http-")}
    ids = {each["delivery"]: each["id"] for each in gateway.messages("sms")}
    assert taken_by_second == {each for each, known in ids.items() if known.startswith("JS")}
    assert len(taken_by_second) >= 30
    assert {row.state for row in rows} <= {"accepted", "unknown"}
    assert all(row.state == "accepted" for row in rows if str(row.id) in taken_by_second)


def test_what_the_first_left_unknown_is_found_there_and_not_at_the_second(
    engine: Engine, sealers: Sealers, gateway: Handle
) -> None:
    cause_id = committed(engine, lambda session: an_alert(session, sealers, 2))
    gateway.set_mode("500")
    sender = open_senders(settings_for(gateway))[Channel.SMS]
    assert isinstance(sender, Failover)
    drain_all(engine, sealers, sender, cause_id)
    (text, *_) = [each for each in gateway.messages("sms") if each["id"].startswith("SM")]
    lost = Outgoing(
        delivery_id=UUID(text["delivery"]),
        channel=Channel.SMS,
        address=text["to"],
        subject="",
        body=text["body"],
        segments=1,
        expires_at=NOON,
    )
    (found,) = sender.find(lost, since=NOON)
    assert found.provider_id == text["id"]
    sender.close()


def test_what_the_second_left_unknown_is_found_there_and_not_sent_again(
    engine: Engine, sealers: Sealers, gateway: Handle
) -> None:
    cause_id = committed(engine, lambda session: an_alert(session, sealers, 3))
    gateway.set_mode("ok", json_mode="drop")
    settings = settings_for(gateway)
    second = HttpJsonSms.of(settings)
    drain_all(engine, sealers, second, cause_id)
    both = Failover(TwilioSms.of(settings), second, limits=LIMITS)
    now = NOON + LOOK_AFTER
    with writing(engine).begin() as session:
        lost = actions.take_lost(session, sealers.contacts, limit=10, now=now)
    for each in lost:
        found = both.find(each.outgoing, since=each.since)
        with writing(engine).begin() as session:
            verdict = actions.record_look(session, each, found=found, now=now)
        assert verdict is Verdict.FOUND
    both.close()
    with reading(engine)() as session:
        rows = session.execute(select(DeliveryRow.state, DeliveryRow.provider_id)).all()
    assert len(lost) == len(rows) == 3
    assert all(row.state in {"accepted", "delivered"} for row in rows)
    assert all(row.provider_id.startswith("http-JS") for row in rows)
    assert len({row.provider_id for row in rows}) == 3
