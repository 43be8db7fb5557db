"""`make chaos`: CHAOS_KILLS, CHAOS_SEED, CHAOS_DATABASE, CHAOS_MEMBERS say how much and where."""

import os
import signal
import sys
from collections.abc import Sequence
from random import Random
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.tables import show
from chaos.campaign import Campaign, Outcome
from chaos.instance import an_instance
from chaos.publishing import Publisher
from chaos.rounds import (
    BOTH,
    Round,
    as_rows,
    blows_in_all,
    rounds,
    tallies_in_all,
    verdict,
)
from chaos.schedule import POSTGRESQL, SQLITE, Step, plan

KILLS, SEED, MEMBERS = "30", "1", "1000"


class NotADatabase(SystemExit):
    """CHAOS_DATABASE is none that there is."""


def run(each: Round, *, members: int, console: Console) -> Outcome:
    """Run one round, with a bar that shows how far it is."""
    steps = plan(kills=each.kills, seed=each.seed, database=each.database)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        an_instance(database=each.database, members=members, seed=each.seed) as instance,
        Progress(*columns, TimeElapsedColumn(), console=console) as progress,
    ):
        if not instance.disk.small:
            console.print("No small disk can be mounted here: the disk is never full.")
        task = progress.add_task("kills", total=each.kills)

        def after(step: Step) -> None:
            progress.update(task, advance=step.is_kill, description=step.name)

        publisher = Publisher(instance, Random(each.seed))  # noqa: S311 - chooses what to publish
        try:
            return Campaign(instance, publisher).run(steps, after=after)
        finally:
            publisher.stop()


def say(console: Console, done: Sequence[tuple[Round, Outcome]]) -> None:
    """Print what was done and what came of it."""
    for rows in (blows_in_all(done), tallies_in_all(done), as_rows(done)):
        show(console, rows)
        console.print()
    outcomes = [outcome for _, outcome in done]
    console.print(
        f"{sum(each.kills for each in outcomes)} kills,"
        f" of them {sum(each.mid_send for each in outcomes)} while something was being sent,"
        f" {sum(each.mid_fan_out for each in outcomes)} mid fan-out;"
        f" {sum(each.seconds for each in outcomes):.0f} s;"
        f" {sum(each.vanished for each in outcomes)} recipients of alerts that vanished:"
        f" {'passed' if all(each.passed for each in outcomes) else 'FAILED'}"
    )


def database_asked_for() -> str:
    """Return which database CHAOS_DATABASE names; raises NotADatabase."""
    database = os.environ.get("CHAOS_DATABASE") or SQLITE
    if database not in {SQLITE, POSTGRESQL, BOTH}:
        message = f"CHAOS_DATABASE must be {SQLITE}, {POSTGRESQL} or {BOTH}"
        raise NotADatabase(message)
    return database


def main() -> NoReturn:
    """Run what the environment asks for; exit with 1 unless everybody was warned once."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the instance is stopped too
    console = Console()
    planned = rounds(
        kills=int(os.environ.get("CHAOS_KILLS") or KILLS),
        seed=int(os.environ.get("CHAOS_SEED") or SEED),
        database=database_asked_for(),
    )
    members = int(os.environ.get("CHAOS_MEMBERS") or MEMBERS)
    done: list[tuple[Round, Outcome]] = []
    for number, each in enumerate(planned, 1):
        console.print(f"round {number} of {len(planned)}: {each.database}, seed {each.seed}")
        done.append((each, run(each, members=members, console=console)))
        console.print(f"  {verdict(done[-1][1])}")
    say(console, done)
    sys.exit(0 if all(outcome.passed for _, outcome in done) else 1)


if __name__ == "__main__":
    main()
