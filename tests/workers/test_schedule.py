"""The scheduler wakes sweeps, and no more than needed."""

from messages.model import Queue
from storage.redis_server import redis_client
from workers.queues import RqQueue
from workers.schedule import SWEEP_SECONDS, Schedule


class Woken:
    """A queue that remembers."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []

    def wake(self, job: str, *ids: str, queue: str) -> None:
        """Remember."""
        self.calls.append((job, *ids, queue))


def test_every_queue_is_swept_at_once_and_then_in_its_time() -> None:
    woken = Woken()
    schedule = Schedule(woken)
    assert schedule.tick(100) == list(Queue)
    assert woken.calls[0] == ("sweep", "danger", "danger")
    assert schedule.tick(104) == []
    assert schedule.tick(105) == [Queue.DANGER]
    assert schedule.tick(110) == [Queue.DANGER, Queue.SERVICE]


def test_danger_is_swept_most_often_and_nothing_waits_for_half_a_minute() -> None:
    assert SWEEP_SECONDS[Queue.DANGER] == min(SWEEP_SECONDS.values()) <= 5
    assert max(SWEEP_SECONDS.values()) <= 30


def test_two_schedulers_wake_no_more_than_one(redis_url: str) -> None:
    client = redis_client(redis_url)
    for _ in range(2):
        Schedule(RqQueue(client)).tick(100)
    assert [client.llen(f"rq:queue:{queue}") for queue in Queue] == [1, 1, 1]
