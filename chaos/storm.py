"""`make storm`: a provider in a bad half-hour while alerts go out, and people who use the web."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from random import Random
from typing import NoReturn

from rich.console import Console

from benchmarks.instance import NEVER_SPENT
from benchmarks.tables import show
from chaos import traffic
from chaos.__main__ import MEMBERS, SEED, database_asked_for
from chaos.campaign import USUAL, Campaign, Outcome
from chaos.instance import Instance, an_instance
from chaos.publishing import Publisher
from chaos.visiting import CHECK, PAGE, Visitor, Visits

SECONDS = "1800"
BASELINE_SHARE, LONGEST_BASELINE = 0.1, 120.0
# A half turned away, a fifth taken but answered with an error, a tenth slower than our patience.
BAD = {"mode": "429:0.5,500:0.2,slow:0.1", "slow_seconds": 12, "mail_mode": "451:0.5"}
TIMES_BASELINE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How the web answered at rest, while alerts went out on a good day, and in the storm."""

    rest: Visits
    calm: Visits
    storm: Visits

    def times(self, what: str) -> float:
        """Return how many times its baseline the web's slowest hundredth took in the storm."""
        return self.storm.p99(what) / self.calm.p99(what)

    @property
    def answered(self) -> set[int]:
        """Return the statuses of all answers."""
        return self.rest.statuses | self.calm.statuses | self.storm.statuses

    @property
    def passed(self) -> bool:
        """Whether the web went on as before."""
        as_before = (self.times(what) < TIMES_BASELINE for what in (PAGE, CHECK))
        return self.answered == {200} and all(as_before)


def run(*, seconds: float, seed: int, database: str, members: int) -> tuple[Weather, Outcome]:
    """Measure at rest, on a good day and in the storm; then let everything settle, and count."""
    more = {"BROLLY_CHECK_BURST": str(NEVER_SPENT), "BROLLY_CHECK_DAILY": str(NEVER_SPENT)}
    with an_instance(database=database, members=members, seed=seed, **more) as instance:
        publisher = Publisher(instance, Random(seed))  # noqa: S311 - chooses what to publish
        try:
            campaign = Campaign(instance, publisher)
            weather = _measure(instance, publisher, seconds)
            return weather, campaign.run((), after=lambda _: None)
        finally:
            publisher.stop()


def _measure(instance: Instance, publisher: Publisher, seconds: float) -> Weather:
    visitor = Visitor.sign_in(instance.settings.port)
    baseline = min(seconds * BASELINE_SHARE, LONGEST_BASELINE)
    with visitor.visiting(baseline) as visiting:
        rest = visiting.visits()
    return Weather(
        rest=rest,
        calm=_while_sending(instance, publisher, visitor, USUAL, baseline),
        storm=_while_sending(instance, publisher, visitor, BAD, seconds),
    )


def _while_sending(
    instance: Instance,
    publisher: Publisher,
    visitor: Visitor,
    behaviour: Mapping[str, object],
    seconds: float,
) -> Visits:
    instance.gateway.set_mode(**behaviour)
    with visitor.visiting(seconds) as visiting:
        waiting = 0
        while not visiting.over:
            waiting = traffic.due(instance.engine, waiting)
            publisher.tend(due=waiting)
            time.sleep(0.25)
        return visiting.visits()


def say(console: Console, weather: Weather, outcome: Outcome) -> None:
    """Print what the web and the messages came to."""
    show(
        console,
        [
            {
                "visit": what,
                "p99 at rest, ms": weather.rest.p99(what) * 1000,
                "p99 while sending, ms": weather.calm.p99(what) * 1000,
                "p99 in the storm, ms": weather.storm.p99(what) * 1000,
                "times at rest": weather.storm.p99(what) / weather.rest.p99(what),
                "times while sending": weather.times(what),
                "visits in the storm": len(weather.storm.latencies[what]),
            }
            for what in (PAGE, CHECK)
        ],
    )
    console.print()
    show(console, [asdict(tally) for tally in outcome.tallies])
    passed = weather.passed and outcome.passed
    console.print(
        f"\n{outcome.alerts} alerts, {outcome.corrections} corrections;"
        f" {outcome.drain_seconds:.0f} s to drain: {'passed' if passed else 'FAILED'}"
        f" {outcome.kept_at}"
    )


def main() -> NoReturn:
    """Run for STORM_SECONDS; exit with 1 unless everybody was warned once and the web went on."""
    console = Console()
    weather, outcome = run(
        seconds=float(os.environ.get("STORM_SECONDS") or SECONDS),
        seed=int(os.environ.get("CHAOS_SEED") or SEED),
        database=database_asked_for(),
        members=int(os.environ.get("CHAOS_MEMBERS") or MEMBERS),
    )
    say(console, weather, outcome)
    sys.exit(0 if weather.passed and outcome.passed else 1)


if __name__ == "__main__":
    main()
