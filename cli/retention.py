"""`brolly retention`: what was removed because its time was over, and what is due."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config.settings import Settings, load_settings
from storage import retention_runs
from storage.engine import connect, reading, writing
from storage.migrating import require_newest
from storage.retention import Rule, may_go
from storage.retention_runs import Run
from storage.sealing import KeyRing, Sealer
from workers.retaining import carry_out, rules, survey_and_begin


@click.group()
def retention() -> None:
    """See what is kept for how long, and remove what is due."""


@retention.command()
@click.option("--runs", type=click.IntRange(1, 400), default=1, show_default=True)
def report(runs: int) -> None:
    """Show what the last runs removed."""
    with _database(load_settings()) as engine, reading(engine)() as session:
        found = retention_runs.last_runs(session, limit=runs)
    if not found:
        click.echo("There was no run yet: a worker begins one every day.")
    for run in found:
        _show(run)


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only show what is due; nothing is removed.")
@click.option(
    "--agree", "agreed", multiple=True, metavar="NAME", help="Remove this, however much it is."
)
def run(*, dry_run: bool, agreed: tuple[str, ...]) -> None:
    """Remove what is due now, a part at a time; nobody has to wait for it."""
    settings, now = load_settings(), datetime.now(UTC)
    every = rules(Sealer(KeyRing.load(settings.key_file("audit"))))
    unknown = set(agreed) - {rule.name for rule in every}
    if unknown:
        names = ", ".join(rule.name for rule in every)
        message = f"--agree: there is no {', '.join(sorted(unknown))}; the names are {names}"
        raise click.ClickException(message)
    with _database(settings) as engine:
        if dry_run:
            with reading(engine)() as session:
                rows = [_due(rule, session, now) for rule in every]
            _table("due now", ("what", "kept", "there are", "due", ""), rows)
            return
        begun = survey_and_begin(reading(engine), writing(engine), every, now=now, agreed=agreed)
        _carry_out(engine, every, begun, now)


@retention.command("accept-clock")
def accept_clock() -> None:
    """Say that this machine's clock is right, after it jumped or the service was away."""
    now = datetime.now(UTC)
    click.confirm(f"It is {now:%A %d %B %Y, %H:%M} UTC. Is that right?", abort=True)
    with _database(load_settings()) as engine, writing(engine).begin() as session:
        retention_runs.accept_clock(session, now=now)
    click.echo("What is due is ended and removed again from now on.")


def _carry_out(engine: Engine, every: tuple[Rule, ...], begun: Run, now: datetime) -> None:
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        tasks = {
            each.rule: bar.add_task(each.rule, total=each.due)
            for each in begun.counts
            if each.due and not each.held
        }

        def advance(rule: str, removed: int) -> None:
            if rule in tasks:
                bar.advance(tasks[rule], removed)

        carry_out(writing(engine), every, begun, now=now, progress=advance)
    with reading(engine)() as session:
        done = next(
            each for each in retention_runs.last_runs(session, limit=10) if each.id == begun.id
        )
    _show(done)
    if done.held:
        click.echo("What is held back needs a look; --agree NAME removes it.", err=True)
        raise SystemExit(1)


def _due(rule: Rule, session: Session, now: datetime) -> Sequence[object]:
    total, due = rule.total(session), rule.due(session, now)
    what = "would be removed" if may_go(due=due, total=total, foreseen=0) else "over 1%"
    return rule.name, _kept(rule.kept), total, due, what if due else ""


def _show(found: Run) -> None:
    state = "" if found.ended_at else ", still going on"
    rows = [
        (
            each.rule,
            each.total,
            each.due,
            each.removed,
            "held back" if each.held else "",
        )
        for each in found.counts
    ]
    _table(
        f"{found.began_at:%Y-%m-%d %H:%M} UTC{state}",
        ("what", "there were", "due", "removed", ""),
        rows,
    )


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(title=title, title_justify="left", show_edge=False)
    for name in columns:
        table.add_column(name, justify="left" if name in {"what", "kept", ""} else "right")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    Console().print(table)


def _kept(span: timedelta) -> str:
    return "1 day" if span.days == 1 else f"{span.days:,} days"


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    engine = connect(settings.database)
    try:
        require_newest(engine)
        yield engine
    finally:
        engine.dispose()
