"""Connections to Redis or Valkey, with short time-outs so that nobody waits on a dead server."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError as RedisError  # noqa: PLC0414 - for rooms without redis
from redis.retry import Retry

SECONDS = 1.0


def redis_client(url: str, *, timeout: float = SECONDS) -> "Redis":
    """Return a client for `redis://`, `rediss://` or `unix://`; it connects when first used.

    One retry, at once: it passes over a connection that died unnoticed. The library's own retries
    would wait for many seconds.
    """
    return Redis.from_url(
        url,
        socket_connect_timeout=timeout,
        socket_timeout=timeout,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 1),
    )
