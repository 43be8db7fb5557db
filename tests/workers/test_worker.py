"""A worker and what somebody who can write to Redis might try."""

import json
import pickle
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from redis import Redis
from rq import Queue as RedisQueue
from rq.serializers import JSONSerializer
from structlog.testing import capture_logs

from messages import actions
from messages.model import Channel, DeliveryState
from storage.keys import Sealers
from storage.redis_server import redis_client
from tests.messages.posting import an_alert, committed
from workers import jobs
from workers.queues import waiting_key
from workers.shift import Shift
from workers.worker import WakeUp, Worker


@pytest.fixture
def client(redis_url: str) -> Redis:
    return redis_client(redis_url)


def work(client: Redis, shift: Shift) -> None:
    worker = Worker(client, shift)
    worker.look_now_and_then()
    worker.work(burst=True, logging_level="CRITICAL")


def put(client: Redis, job: str, *args: Any, queue: str = "danger", **others: Any) -> str:
    """Put a job into Redis as RQ itself would, whatever it may be."""
    rq = RedisQueue(queue, connection=client, serializer=JSONSerializer)
    return str(rq.enqueue_call(job, args=args, **others).id)


class Recorded:
    """A job that remembers how it was called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []

    def __call__(self, _: Shift, *ids: str) -> None:
        self.calls.append(ids)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """Give a job of its own to the worker."""
    job = Recorded()
    monkeypatch.setattr(jobs, "JOBS", {"remember": job})
    return job


def test_a_job_that_we_know_runs_on_its_ids(
    client: Redis, shift: Shift, recorded: Recorded
) -> None:
    put(client, "remember", "abc", "sms")
    work(client, shift)
    assert recorded.calls == [("abc", "sms")]


def test_nothing_of_a_wake_up_stays_in_redis(
    client: Redis, shift: Shift, recorded: Recorded
) -> None:
    shift.services.queue.wake("remember", "abc", queue="danger")
    work(client, shift)
    left = [
        key
        for key in client.scan_iter("*")
        if b"job" in key or b"waiting" in key or b":danger" in key
    ]
    assert recorded.calls == [("abc",)]
    assert [key for key in left if not key.startswith(b"rq:workers")] == []


@pytest.mark.parametrize("function", ["os.system", "subprocess.call", "builtins.eval", "drain.x"])
def test_a_job_that_names_any_function_does_not_run(
    client: Redis, shift: Shift, recorded: Recorded, tmp_path: Path, function: str
) -> None:
    marker = tmp_path / "ran"
    put(client, function, f"touch {marker}")
    put(client, "remember", "abc")
    work(client, shift)
    assert not marker.exists()
    assert recorded.calls == [("abc",)]  # and the worker goes on


def test_a_pickled_job_is_not_opened(
    client: Redis, shift: Shift, recorded: Recorded, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    job_id = put(client, "remember", "abc")

    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (marker,)

    client.hset(f"rq:job:{job_id}", "data", zlib.compress(pickle.dumps(Bomb())))
    client.hset(f"rq:job:{job_id}", "meta", pickle.dumps(Bomb()))
    work(client, shift)
    assert not marker.exists()
    assert recorded.calls == []


@pytest.mark.parametrize("field", ["success_callback_name", "failure_callback_name"])
def test_a_callback_is_not_followed(
    client: Redis, shift: Shift, recorded: Recorded, field: str
) -> None:
    job_id = put(client, "remember", "abc")
    client.hset(f"rq:job:{job_id}", field, "os.abort")
    webhooks = [{"url": "http://127.0.0.1:9/", "job_status": "finished", "method": "GET"}]
    client.hset(f"rq:job:{job_id}", "webhooks", json.dumps(webhooks))
    work(client, shift)
    assert recorded.calls == [("abc",)]


@pytest.mark.parametrize(
    "data",
    [
        ["remember", "an instance", ["abc"], {}],
        ["remember", None, ["abc"], {"shift": "x"}],
        ["remember", None, ["+447700900123"], {}],
        ["remember", None, [["abc"]], {}],
        ["remember", None, ["a"] * 5, {}],
        [["remember"], None, ["a"], {}],
        ["remember"],
        {},
        None,
    ],
)
def test_a_job_in_a_form_that_we_never_write_does_not_run(
    client: Redis, shift: Shift, recorded: Recorded, data: object
) -> None:
    job_id = put(client, "remember", "abc")
    client.hset(f"rq:job:{job_id}", "data", zlib.compress(json.dumps(data).encode()))
    work(client, shift)
    assert recorded.calls == []


def test_rubbish_in_redis_does_not_stop_a_worker(
    client: Redis, shift: Shift, recorded: Recorded
) -> None:
    job_id = put(client, "remember", "abc")
    client.hset(f"rq:job:{job_id}", "created_at", "yesterday")
    client.rpush("rq:queue:danger", "no such job", b"\xff\xfe", "../../x")
    client.set("rq:suspended", "1")
    put(client, "remember", "next")
    work(client, shift)
    assert recorded.calls == [("next",)]


def test_a_job_that_fails_says_little_and_does_not_stop_the_worker(
    client: Redis, shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(shift: Shift, cause: str) -> None:
        raise ValueError(shift.name + cause + "+447700900123")

    monkeypatch.setattr(jobs, "JOBS", {"fail": fail})
    put(client, "fail", "abc")
    put(client, "fail", "def")
    with capture_logs() as logged:
        work(client, shift)
    written = str(logged)
    assert written.count("job_failed") == 2
    assert "ValueError" in written
    assert "+447700900123" not in written
    assert not any(b"7700900123" in (client.dump(key) or b"") for key in client.scan_iter("*"))


def test_a_wake_up_that_comes_while_the_same_job_runs_causes_another_look(
    client: Redis, shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []

    def wake_once(shift: Shift, cause: str) -> None:
        runs.append(1)
        if len(runs) == 1:
            for _ in range(3):
                shift.services.queue.wake("again", cause, queue="danger")

    monkeypatch.setattr(jobs, "JOBS", {"again": wake_once})
    shift.services.queue.wake("again", "abc", queue="danger")
    work(client, shift)
    assert len(runs) == 2


def test_a_wake_up_lost_with_its_worker_lets_the_next_one_in(
    client: Redis, shift: Shift, recorded: Recorded
) -> None:
    shift.services.queue.wake("remember", "abc", queue="danger")
    client.flushall()
    shift.services.queue.wake("remember", "abc", queue="danger")
    work(client, shift)
    assert recorded.calls == [("abc",)]


def test_a_worker_looks_into_the_database_without_any_wake_up(
    client: Redis, shift: Shift, sealers: Sealers
) -> None:
    cause_id = committed(
        shift.services.engine, lambda session: an_alert(session, sealers, 3, now=datetime.now(UTC))
    )
    work(client, shift)
    assert states_of(shift, cause_id) == {DeliveryState.ACCEPTED: 3}


def test_told_to_stop_while_it_waits_it_stops_at_once(client: Redis, shift: Shift) -> None:
    worker = Worker(client, shift)
    shift.stopping = True
    assert worker.work(logging_level="CRITICAL") is False


def test_the_key_of_what_waits_is_that_of_its_job(client: Redis) -> None:
    put(client, "drain", "abc", "sms")
    (job_id,) = RedisQueue("danger", connection=client).job_ids
    job = WakeUp.fetch(job_id, connection=client, serializer=JSONSerializer)
    assert isinstance(job, WakeUp)
    assert job.key_of_waiting == waiting_key("drain", ("abc", "sms"))


def states_of(shift: Shift, cause_id: UUID) -> dict[DeliveryState, int]:
    with shift.services.reading() as session:
        return actions.progress(session, cause_id).by_state[Channel.SMS]
