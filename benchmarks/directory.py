"""Searching the directory: a search by the page's script against a bare route in the same run.

At 500, 5,000 and 50,000 listings, on both databases. The searches are of all kinds and take turns;
each is asked as an open page asks, one at a time at a fixed rate, the bare route with it in turn.
`BENCH_LISTINGS` changes the most listings.
"""

import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from benchmarks.instance import a_server, an_instance, form_post, form_request
from benchmarks.listings import fill, words
from benchmarks.load import pace
from benchmarks.plotting import plot
from benchmarks.postgresql import a_postgresql
from benchmarks.tables import Row
from config.areas import load_areas
from config.settings import Settings
from storage.engine import connect

MOST = int(os.environ.get("BENCH_LISTINGS", "50000"))
SIZES = [size for size in (500, 5_000, 50_000) if size <= MOST]
PLOT = Path(__file__).parent.parent / "docs" / "directory.svg"
IN_PLACE = b"\r\nX-Swap: #found\r\n"
PER_SECOND, SECONDS, ROUNDS = 15.0, 1.0, 2
GOAL, STATEMENTS = 3, 1  # of a search in place; a whole page takes one more


def measure() -> list[Row]:
    """Return a row for each size and database, and draw the plot."""
    rows = [row for name in ("SQLite", "PostgreSQL") for row in _on(name)]
    points = [(float(row["listings"] or 0), float(row["p95, ms"] or 0)) for row in rows]
    PLOT.write_text(
        plot(points[: len(SIZES)], across="listings, SQLite", up="95th percentile of a search, ms"),
        encoding="utf-8",
    )
    return rows


def _on(name: str) -> Iterator[Row]:
    with _address(name) as chosen, an_instance(members=1, listed=1, **chosen) as settings:
        filled = 0
        for size in SIZES:
            _fill(settings, filled, size)
            filled = size
            yield {"database": name, "listings": size, **_ask(settings)}


@contextmanager
def _address(name: str) -> Iterator[dict[str, str]]:
    with a_postgresql() if name == "PostgreSQL" else nullcontext("") as url:
        yield {"database_url": url} if url else {}


def _fill(settings: Settings, first: int, last: int) -> None:
    engine = connect(settings.database)
    fill(engine, load_areas(settings), first=first, last=last, now=datetime.now(UTC))
    engine.dispose()


def _ask(settings: Settings) -> Row:
    with a_server(settings, "bare") as bare_port, a_server(settings, "brolly") as port:
        searches = [_by_script(form_request(port, "/directory", each)) for each in searched()]
        bare = form_post("/check", {"entry": "a word"})
        for request in searches:
            _paced(port, request)
        found = [
            (_paced(bare_port, bare), _paced(port, request))
            for _ in range(ROUNDS)
            for request in searches
        ]
    bare_p95, p95 = (_p95([times[which] for times in found]) for which in (0, 1))
    return {
        "p95, ms": p95 * 1000,
        "median, ms": _median([times for _, times in found]),
        "bare route's": _median([times for times, _ in found]),
        "bare route's p95, ms": bare_p95 * 1000,
        "ratio": p95 / bare_p95,
        "goal": GOAL,
        "statements": STATEMENTS,
    }


def searched() -> list[dict[str, str]]:
    """Return searches as people make them: mostly a kind near them, some words, some of it all."""
    known = words()
    common, rarer, rarest = known[5], known[500], known[-1]
    return [
        {},
        {"kind": "legal", "area": "GB-MET"},
        {"kind": "sexual_health", "area": "GB-GMP"},
        {"kind": "therapist", "area": "GB-SCT", "language": "pl"},
        {"kind": "housing", "area": "GB-WMD", "open": "yes"},
        {"kind": "therapist", "area": "GB-MET", "language": "th", "group": "trans"},
        {"kind": "migration", "language": "ro"},
        {"area": "GB-NIR", "group": "women", "open": "yes"},
        {"words": common},
        {"words": rarer[:4]},
        {"words": rarest},
        {"words": rarer, "area": "GB-MET"},
        {"words": f"{common} {rarer}"},
        {"area": "country:US"},
    ]


def _by_script(post: bytes) -> bytes:
    return post.replace(b"\r\n", IN_PLACE, 1)


def _paced(port: int, request: bytes) -> list[float]:
    load = pace(port, request, per_second=PER_SECOND, seconds=SECONDS)
    if load.statuses != {200}:
        message = f"answered {sorted(load.statuses)}"
        raise RuntimeError(message)
    return load.latencies


def _median(several: Sequence[list[float]]) -> float:
    return statistics.median(chain(*several)) * 1000


def _p95(several: Sequence[list[float]]) -> float:
    ordered = sorted(chain(*several))
    return ordered[int(len(ordered) * 0.95)]
