"""Wake-ups: many of one kind are one, and none is lost."""

import pytest
from redis import Redis

from storage.redis_server import redis_client
from workers.queues import RqQueue, alive, beat, live_workers

CAUSE = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def client(redis_url: str) -> Redis:
    return redis_client(redis_url)


def jobs_in(client: Redis, queue: str) -> int:
    return int(client.llen(f"rq:queue:{queue}"))


def test_many_wake_ups_of_one_kind_wait_as_one(client: Redis) -> None:
    queue = RqQueue(client)
    for _ in range(5):
        queue.wake("drain", CAUSE, "sms", queue="danger")
    queue.wake("drain", CAUSE, "email", queue="danger")
    assert jobs_in(client, "danger") == 2


def test_a_wake_up_that_got_lost_does_not_hold_the_next_for_long(client: Redis) -> None:
    RqQueue(client).wake("drain", CAUSE, "sms", queue="danger")
    assert 0 < client.ttl(f"brolly:waiting:drain:{CAUSE}:sms") <= 60


def test_a_wake_up_shows_opaque_ids_only(client: Redis) -> None:
    RqQueue(client).wake("drain", CAUSE, "sms", queue="danger")
    (key,) = client.scan_iter("rq:job:*")
    assert client.hget(key, "description") == b"drain"
    assert client.ttl(key) > 0


@pytest.mark.parametrize("word", ["+447700900123", "a@example.org", "two words", "", "x" * 65])
def test_nothing_but_opaque_ids_is_put_into_redis(client: Redis, word: str) -> None:
    with pytest.raises(ValueError, match="opaque"):
        RqQueue(client).wake("drain", word, queue="danger")
    assert not list(client.scan_iter("*"))


def test_waking_without_redis_does_not_fail() -> None:
    RqQueue(redis_client("unix:///nowhere.sock")).wake("drain", CAUSE, "sms", queue="danger")


def test_who_was_heard_of_lately_is_alive(client: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    assert live_workers(client) == 0
    beat(client, "worker:danger:1")
    beat(client, "worker:routine:2")
    beat(client, "scheduler:3")
    assert alive(client) == {"worker:danger:1", "worker:routine:2", "scheduler:3"}
    assert live_workers(client) == 2
    monkeypatch.setattr("workers.queues.ALIVE_SECONDS", -1)
    assert live_workers(client) == 0
