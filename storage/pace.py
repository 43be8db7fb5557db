"""A pace shared by all workers: a token bucket in Redis, or one of our own while Redis is away.

The bucket fills at `rate` tokens a second up to half a second's worth. A taker may overdraw it by
its last cost, so that something larger than the bucket passes too; whoever comes next waits until
that is paid off. A `reserve` above zero leaves tokens for those who are in a greater hurry.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

BURST_SECONDS = 0.5
AWAY_SECONDS = 5.0  # how long Redis is left alone after it failed
DEEPEST_DEBT = 100.0  # tokens; whatever is written into Redis, the wait stays bounded
PREFIX = "brolly:pace:"

# KEYS: the bucket. ARGV: rate, capacity, reserve, deepest debt, then the costs in order.
# Returns how many of the costs were granted, and the seconds until the next would be.
_TAKE = """
local rate, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local reserve, debt = tonumber(ARGV[3]), tonumber(ARGV[4])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(kept[1]) or capacity, math.min(tonumber(kept[2]) or now, now)
tokens = math.min(capacity, math.max(tokens, -debt) + (now - at) * rate)
local granted = 0
for i = 5, #ARGV do
  if not (tokens > reserve) then break end
  tokens = tokens - tonumber(ARGV[i])
  granted = granted + 1
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens),
           'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], 3600)
local wait = 0
if not (tokens > reserve) then wait = (reserve - tokens) / rate + 0.001 end
return {granted, string.format('%.6f', wait)}
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """How many of the costs asked for are granted, and the seconds until the next one may be."""

    count: int
    wait: float


@dataclass(slots=True)
class Bucket:
    """The same bucket in this process alone."""

    rate: float
    tokens: float | None = None
    at: float = 0.0

    @property
    def capacity(self) -> float:
        """The most that is saved up; at least one token."""
        return max(1.0, self.rate * BURST_SECONDS)

    def take(self, costs: Sequence[int], *, reserve: float, now: float) -> Grant:
        """Take what there is, at `now` seconds of a clock that only goes forward."""
        kept = self.capacity if self.tokens is None else self.tokens
        tokens = min(self.capacity, kept + max(0.0, now - self.at) * self.rate)
        granted = 0
        for cost in costs:
            if tokens <= reserve:
                break
            tokens -= cost
            granted += 1
        self.tokens, self.at = tokens, now
        return Grant(granted, 0.0 if tokens > reserve else (reserve - tokens) / self.rate + 0.001)


@dataclass(slots=True)
class Pace:
    """The pace of one sender; `reserve`, a share of the bucket from 0 to 1, is left to others."""

    client: Redis
    sender: str = field(repr=False)
    rate: float
    reserve: float = 0.0
    _own: Bucket = field(init=False)
    _away_until: float = field(init=False, default=0.0)
    _script: Any = field(init=False)
    _key: str = field(init=False)

    def __post_init__(self) -> None:
        """Name the bucket by a hash: the sender may be a phone number."""
        self._own = Bucket(self.rate)
        self._script = self.client.register_script(_TAKE)
        self._key = PREFIX + sha256(self.sender.encode()).hexdigest()[:16]

    def take(self, costs: Sequence[int]) -> Grant:
        """Take tokens for as many of the costs, in order, as there are tokens for."""
        capacity, now = self._own.capacity, time.monotonic()
        reserve = self.reserve * capacity
        if now >= self._away_until:
            try:
                granted, wait = self._script(
                    keys=[self._key], args=[self.rate, capacity, reserve, DEEPEST_DEBT, *costs]
                )
                return Grant(int(granted), float(wait))
            except RedisError:
                self._away_until = now + AWAY_SECONDS
        return self._own.take(costs, reserve=reserve, now=now)
