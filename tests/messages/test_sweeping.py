"""Sweeping: leases that ran out, causes that are over, what is due."""

from datetime import timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from messages import actions
from messages.model import LEASE, CauseKind, Channel, DeliveryState, Due, Queue
from messages.records import CauseRow, CauseTextRow, DeliveryRow
from storage.engine import writing
from storage.keys import Sealers
from tests.messages.posting import (
    LIFE,
    NOON,
    a_cause,
    a_claim,
    an_alert,
    committed,
    everybody,
    sending,
    some_contacts,
    states,
)

MOMENT = timedelta(seconds=1)


def test_a_crash_before_the_commit_leaves_a_delivery_that_waits_again(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 2)
    a_claim(session, cause_id)
    actions.expire_leases(session, now=NOON + LEASE - MOMENT)
    assert states(session, cause_id) == {DeliveryState.CLAIMED: 2}
    found = actions.expire_leases(session, now=NOON + LEASE)
    assert found == {DeliveryState.PENDING: 2, DeliveryState.UNKNOWN: 0}
    assert states(session, cause_id) == {DeliveryState.PENDING: 2}
    rows = session.scalars(select(DeliveryRow)).all()
    assert {(row.claim_token, row.lease_until) for row in rows} == {(None, None)}


def test_a_crash_after_the_commit_leaves_a_delivery_that_is_unknown(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 2)
    sending(session, sealers, cause_id)
    actions.expire_leases(session, now=NOON + LEASE - MOMENT)
    assert states(session, cause_id) == {DeliveryState.SENDING: 2}
    actions.expire_leases(session, now=NOON + LEASE)
    assert states(session, cause_id) == {DeliveryState.UNKNOWN: 2}
    assert not a_claim(session, cause_id, now=NOON + LEASE).deliveries
    assert actions.progress(session, cause_id).reasons == {"lost": 2}


def test_what_waits_ends_with_its_cause(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 3)
    sending(session, sealers, cause_id, limit=1)
    actions.expire_causes(session, now=NOON + LIFE - MOMENT)
    assert states(session, cause_id)[DeliveryState.PENDING] == 2
    actions.expire_causes(session, now=NOON + LIFE)
    assert states(session, cause_id) == {DeliveryState.EXPIRED: 2, DeliveryState.SENDING: 1}


def test_due_names_each_channel_of_a_cause_that_waits(session: Session, sealers: Sealers) -> None:
    some_contacts(session, sealers, 1, Channel.EMAIL)
    cause_id = an_alert(session, sealers, 1, queue=Queue.ROUTINE)
    expected = {Due(cause_id=cause_id, channel=channel, queue=Queue.ROUTINE) for channel in Channel}
    assert set(actions.due(session, now=NOON)) == expected
    assert actions.due(session, now=NOON - MOMENT) == []
    a_claim(session, cause_id)
    assert [each.channel for each in actions.due(session, now=NOON)] == [Channel.EMAIL]


def test_paused_and_expired_causes_are_not_due(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 1)
    assert actions.due(session, now=NOON + LIFE) == []
    actions.pause(session, cause_id)
    assert actions.due(session, now=NOON) == []


def test_codes_are_forgotten_a_day_after_they_stopped_working(
    session: Session, sealers: Sealers
) -> None:
    code = a_cause(session, sealers, kind=CauseKind.CODE)
    some_contacts(session, sealers, 1)
    actions.expand(session, cause_id=code, audience=everybody(), now=NOON, not_before=NOON)
    alert = a_cause(session, sealers)
    actions.forget_codes(session, now=NOON + LIFE + timedelta(days=1))
    assert len(session.scalars(select(CauseRow)).all()) == 2
    actions.forget_codes(session, now=NOON + LIFE + timedelta(days=1, seconds=1))
    assert session.scalars(select(CauseRow.id)).all() == [alert]
    assert not session.scalars(select(DeliveryRow)).all()
    assert len(session.scalars(select(CauseTextRow)).all()) == 2


def test_a_worker_that_froze_in_a_transaction_holds_up_nothing_but_its_own(
    engine: Engine, sealers: Sealers
) -> None:
    if engine.dialect.name == "sqlite":
        return  # there one writer at a time holds up all others, until its process ends
    cause_id = committed(engine, lambda session: an_alert(session, sealers, 3))
    with writing(engine).begin() as session:
        a_claim(session, cause_id)
    later = NOON + LEASE
    with Session(engine) as frozen, writing(engine).begin() as session:
        frozen.scalars(select(DeliveryRow.id).limit(1).with_for_update()).one()
        assert actions.expire_leases(session, now=later)[DeliveryState.PENDING] == 2
    with writing(engine).begin() as session:
        assert actions.expire_leases(session, now=later)[DeliveryState.PENDING] == 1


def test_what_is_stopped_ends_and_nothing_beside_it(session: Session, sealers: Sealers) -> None:
    for channel in Channel:
        some_contacts(session, sealers, 1, channel)
    stopped, recalled, other = (a_cause(session, sealers) for _ in range(3))
    for cause_id in (stopped, recalled, other):
        actions.expand(session, cause_id=cause_id, audience=everybody(), now=NOON, not_before=NOON)
    for cause_id, change in (
        (stopped, {"stopped_channel": "sms"}),
        (recalled, {"state": "recalled"}),
    ):
        session.execute(update(CauseRow).where(CauseRow.id == cause_id).values(**change))
    before = states(session, other)
    actions.end_what_is_stopped(session, now=NOON)
    mails = select(DeliveryRow.state).where(
        DeliveryRow.cause_id == stopped, DeliveryRow.channel == Channel.EMAIL
    )
    assert set(session.scalars(mails)) == {DeliveryState.PENDING}
    assert states(session, stopped)[DeliveryState.FAILED] > 0
    assert set(states(session, recalled)) == {DeliveryState.RECALLED}
    assert states(session, other) == before == {DeliveryState.PENDING: before.total()}
