"""The jobs, run by hand with real services."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from demo.gateway import Handle
from messages import actions
from messages.model import LEASE, CauseKind, Channel, DeliveryState, Queue
from messages.records import CauseRow, DeliveryRow
from storage.keys import Sealers
from storage.redis_server import redis_client
from tests.messages.posting import a_cause, an_alert, committed, sending
from workers import jobs
from workers.queues import live_workers
from workers.shift import Shift, Stopped

S = DeliveryState


def an_alert_now(
    shift: Shift, sealers: Sealers, recipients: int, queue: Queue = Queue.DANGER
) -> UUID:
    now = datetime.now(UTC)
    return committed(
        shift.services.engine,
        lambda session: an_alert(session, sealers, recipients, now=now, queue=queue),
    )


def states_of(shift: Shift, cause_id: UUID) -> dict[DeliveryState, int]:
    with shift.services.reading() as session:
        return actions.progress(session, cause_id).by_state[Channel.SMS]


def waiting(shift: Shift, queue: str = "danger") -> int:
    return int(shift.services.redis.llen(f"rq:queue:{queue}"))


def test_draining_sends_through_the_real_providers(
    shift: Shift, sealers: Sealers, gateway: Handle
) -> None:
    cause_id = an_alert_now(shift, sealers, 30)
    jobs.drain(shift, str(cause_id), "sms")
    assert states_of(shift, cause_id) == {S.ACCEPTED: 30}
    assert len({row.delivery for row in gateway.ledger_rows()}) == 30


def test_a_drain_whose_turn_is_over_wakes_the_next_one(
    shift: Shift, sealers: Sealers, monkeypatch: pytest.MonkeyPatch
) -> None:
    cause_id = an_alert_now(shift, sealers, 30)
    monkeypatch.setattr("workers.shift.TURN_SECONDS", 0)
    jobs.drain(shift, str(cause_id), "sms")
    assert states_of(shift, cause_id) == {S.PENDING: 30}
    assert waiting(shift) == 1


def test_a_worker_told_to_stop_leaves_the_rest_to_others(shift: Shift, sealers: Sealers) -> None:
    cause_id = an_alert_now(shift, sealers, 30)
    shift.stop()
    jobs.drain(shift, str(cause_id), "sms")
    jobs.look(shift)
    assert states_of(shift, cause_id) == {S.PENDING: 30}
    assert waiting(shift) == 1


def test_a_channel_that_is_not_set_up_waits(shift: Shift, sealers: Sealers) -> None:
    cause_id = an_alert_now(shift, sealers, 2)
    shift.senders = {}
    jobs.drain(shift, str(cause_id), "sms")
    assert states_of(shift, cause_id) == {S.PENDING: 2}


def test_a_sweep_takes_work_from_the_dead_and_wakes_what_is_due(
    shift: Shift, sealers: Sealers
) -> None:
    cause_id = an_alert_now(shift, sealers, 5)
    long_ago = datetime.now(UTC) - LEASE
    with shift.services.writing.begin() as session:
        actions.reset_backoff(session, cause_id, now=long_ago)
        sending(session, sealers, cause_id, now=datetime.now(UTC), limit=2)
    with shift.services.writing.begin() as session:
        actions.expire_leases(session, now=datetime.now(UTC) + LEASE + timedelta(seconds=1))
    jobs.sweep(shift, "danger")
    jobs.sweep(shift, "danger")
    assert states_of(shift, cause_id) == {S.PENDING: 3, S.UNKNOWN: 2}
    assert waiting(shift) == 1


def test_a_sweep_leaves_other_queues_alone(shift: Shift, sealers: Sealers) -> None:
    an_alert_now(shift, sealers, 1, Queue.ROUTINE)
    jobs.sweep(shift)
    assert waiting(shift, "routine") == waiting(shift) == 0


def test_a_look_sends_what_is_due_even_without_redis(shift: Shift, sealers: Sealers) -> None:
    cause_id = an_alert_now(shift, sealers, 150)
    lost_redis(shift)
    jobs.look(shift)
    assert states_of(shift, cause_id) == {S.ACCEPTED: 150}


def lost_redis(shift: Shift) -> None:
    shift.services.redis.connection_pool.connection_kwargs["path"] = "/nowhere.sock"
    shift.services.redis.connection_pool.disconnect()


def an_old_code(shift: Shift, sealers: Sealers) -> UUID:
    now = datetime.now(UTC) - timedelta(days=7)
    return committed(
        shift.services.engine,
        lambda session: a_cause(session, sealers, now=now, kind=CauseKind.CODE),
    )


def is_forgotten(shift: Shift, cause_id: UUID) -> bool:
    with shift.services.reading() as session:
        return session.get(CauseRow, cause_id) is None


def test_without_redis_the_service_worker_tidies_by_itself(shift: Shift, sealers: Sealers) -> None:
    lost_redis(shift)
    code = an_old_code(shift, sealers)
    jobs.look(shift)
    assert not is_forgotten(shift, code)  # that is not the danger worker's
    shift.queue = Queue.SERVICE
    jobs.look(shift)
    assert is_forgotten(shift, code)
    second = an_old_code(shift, sealers)
    jobs.look(shift)
    assert not is_forgotten(shift, second)  # not at every look
    shift.tidied_at -= jobs.TIDY_SECONDS + 1
    jobs.look(shift)
    assert is_forgotten(shift, second)


def test_a_part_of_tidying_that_fails_keeps_no_other_back(
    shift: Shift, sealers: Sealers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("workers.jobs.checker.establish", fails)
    monkeypatch.setattr("workers.jobs.messages.list_copies", fails)
    cause_id = an_alert_now(shift, sealers, 1)
    with shift.services.writing.begin() as session:
        sending(session, sealers, cause_id, now=datetime.now(UTC))
        lost = {"state": S.UNKNOWN, "look_at": datetime.now(UTC), "lease_until": None}
        session.execute(update(DeliveryRow).values(**lost))
    jobs.tidy(shift)
    with shift.services.reading() as session:
        assert actions.progress(session, cause_id).looked_for == 1


def test_tidying_fills_an_empty_redis_with_the_register(shift: Shift) -> None:
    shift.queue = Queue.SERVICE
    jobs.sweep(shift, "service")
    shift.services.prove_register()
    shift.services.redis.flushall()
    jobs.sweep(shift, "service")
    shift.services.prove_register()


def test_readiness_names_what_is_not_well(shift: Shift) -> None:
    assert shift.services.ready() == {
        "database": True,
        "queue": True,
        "register": False,
        "workers": False,
    }
    jobs.tidy(shift)
    shift.beat()
    assert all(shift.services.ready().values())


def test_a_worker_beats_now_and_then(shift: Shift) -> None:
    shift.beat()
    client = redis_client(shift.services.settings.redis)
    assert live_workers(client) == 1
    client.flushall()
    shift.beat()  # too soon
    assert live_workers(client) == 0


def test_a_signal_cuts_rest_short_and_nothing_else(shift: Shift) -> None:
    with pytest.raises(Stopped), shift.resting():
        shift.stop()
    shift.stop()  # at work: it is only noted
    with pytest.raises(Stopped), shift.resting():
        pass


def test_a_rate_is_shared_with_a_reserve_for_those_in_a_hurry() -> None:
    assert jobs.RESERVES[Queue.DANGER] < jobs.RESERVES[Queue.SERVICE] < jobs.RESERVES[Queue.ROUTINE]
