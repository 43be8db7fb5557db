"""The scheduler: wakes the sweep of each queue, and watches that alerts leave in their time.

It holds nothing; two of them do not hurt.
"""

import time
from datetime import UTC, datetime
from uuid import uuid4

import structlog
from redis import Redis
from redis.exceptions import RedisError

from config.settings import Settings
from messages.model import Queue
from storage.engine import connect
from storage.queue import JobQueue
from storage.redis_server import redis_client
from workers.audit_watch import AuditWatch
from workers.deadline_watch import DeadlineWatch
from workers.emergency_watch import EmergencyWatch
from workers.failure_watch import FailureWatch
from workers.listing_watch import ListingWatch
from workers.queues import RqQueue, beat
from workers.register_watch import RegisterWatch
from workers.retention_watch import RetentionWatch
from workers.watching import WATCH_SECONDS, Watch

log = structlog.get_logger()

SWEEP_SECONDS = {Queue.DANGER: 5.0, Queue.SERVICE: 10.0, Queue.ROUTINE: 15.0}
LOOK_SECONDS = 1.0
BEAT_SECONDS = 5.0


class Schedule:
    """When what is due next; a wake-up that still waits makes the next of its kind needless."""

    def __init__(self, queue: JobQueue) -> None:
        """Make everything due at once."""
        self._queue = queue
        self._due: dict[Queue, float] = dict.fromkeys(Queue, 0.0)

    def tick(self, now: float) -> list[Queue]:
        """Wake the sweeps that are due at `now` seconds; return their queues."""
        due = [queue for queue, at in self._due.items() if at <= now]
        for queue in due:
            self._queue.wake("sweep", str(queue), queue=queue)
            self._due[queue] = now + SWEEP_SECONDS[queue]
        return due


def run_scheduler(settings: Settings) -> None:
    """Wake sweeps until the process is ended; it may be ended at any moment."""
    client = redis_client(settings.redis)
    engine = connect(settings.database)
    schedule, watch, name = (
        Schedule(RqQueue(client)),
        Watch.of(settings, engine),
        f"scheduler:{uuid4().hex}",
    )
    watches = (
        watch,
        RegisterWatch.of(settings, engine, watch.mail),
        AuditWatch.of(settings, engine, watch.mail),
        EmergencyWatch.of(settings, engine, watch.mail),
        RetentionWatch.of(engine, watch.mail),
        DeadlineWatch.of(settings, engine, watch.mail),
        ListingWatch.of(settings, engine, watch.mail),
        FailureWatch.of(settings, engine),
    )
    beat_at = watch_at = 0.0
    while True:
        now = time.monotonic()
        schedule.tick(now)
        if now >= beat_at:
            _beat(client, name)
            beat_at = now + BEAT_SECONDS
        if now >= watch_at:
            for each in watches:
                each.look(datetime.now(UTC))
            watch_at = now + WATCH_SECONDS
        time.sleep(LOOK_SECONDS)


def _beat(client: Redis, name: str) -> None:
    try:
        beat(client, name)
    except RedisError as error:
        log.warning("redis_away", error=type(error).__name__)
