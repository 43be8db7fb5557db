"""Rounds: a long campaign is cut into shorter ones, each on a fresh instance, with its own seed.

An instance's disk is small, and the judges compare everything with everything.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.tables import Row
from chaos.campaign import Outcome
from chaos.judging import Tally
from chaos.schedule import POSTGRESQL, SQLITE

LONGEST = 125  # kills
BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One campaign of a longer one."""

    kills: int
    seed: int
    database: str


def rounds(*, kills: int, seed: int, database: str) -> list[Round]:
    """Cut that many kills into rounds with one seed after another; BOTH takes turns."""
    databases = (SQLITE, POSTGRESQL) if database == BOTH else (database,)
    return [
        Round(
            kills=min(LONGEST, kills - number * LONGEST),
            seed=seed + number,
            database=databases[number % len(databases)],
        )
        for number in range(-(-kills // LONGEST))
    ]


def as_rows(done: Sequence[tuple[Round, Outcome]]) -> list[Row]:
    """Return what each round came to."""
    return [
        {
            "database": each.database,
            "seed": str(each.seed),
            "kills": outcome.kills,
            "while sending": outcome.mid_send,
            "mid fan-out": outcome.mid_fan_out,
            "alerts": outcome.alerts,
            "corrections": outcome.corrections,
            "seconds to drain": round(outcome.drain_seconds),
            "result": verdict(outcome),
        }
        for each, outcome in done
    ]


def blows_in_all(done: Sequence[tuple[Round, Outcome]]) -> list[Row]:
    """Return how often each blow fell, by database."""
    fell = Counter(
        (name, each.database) for each, outcome in done for name in outcome.blows.elements()
    )
    databases = dict.fromkeys(each.database for each, _ in done)
    return [
        {"blow": name} | {database: fell[name, database] for database in databases}
        for name in sorted({name for name, _ in fell})
    ]


def tallies_in_all(done: Sequence[tuple[Round, Outcome]]) -> list[Row]:
    """Return the tallies of all rounds together, by database, kind and channel."""
    sums: dict[tuple[str, str, str], Counter[str]] = {}
    for each, outcome in done:
        for tally in outcome.tallies:
            counts = sums.setdefault((each.database, tally.what, tally.channel), Counter())
            counts.update(_counts(tally))
    return [
        {"database": database, "what": what, "channel": channel, **counts}
        for (database, what, channel), counts in sorted(sums.items())
    ]


def verdict(outcome: Outcome) -> str:
    """Return one word, and where the evidence is if there is any."""
    return "passed" if outcome.passed else f"FAILED {outcome.kept_at}".strip()


def _counts(tally: Tally) -> dict[str, int]:
    return {name: value for name, value in asdict(tally).items() if name not in {"what", "channel"}}
