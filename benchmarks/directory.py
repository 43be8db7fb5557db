"""Searching the directory: a search by the page's script against a bare route in the same run.

At 500, 5,000 and 50,000 listings, on both databases. The searches are of all kinds and take turns;
each is asked as an open page asks, one at a time at a fixed rate, the bare route with it in turn.
`BENCH_LISTINGS` changes the most listings.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.instance import a_server, an_instance, form_post, form_request
from benchmarks.listings import fill, words
from benchmarks.plotting import plot
from benchmarks.postgresql import a_database
from benchmarks.ratios import in_turn
from benchmarks.tables import Row
from config.areas import load_areas
from config.settings import Settings
from storage.engine import connect

MOST = int(os.environ.get("BENCH_LISTINGS", "50000"))
SIZES = [size for size in (500, 5_000, 50_000) if size <= MOST]
PLOT = Path(__file__).parent.parent / "docs" / "directory.svg"
IN_PLACE = b"\r\nX-Swap: #found\r\n"
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
    with a_database(name) as chosen, an_instance(members=1, listed=1, **chosen) as settings:
        filled = 0
        for size in SIZES:
            _fill(settings, filled, size)
            filled = size
            yield {"database": name, "listings": size, **_ask(settings)}


def _fill(settings: Settings, first: int, last: int) -> None:
    engine = connect(settings.database)
    fill(engine, load_areas(settings), first=first, last=last, now=datetime.now(UTC))
    engine.dispose()


def _ask(settings: Settings) -> Row:
    bare = form_post("/check", {"entry": "a word"})
    with a_server(settings, "bare") as bare_port, a_server(settings, "brolly") as port:
        searches = [_by_script(form_request(port, "/directory", each)) for each in searched()]
        measured = in_turn((bare_port, bare), [(port, each) for each in searches])
    return {**measured, "goal": GOAL, "statements": STATEMENTS}


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
