"""Settling: time to come to rest after the last blow; where there is only waiting, clocks jump."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redis import Redis
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chaos import clock, digests
from chaos.instance import Instance
from chaos.publishing import Publisher
from messages.model import Queue
from storage.redis_server import RedisError, redis_client
from workers.digesting import EACH
from workers.queues import RqQueue

MOMENT = 0.2
QUIET_SECONDS = 1.0  # nothing has changed: nobody is in the middle of a send
AT_ONE_GO = 120.0  # seconds of waiting that one jump takes
LONGEST = 900.0
FIGURES = """
SELECT state, looks, resent, mail_owed, count(*), max(updated_at) FROM delivery
GROUP BY state, looks, resent, mail_owed ORDER BY 1, 2, 3, 4
"""
OWED = "SELECT count(*) FROM delivery WHERE mail_owed"


@dataclass(slots=True)
class Settling:
    """Lets an instance come to rest, and then a day pass on which the digests are due."""

    instance: Instance
    publisher: Publisher
    _until: float = field(init=False)
    _redis: Redis = field(init=False)
    _before: object = None
    _moved_at: float = 0.0

    def __post_init__(self) -> None:
        """Begin now."""
        self._until = time.monotonic() + LONGEST
        self._redis = redis_client(self.instance.settings.redis)

    def settle(self) -> bool:
        """Wait until nothing is to come; whether that was in time."""
        self._moved_at = time.monotonic()
        return self._wait_for(self._is_over)

    def let_a_day_pass(self) -> bool:
        """Let the digests become due that were not yet, and be made; whether that was in time.

        Twice: one that was being made when the day passed may not have seen it.
        """
        zone = self.instance.settings.time_zone
        digests.let_a_day_pass(self.instance.engine, time_zone=zone)
        for _ in range(2):
            self._redis.flushall()
            if not self._wait_for(self._digests_were_made):
                return False
        return self.settle()

    def _wait_for(self, is_over: Callable[[], bool]) -> bool:
        while time.monotonic() < self._until:
            self.instance.start_all()
            self.publisher.tend(due=0, publish=False)
            if is_over():
                return True
            time.sleep(MOMENT)
        return False

    def _digests_were_made(self) -> bool:
        try:
            if self._redis.exists(EACH[0]):
                return True
        except RedisError:
            return False
        self._sweep()
        return False

    def _is_over(self) -> bool:
        figures = self._figures()
        if figures != self._before:
            self._before, self._moved_at = figures, time.monotonic()
        if figures is None or not self.publisher.idle:
            return False
        if self.instance.gateway.counts()["callbacks"]["waiting"]:
            return False
        return self._nothing_is_to_come(quiet=time.monotonic() - self._moved_at)

    def _nothing_is_to_come(self, *, quiet: float) -> bool:
        """Whether nothing is; if something is, but not yet, jump to that moment."""
        try:
            with self.instance.engine.connect() as connection:
                wait = clock.next_moment(connection)
                owed = connection.scalar(text(OWED))
        except DBAPIError:
            return False
        if quiet > QUIET_SECONDS and (wait is not None or owed):
            if wait is not None and wait > 0:
                clock.jump(self.instance.engine, wait + AT_ONE_GO)
            self._sweep()
            self._moved_at = time.monotonic()
        return wait is None and not owed

    def _figures(self) -> object:
        try:
            with self.instance.engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(FIGURES))]
        except DBAPIError:
            return None

    def _sweep(self) -> None:
        """Wake the sweeps, as the scheduler does every few seconds."""
        queue = RqQueue(self._redis)
        for each in Queue:
            queue.wake("sweep", str(each), queue=str(each))
