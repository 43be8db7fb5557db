"""Counts in Redis that end by themselves. Nothing hangs on them: a flush only forgets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from redis import Redis

from storage.redis_server import redis_client

PREFIX = "brolly:tally"
SECONDS = 0.25  # somebody waits for the page meanwhile


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was counted, and how long until that is forgotten."""

    count: int
    left: timedelta


class Tallies:
    """Counts by name; raises RedisError where Redis is away."""

    def __init__(self, redis: Redis) -> None:
        """Take a client; it connects when first used."""
        self._redis = redis

    @classmethod
    def at(cls, url: str) -> Self:
        """Return the tallies of a server."""
        return cls(redis_client(url, timeout=SECONDS))

    def add(self, names: Sequence[str], *, life: timedelta) -> list[Tally]:
        """Count each once; a count begins with its first and is gone when its life is over."""
        pipeline: Any = self._redis.pipeline(transaction=False)
        for name in names:
            key, seconds = f"{PREFIX}:{name}", int(life.total_seconds())
            pipeline.incr(key).expire(key, seconds, nx=True).ttl(key)
        answers = pipeline.execute()
        return [
            Tally(count, timedelta(seconds=max(left, 0)))
            for count, left in zip(answers[::3], answers[2::3], strict=True)
        ]
