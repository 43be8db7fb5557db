"""`make bench`: runs the benchmarks named on the command line, or all of them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from benchmarks import (
    backing_up,
    casework,
    checking,
    directory,
    expanding,
    fanout,
    guards,
    mailing,
    normalising,
    opening,
    private,
    retaining,
    rotating,
    signing_in,
    starting,
    timing,
    urgency,
)
from benchmarks.tables import Row, show

ALL: dict[str, Callable[[], list[Row]]] = {
    "normalising": normalising.measure,
    "checking": checking.measure,
    "guards": guards.measure,
    "private": private.measure,
    "timing": timing.measure,
    "signing-in": signing_in.measure,
    "rotating": rotating.measure,
    "fanout": fanout.measure,
    "mailing": mailing.measure,
    "urgency": urgency.measure,
    "expanding": expanding.measure,
    "retaining": retaining.measure,
    "opening": opening.measure,
    "casework": casework.measure,
    "directory": directory.measure,
    "backing-up": backing_up.measure,
    "starting": starting.measure,
}


def main(names: list[str]) -> None:
    """Measure and print; with `--json FILE` as the last words also write the rows."""
    file = Path(names.pop()) if names[-2:-1] == ["--json"] else None
    names = [name for name in names if name != "--json"] or list(ALL)
    console = Console()
    results = {}
    for name in names:
        console.print(f"[bold]{name}[/bold]")
        results[name] = ALL[name]()
        show(console, results[name])
    if file:
        file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
