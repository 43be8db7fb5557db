"""The rate a sender is held to: a token bucket in segments."""

import time
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Pace:
    """A bucket for each sender that holds one second's worth of segments (one, at least)."""

    def __init__(self) -> None:
        """Start with full buckets."""
        self._buckets: dict[str, _Bucket] = {}

    def wait_for(self, sender: str, *, segments: int, rate: float) -> float:
        """Take the segments and return 0, or take nothing and return the seconds to wait.

        A long message may overdraw a bucket that is not empty, so none is refused for ever.
        """
        size, at = max(rate, 1), time.monotonic()
        bucket = self._buckets.setdefault(sender, _Bucket(size, at))
        bucket.tokens = min(size, bucket.tokens + (at - bucket.filled_at) * rate)
        bucket.filled_at = at
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / rate
        bucket.tokens -= segments
        return 0
