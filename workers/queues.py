"""The queues in Redis: waking a worker, and seeing that workers are alive.

A wake-up is an RQ job with opaque ids, worth nothing by itself. While one waits, more of the same
are dropped; as soon as it starts, the next one counts again, for it may know of something newer.
"""

import re
import time

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from messages import model as messages

log = structlog.get_logger()

OPAQUE = re.compile(r"[0-9a-z-]{1,64}")
WAITING_SECONDS = 60  # a wake-up that was lost stops the next ones no longer than this
KEPT_SECONDS = 300  # then a wake-up that nobody took is dropped: the sweep makes another
LONGEST_RUN = 300
ALIVE = "brolly:workers"
ALIVE_SECONDS = 30.0


def waiting_key(job: str, ids: tuple[str, ...]) -> str:
    """Return the key that says that such a wake-up waits."""
    return ":".join(("brolly:waiting", job, *ids))


class RqQueue:
    """Wakes workers through RQ."""

    def __init__(self, client: Redis) -> None:
        """Use a client that times out (`storage.redis_server`)."""
        self._client = client

    def wake(self, job: str, *ids: str, queue: str) -> None:
        """Ask a worker of `queue` to run `job`; without Redis its worker finds the work by itself.

        Raises ValueError for anything but opaque ids, for Redis keeps what it is given.
        """
        names = tuple(str(each) for each in (job, *ids))
        if not all(map(OPAQUE.fullmatch, names)):
            message = "a wake-up carries opaque ids only"
            raise ValueError(message)
        try:
            self._enqueue(names[0], names[1:], queue)
        except RedisError as error:
            log.warning("wake_up_lost", job=job, queue=str(queue), error=type(error).__name__)

    def _enqueue(self, job: str, ids: tuple[str, ...], queue: str) -> None:
        if not self._client.set(waiting_key(job, ids), 1, nx=True, ex=WAITING_SECONDS):
            return
        rq = Queue(str(queue), connection=self._client, serializer=JSONSerializer)
        rq.enqueue_call(
            job,
            args=ids,
            timeout=LONGEST_RUN,
            result_ttl=0,
            ttl=KEPT_SECONDS,
            failure_ttl=KEPT_SECONDS,
            description=job,
        )


def beat(client: Redis, name: str) -> None:
    """Say that the worker or scheduler of this name is alive."""
    client.zadd(ALIVE, {name: time.time()})
    client.zremrangebyscore(ALIVE, 0, time.time() - 2 * ALIVE_SECONDS)


def alive(client: Redis) -> frozenset[str]:
    """Return the names of the workers and schedulers that were heard of lately."""
    names = client.zrangebyscore(ALIVE, time.time() - ALIVE_SECONDS, "+inf")
    return frozenset(name.decode(errors="replace") for name in names if isinstance(name, bytes))


def live_workers(client: Redis) -> int:
    """Return how many workers are alive."""
    return sum(name.startswith("worker:") for name in alive(client))


def workers_by_queue(client: Redis) -> dict[messages.Queue, int]:
    """Return how many workers of each queue are alive."""
    names = alive(client)
    return {
        queue: sum(name.startswith(f"worker:{queue}:") for name in names)
        for queue in messages.Queue
    }
