"""A shift: one worker at work, from its start until it is told to stop."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from redis.exceptions import RedisError

from messages.model import Channel, Queue
from messages.senders import Sender
from workers.queues import beat
from workers.services import Services

log = structlog.get_logger()

# Of one drain: the mails of an alert, and the next alert, wait no longer behind texts that the
# provider's pace holds back for a quarter of an hour.
TURN_SECONDS = 5.0
BEAT_SECONDS = 5.0


class Stopped(Exception):
    """The worker was told to stop while it waited."""


@dataclass(slots=True, kw_only=True)
class Shift:
    """One worker at work: its services and senders, and whether it was told to stop."""

    name: str
    queue: Queue
    services: Services
    senders: Mapping[Channel, Sender]
    stopping: bool = False
    tidied_at: float = float("-inf")  # by the monotonic clock
    _at_rest: bool = False
    _beat_at: float = 0.0

    def stop(self) -> None:
        """Stop (from a signal): at once if at rest, else when what is in flight has landed."""
        self.stopping = True
        if self._at_rest:
            raise Stopped

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Wait for work: a moment that may be cut short; raises Stopped."""
        self._at_rest = True
        try:
            if self.stopping:  # the signal came just before
                raise Stopped
            yield
        finally:
            self._at_rest = False

    def beat(self) -> None:
        """Say now and then that this worker is alive."""
        if time.monotonic() - self._beat_at < BEAT_SECONDS:
            return
        self._beat_at = time.monotonic()
        try:
            beat(self.services.redis, f"worker:{self.queue}:{self.name}")
        except RedisError as error:
            log.warning("not_heard", worker=self.name, error=type(error).__name__)

    def turn(self) -> Callable[[], bool]:
        """Return what says, beating, whether a drain that starts now goes on."""
        until = time.monotonic() + TURN_SECONDS

        def go_on() -> bool:
            self.beat()
            return not self.stopping and time.monotonic() < until

        return go_on
