"""Many keys at a time, from one Redis or from a Redis Cluster, joined when first used."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Self

from redis import Redis
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.exceptions import ConnectionError, RedisClusterException  # noqa: A004 - its name
from redis.retry import Retry

from storage.redis_server import SECONDS, redis_client

CLUSTER = "+cluster"  # as in redis+cluster://10.0.0.1:6379, one of its nodes


class RedisStore:
    """Reads and writes many keys in one round trip to each server; raises RedisError."""

    def __init__(self, join: Callable[[], Redis | RedisCluster]) -> None:
        """Join nothing yet: a server that is away must not keep a program from starting."""
        self._join = join
        self._joined: Redis | RedisCluster | None = None
        self._lock = Lock()

    @classmethod
    def at(cls, url: str, *, timeout: float = SECONDS) -> Self:
        """Return the store at an address; the time-out is in seconds."""
        if CLUSTER not in url:
            return cls(lambda: redis_client(url, timeout=timeout))
        return cls(
            lambda: RedisCluster.from_url(
                url.replace(CLUSTER, "", 1),
                socket_connect_timeout=timeout,
                socket_timeout=timeout,
                retry=Retry(NoBackoff(), 1),
            )
        )

    def get(self, keys: Sequence[str]) -> list[Any]:
        """Return the value of each key, or None."""
        with _one_kind_of_error():
            client = self._client()
            if isinstance(client, RedisCluster):
                return list(client.mget_nonatomic(keys))
            found: list[Any] = client.mget(keys)
            return found

    def send(self, commands: Iterable[tuple[Any, ...]]) -> list[Any]:
        """Run commands together, not as a transaction; return what each answered."""
        with _one_kind_of_error():
            pipeline: Any = self._client().pipeline(transaction=False)
            for command in commands:
                pipeline.execute_command(*command)
            answers: list[Any] = pipeline.execute()
            return answers

    def names(self, pattern: str) -> list[str]:
        """Return the names of keys that fit a pattern."""
        with _one_kind_of_error():
            found = self._client().scan_iter(pattern, count=1000)
            return [name.decode() for name in found]

    def _client(self) -> Redis | RedisCluster:
        with self._lock:
            if self._joined is None:
                self._joined = self._join()
            return self._joined


@contextmanager
def _one_kind_of_error() -> Iterator[None]:
    """Let what goes wrong with a cluster be a RedisError too."""
    try:
        yield
    except RedisClusterException as error:
        raise ConnectionError(type(error).__name__) from None
