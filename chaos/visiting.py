"""Visiting: a member reads a page and checks a number, again and again, at a steady pace."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

from benchmarks.instance import signed_in_request
from benchmarks.load import Load, pace

PER_SECOND = 10.0  # each of the two
PAGE, CHECK = "GET /check", "POST /check"
ENTRY = "07700 800123"
AT_A_TIME = 2.0  # seconds of a round; then it looks whether to go on


@dataclass(frozen=True, slots=True)
class Visits:
    """What the visits of some time came to: seconds that each answer took, by the kind of visit."""

    latencies: dict[str, list[float]]
    statuses: set[int]

    def p99(self, what: str) -> float:
        """Return the seconds that 99 of 100 answers stayed under."""
        ordered = sorted(self.latencies[what])
        return ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Two signed-in members, as octets of what their browsers send."""

    port: int
    requests: dict[str, bytes]

    @classmethod
    def sign_in(cls, port: int) -> "Visitor":
        """Sign in, and keep the request of a check and that of its page."""
        post = signed_in_request(port, "/check", {"entry": ENTRY})
        cookies = next(each for each in post.split(b"\r\n") if each.startswith(b"Cookie:"))
        get = b"\r\n".join((b"GET /check HTTP/1.1", b"Host: 127.0.0.1", cookies, b"", b""))
        return cls(port, {PAGE: get, CHECK: post})

    @contextmanager
    def visiting(self, seconds: float) -> Iterator["Visiting"]:
        """Visit for so long beside what is done in this block.

        In processes of their own: what this one does meanwhile must not delay them.
        """
        with ProcessPoolExecutor(len(self.requests), get_context("spawn")) as pool:
            yield Visiting(
                {
                    name: pool.submit(_again_and_again, self.port, octets, seconds)
                    for name, octets in self.requests.items()
                }
            )


@dataclass(frozen=True, slots=True)
class Visiting:
    """Visits that go on."""

    each: Mapping[str, Future[list[Load]]]

    @property
    def over(self) -> bool:
        """Whether they ended."""
        return all(future.done() for future in self.each.values())

    def visits(self) -> Visits:
        """Return what they came to, once they end."""
        return _visits({name: future.result() for name, future in self.each.items()})


def _visits(loads: Mapping[str, list[Load]]) -> Visits:
    return Visits(
        {name: [s for load in found for s in load.latencies] for name, found in loads.items()},
        {status for found in loads.values() for load in found for status in load.statuses},
    )


def _again_and_again(port: int, octets: bytes, seconds: float) -> list[Load]:
    loads: list[Load] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        loads.append(pace(port, octets, per_second=PER_SECOND, seconds=AT_A_TIME))
    return loads
