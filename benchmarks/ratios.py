"""A page against a bare route: asked in turn, one at a time, at a fixed rate."""

import statistics
from collections.abc import Sequence
from itertools import chain

from benchmarks.load import pace
from benchmarks.tables import Row

PER_SECOND, SECONDS, ROUNDS = 15.0, 1.0, 2
WARM_UP = 12  # connections: each process that serves writes its statements and templates once

Request = tuple[int, bytes]  # to a port


def in_turn(bare: Request, pages: Sequence[Request], *, rounds: int = ROUNDS) -> Row:
    """Return the latencies of pages and of the bare route, and the ratio of their p95."""
    for number in range(max(WARM_UP, len(pages))):
        _paced(pages[number % len(pages)])
    found = [(_paced(bare), _paced(page)) for _ in range(rounds) for page in pages]
    bare_p95, p95 = (_p95([times[which] for times in found]) for which in (0, 1))
    return {
        "p95, ms": p95 * 1000,
        "median, ms": _median([times for _, times in found]),
        "bare route's": _median([times for times, _ in found]),
        "bare route's p95, ms": bare_p95 * 1000,
        "ratio": p95 / bare_p95,
    }


def _paced(request: Request) -> list[float]:
    port, octets = request
    load = pace(port, octets, per_second=PER_SECOND, seconds=SECONDS)
    if load.statuses != {200}:
        message = f"answered {sorted(load.statuses)}"
        raise RuntimeError(message)
    return load.latencies


def _median(several: Sequence[list[float]]) -> float:
    return statistics.median(chain(*several)) * 1000


def _p95(several: Sequence[list[float]]) -> float:
    ordered = sorted(chain(*several))
    return ordered[int(len(ordered) * 0.95)]
