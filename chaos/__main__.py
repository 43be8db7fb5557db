"""`make chaos`: CHAOS_KILLS, CHAOS_SEED, CHAOS_DATABASE, CHAOS_MEMBERS say how much and where."""

import os
import signal
import sys
from dataclasses import asdict
from random import Random
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.tables import show
from chaos.campaign import Campaign, Outcome
from chaos.instance import an_instance
from chaos.publishing import Publisher
from chaos.schedule import POSTGRESQL, SQLITE, Step, plan

KILLS, SEED, MEMBERS = "30", "1", "1000"


class NotADatabase(SystemExit):
    """CHAOS_DATABASE is neither of the two."""


def run(*, kills: int, seed: int, database: str, members: int, console: Console) -> Outcome:
    """Run a campaign, with a bar that shows how far it is."""
    steps = plan(kills=kills, seed=seed, database=database)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        an_instance(database=database, members=members, seed=seed) as instance,
        Progress(*columns, TimeElapsedColumn(), console=console) as progress,
    ):
        if not instance.disk.small:
            console.print("No small disk can be mounted here: the disk is never full.")
        task = progress.add_task("kills", total=kills)

        def after(step: Step) -> None:
            progress.update(task, advance=step.is_kill, description=step.name)

        publisher = Publisher(instance, Random(seed))  # noqa: S311 - chooses what to publish
        try:
            return Campaign(instance, publisher).run(steps, after=after)
        finally:
            publisher.stop()


def say(console: Console, outcome: Outcome) -> None:
    """Print what was done and what came of it."""
    show(console, [{"blow": name, "times": times} for name, times in sorted(outcome.blows.items())])
    console.print()
    show(console, [asdict(tally) for tally in outcome.tallies])
    console.print(
        f"\n{outcome.kills} kills, of them {outcome.mid_send} while something was being sent,"
        f" {outcome.mid_fan_out} mid fan-out; {outcome.alerts} alerts,"
        f" {outcome.corrections} corrections, {outcome.seconds:.0f} s;"
        f" {outcome.drain_seconds:.0f} s to drain; {outcome.vanished} recipients of alerts that"
        f" vanished: {'passed' if outcome.passed else 'FAILED'} {outcome.kept_at}"
    )


def database_asked_for() -> str:
    """Return which database CHAOS_DATABASE names; raises NotADatabase."""
    database = os.environ.get("CHAOS_DATABASE") or SQLITE
    if database not in {SQLITE, POSTGRESQL}:
        message = f"CHAOS_DATABASE must be {SQLITE} or {POSTGRESQL}"
        raise NotADatabase(message)
    return database


def main() -> NoReturn:
    """Run what the environment asks for; exit with 1 unless everybody was warned once."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the instance is stopped too
    console = Console()
    outcome = run(
        kills=int(os.environ.get("CHAOS_KILLS") or KILLS),
        seed=int(os.environ.get("CHAOS_SEED") or SEED),
        database=database_asked_for(),
        members=int(os.environ.get("CHAOS_MEMBERS") or MEMBERS),
        console=console,
    )
    say(console, outcome)
    sys.exit(0 if outcome.passed else 1)


if __name__ == "__main__":
    main()
