"""Say how many planted faults the tests found, by area, and name those that they did not find.

Reads what `make mutants` left behind; fails if an area is under the goal.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

MUTANTS = Path("mutants")
GOAL = 0.85
AREAS = {  # the first that fits; which files there are is for [tool.mutmut] to say
    "retention": ("*retention*", "*retir*", "*retaining*"),
    "delivery": ("messages/*",),
    "matching": ("checker/identifiers/*",),
    "authorisation": ("members/*", "web/*"),
    "crypto": ("storage/*", "checker/*"),
}
FOUND, MISSED, UNSEEN = "found", "missed", "no test runs it"
ENDS = {0: MISSED, 5: UNSEEN, 33: UNSEEN}  # exit codes of a run; all others: a test failed


def main() -> int:
    """Print the table, and the faults that nobody found."""
    tried: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path, fault, end in _runs():
        tried[_area(path)][ENDS.get(end, FOUND)].append(fault)
    print("| area | planted | found | share |", "|---|---|---|---|", sep="\n")
    under = False
    for area, ends in sorted(tried.items()):
        planted = sum(map(len, ends.values()))
        share = len(ends[FOUND]) / planted
        under = under or share < GOAL
        print(f"| {area} | {planted:,} | {len(ends[FOUND]):,} | {share:.0%} |")
    for area, ends in sorted(tried.items()):
        for outcome in (MISSED, UNSEEN):
            for fault in ends[outcome]:
                print(f"{area}: {outcome}: {fault}", file=sys.stderr)
    return int(under)


def _area(path: str) -> str:
    return next(
        area
        for area, patterns in AREAS.items()
        if any(fnmatch(path, pattern) for pattern in patterns)
    )


def _runs() -> Iterator[tuple[str, str, int]]:
    """Yield file, name of the fault and exit code of the tests, for each that was tried."""
    for meta in sorted(MUTANTS.rglob("*.meta")):
        path = str(meta.relative_to(MUTANTS)).removesuffix(".meta")
        for fault, end in json.loads(meta.read_text())["exit_code_by_key"].items():
            if end is not None:
                yield path, fault, end


if __name__ == "__main__":
    sys.exit(main())
