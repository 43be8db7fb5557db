"""Say how many planted faults the tests found, by area, and name those that they did not find.

Reads what `make mutants` left behind; fails if an area is under the goal. A guard that views
declare, a part of a statement, or a rule that a test file holds, is there from the import on,
before its fault was planted: those are tried once more here, each in a process of its own.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

MUTANTS = Path("mutants")
AGAIN = MUTANTS / "again.json"
GOAL = 0.85
AREAS = {  # the first that fits; which files there are is for [tool.mutmut] to say
    "retention": ("*retention*", "*retir*", "*retaining*"),
    "delivery": ("messages/*",),
    "matching": ("checker/identifiers/*",),
    "authorisation": ("members/*", "web/*"),
    "crypto": ("storage/*", "checker/*"),
}
AT_IMPORT = {  # files, and what looks at them
    "members/guard.py": ("tests/web/test_authorisation.py",),
    "messages/actions/claiming.py": (
        "tests/messages/test_claiming.py",
        "tests/messages/test_claim_before_send.py",
        "tests/messages/test_causes.py",
        "tests/messages/test_sending.py",
        "tests/messages/mail/test_unsubscribing.py",
    ),
    "messages/actions/recording.py": (
        "tests/messages/test_recording.py",
        "tests/messages/test_machine.py",
    ),
    "members/actions/retiring.py": ("tests/members/test_retiring.py",),
    "messages/actions/retiring.py": ("tests/messages/test_retiring.py",),
    "reports/actions/retiring.py": ("tests/reports/test_retiring.py",),
}
FOUND, MISSED, UNSEEN = "found", "missed", "no test runs it"
ENDS = {  # exit codes of a run
    0: MISSED,
    1: FOUND,
    5: UNSEEN,
    33: UNSEEN,
    **dict.fromkeys((24, 36, 152, -24, -9), FOUND),  # it never ended
}
NOT_EVEN_BEGUN = (2, 4)  # the tests could not be read with the fault


def main() -> int:
    """Print the table, and the faults that nobody found."""
    tried: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path, fault, outcome in _looked_at_again(list(_runs())):
        tried[_area(path)][outcome].append(fault)
    print("| area | planted | found | share |", "|---|---|---|---|", sep="\n")
    under = False
    for area, ends in sorted(tried.items()):
        planted = sum(map(len, ends.values()))
        share = len(ends[FOUND]) / planted
        under = under or share < GOAL
        print(f"| {area} | {planted:,} | {len(ends[FOUND]):,} | {share:.0%} |")
    for area, ends in sorted(tried.items()):
        for outcome in sorted(ends.keys() - {FOUND}):
            for fault in ends[outcome]:
                print(f"{area}: {outcome}: {fault}", file=sys.stderr)
    return int(under)


def _area(path: str) -> str:
    return next(
        area
        for area, patterns in AREAS.items()
        if any(fnmatch(path, pattern) for pattern in patterns)
    )


def _runs() -> Iterator[tuple[str, str, str]]:
    """Yield file, name of the fault and what came of it, for each that was tried."""
    for meta in sorted(MUTANTS.rglob("*.meta")):
        path = str(meta.relative_to(MUTANTS)).removesuffix(".meta")
        for fault, end in json.loads(meta.read_text())["exit_code_by_key"].items():
            if end is not None:
                yield path, fault, ENDS.get(end, f"trouble {end}")


def _looked_at_again(runs: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield all runs, those of AT_IMPORT that found nothing with what a second look says."""
    known: dict[str, str] = json.loads(AGAIN.read_text()) if AGAIN.exists() else {}
    todo = [run for run in runs if run[0] in AT_IMPORT and run[2] != FOUND and run[1] not in known]
    for number, (path, fault, _outcome) in enumerate(todo, 1):
        known[fault] = _second_look(fault, AT_IMPORT[path])
        AGAIN.write_text(json.dumps(known))
        print(f"\rlooked again at {number} of {len(todo)}", end="", file=sys.stderr, flush=True)
    for path, fault, outcome in runs:
        yield path, fault, known.get(fault, outcome)


def _second_look(fault: str, tests: Sequence[str]) -> str:
    """Return what the tests say of a fault that is there from the first import on."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", *tests]
    here = os.environ | {"MUTANT_UNDER_TEST": fault, "BROLLY_TEST_DATABASES": "sqlite"}
    ended = subprocess.run(  # noqa: S603 - our own tests
        command, cwd=MUTANTS, env=here, capture_output=True, check=False
    )
    if ended.returncode in NOT_EVEN_BEGUN:
        return FOUND
    return ENDS.get(ended.returncode, f"trouble {ended.returncode}")


if __name__ == "__main__":
    sys.exit(main())
