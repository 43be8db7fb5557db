"""Reconciling by the real client: what was lost is found, sent once more, or mailed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from demo.gateway import Handle
from messages import actions
from messages.model import Channel, DeliveryState, Queue
from messages.providers import open_senders
from messages.records import DeliveryRow
from storage.keys import Sealers
from tests import given
from tests.messages.posting import a_cause, an_alert, committed, everybody
from workers import jobs
from workers.reconciling import reconcile
from workers.shift import Shift

S = DeliveryState
NUMBER = "+447700900123"


def an_alert_now(shift: Shift, sealers: Sealers, queue: Queue, recipients: int) -> UUID:
    now = datetime.now(UTC)
    return committed(
        shift.services.engine,
        lambda session: an_alert(session, sealers, recipients, now=now, queue=queue),
    )


def send(shift: Shift, cause_id: UUID, channel: str = "sms") -> None:
    jobs.drain(shift, str(cause_id), channel)


def time_passes(shift: Shift) -> None:
    """Let what is to be looked for later be due now."""
    with shift.services.writing.begin() as session:
        session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.look_at.is_not(None))
            .values(look_at=datetime.now(UTC) - timedelta(seconds=1))
        )


def states_of(
    shift: Shift, cause_id: UUID, channel: Channel = Channel.SMS
) -> dict[DeliveryState, int]:
    with shift.services.reading() as session:
        return actions.progress(session, cause_id).by_state.get(channel, {})


def sent(gateway: Handle) -> list[str | None]:
    return [row.delivery for row in gateway.ledger_rows()]


@pytest.fixture
def broken(gateway: Handle) -> Iterator[Handle]:
    """Give the gateway while it accepts and then answers nothing of use."""
    gateway.set_mode("500")
    yield gateway
    gateway.set_mode("ok")


@pytest.mark.parametrize("queue", [Queue.DANGER, Queue.ROUTINE])
def test_what_the_provider_has_is_found_and_never_sent_again(
    shift: Shift, sealers: Sealers, broken: Handle, queue: Queue
) -> None:
    cause_id = an_alert_now(shift, sealers, queue, 4)
    send(shift, cause_id)
    assert states_of(shift, cause_id) == {S.UNKNOWN: 4}
    broken.set_mode("ok")
    reconcile(shift)
    assert states_of(shift, cause_id) == {S.UNKNOWN: 4}
    time_passes(shift)
    reconcile(shift)
    found = states_of(shift, cause_id)
    assert found.get(S.ACCEPTED, 0) + found.get(S.DELIVERED, 0) == 4
    send(shift, cause_id)
    assert len(sent(broken)) == len(set(sent(broken))) == 4


def lose(shift: Shift, cause_id: UUID) -> None:
    """Let a worker die between its commit and its send."""
    now = datetime.now(UTC)
    with shift.services.writing.begin() as session:
        claim = actions.claim(
            session, cause_id=cause_id, channel=Channel.SMS, token=cause_id, now=now
        )
        ids = list(claim.deliveries)
        actions.begin_sending(session, shift.services.sealers.contacts, claim, ids, now=now)
        actions.expire_leases(session, now=now + timedelta(hours=1))


def test_what_the_provider_never_had_is_sent_again_if_it_is_about_a_danger(
    shift: Shift, sealers: Sealers, gateway: Handle
) -> None:
    cause_id = an_alert_now(shift, sealers, Queue.DANGER, 3)
    lose(shift, cause_id)
    for _ in range(2):
        assert sent(gateway) == []
        time_passes(shift)
        reconcile(shift)
        send(shift, cause_id)
    assert states_of(shift, cause_id) == {S.ACCEPTED: 3}
    assert len(sent(gateway)) == len(set(sent(gateway))) == 3
    with shift.services.reading() as session:
        assert all(session.scalars(select(DeliveryRow.resent)))


def test_what_the_provider_never_had_goes_by_mail_if_it_is_routine(
    shift: Shift, sealers: Sealers, gateway: Handle
) -> None:
    cause_id = a_routine_text(shift, sealers, email="rosa@example.org")
    lose(shift, cause_id)
    for _ in range(2):
        time_passes(shift)
        jobs.tidy(shift)
    assert states_of(shift, cause_id) == {S.FAILED: 1}
    assert states_of(shift, cause_id, Channel.EMAIL) == {S.PENDING: 1}
    jobs.tidy(shift)
    send(shift, cause_id, "email")
    assert [each["to"] for each in gateway.messages("email")] == ["rosa@example.org"]


def test_what_the_provider_never_had_goes_once_more_to_who_has_no_mail(
    shift: Shift, sealers: Sealers, gateway: Handle
) -> None:
    cause_id = a_routine_text(shift, sealers, email="")
    lose(shift, cause_id)
    for _ in range(2):
        time_passes(shift)
        jobs.tidy(shift)
    assert states_of(shift, cause_id) == {S.PENDING: 1}
    lose(shift, cause_id)
    for _ in range(4):
        time_passes(shift)
        jobs.tidy(shift)
    assert states_of(shift, cause_id) == {S.UNKNOWN: 1}
    assert sent(gateway) == []
    with shift.services.reading() as session:
        row = session.scalars(select(DeliveryRow)).one()
        assert (row.resent, row.mail_owed, row.attempts) == (True, False, 2)


def a_routine_text(shift: Shift, sealers: Sealers, *, email: str) -> UUID:
    now = datetime.now(UTC)
    with shift.services.writing.begin() as session:
        given.a_member(session, sealers, now=now, phone=NUMBER, email=email)
        cause_id = a_cause(session, sealers, now=now, queue=Queue.ROUTINE)
        audience = everybody().subquery()
        texts = select(audience).where(audience.c.channel == Channel.SMS)
        actions.expand(session, cause_id=cause_id, audience=texts, now=now, not_before=now)
    return cause_id


def test_a_look_counts_only_if_the_list_could_be_read(
    shift: Shift, sealers: Sealers, gateway: Handle
) -> None:
    cause_id = an_alert_now(shift, sealers, Queue.DANGER, 3)
    lose(shift, cause_id)
    wrong = shift.services.settings.model_copy(update={"twilio_auth_token": "wrong"})
    with_wrong = replace(shift, senders=open_senders(wrong))
    for _ in range(3):
        time_passes(shift)
        reconcile(with_wrong)
    for sender in with_wrong.senders.values():
        sender.close()
    with shift.services.reading() as session:
        assert set(session.scalars(select(DeliveryRow.looks))) == {0}
    assert (states_of(shift, cause_id), sent(gateway)) == ({S.UNKNOWN: 3}, [])


def test_how_long_until_a_look_is_the_operators_choice(shift: Shift, sealers: Sealers) -> None:
    settings = shift.services.settings.model_copy(update={"look_after_seconds": 1})
    soon = replace(shift, services=replace(shift.services, settings=settings))
    cause_id = an_alert_now(shift, sealers, Queue.DANGER, 1)
    now = datetime.now(UTC)
    with shift.services.writing.begin() as session:
        claim = actions.claim(
            session, cause_id=cause_id, channel=Channel.SMS, token=cause_id, now=now
        )
        ids = list(claim.deliveries)
        actions.begin_sending(session, sealers.contacts, claim, ids, now=now)
        session.execute(update(DeliveryRow).values(lease_until=now))
    jobs.sweep(soon)
    with shift.services.reading() as session:
        due = session.scalars(select(DeliveryRow.look_at)).one()
    assert due is not None
    assert due - now < timedelta(seconds=30)
