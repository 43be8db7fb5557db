"""`brolly directory`: listings from a sheet and into one."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from config.settings import load_settings
from directory import actions
from directory.actions import Effect, Outcome, Terms
from directory.sheets import NotASheet, read_lines, write_lines
from directory.terms import terms_of
from storage.audit import record
from storage.audit_chain import Act
from storage.engine import connect, reading, writing
from storage.keys import Sealers

Counts = dict[Effect, int]
FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def directory() -> None:
    """Bring listings of services in, and write them out."""


@directory.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what each line would do.")
@click.option("--take-good-lines", is_flag=True, help="Write the others if lines are refused.")
def bring_in(file: Path, *, dry_run: bool, take_good_lines: bool) -> None:
    """Bring a sheet in, whole or not at all; says line by line what it does.

    The columns are those that `export` writes. A line is about the listing of its reference, or
    else the one of its name in its country.
    """
    settings = load_settings()
    terms = terms_of(settings, datetime.now(UTC))
    engine = connect(settings.database)
    try:
        with reading(engine)() as session:
            found = _walk(session, file, terms, say=_say, write=False)
        refused = found[Effect.REFUSED] > 0 and not take_good_lines
        if not dry_run and not refused:
            with writing(engine).begin() as session:
                found = _walk(session, file, terms, say=_say_nothing, write=True)
                sealer = Sealers.load(settings).audit
                record(session, sealer, Act.LISTINGS_IMPORTED, by=None, on=None, now=terms.now)
    except NotASheet as error:
        raise click.ClickException(str(error)) from None
    finally:
        engine.dispose()
    click.echo(", ".join(f"{effect}: {count}" for effect, count in found.items()))
    if dry_run or refused:
        click.echo("Nothing was written.")
    if refused:
        raise SystemExit(1)


@directory.command("export")
@click.argument("file", type=FILE)
def write_out(file: Path) -> None:
    """Write every listing into a sheet that can be brought in again."""
    settings = load_settings()
    engine = connect(settings.database)
    try:
        with (
            file.open("w", encoding="utf-8", newline="") as sheet,
            reading(engine)() as session,
        ):
            click.echo(write_lines(sheet, actions.all_listings(session)))
    finally:
        engine.dispose()


def _walk(
    session: Session, file: Path, terms: Terms, *, say: Callable[[Outcome], None], write: bool
) -> Counts:
    counts = dict.fromkeys(Effect, 0)
    with _opened(file, "Writing" if write else "Looking") as (sheet, move):
        for outcome in actions.bring_in(session, read_lines(sheet), terms=terms, write=write):
            counts[outcome.effect] += 1
            say(outcome)
            move()
    return counts


@contextmanager
def _opened(file: Path, what: str) -> Iterator[tuple[io.TextIOWrapper, Callable[[], None]]]:
    """Open a sheet, with a bar on standard error that shows how much of it was read."""
    console = Console(stderr=True)
    with (
        file.open("rb") as octets,
        io.TextIOWrapper(octets, encoding="utf-8", newline="") as sheet,
        Progress(console=console, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task(what, total=file.stat().st_size)
        yield sheet, lambda: bar.update(task, completed=octets.tell())


def _say(outcome: Outcome) -> None:
    """Say what a line does, but for one that changes nothing."""
    if outcome.effect is Effect.SAME:
        return
    start = f"line {outcome.line}: {outcome.effect}"
    if outcome.effect is Effect.REFUSED:
        for name, words in outcome.errors.items():
            click.echo(f"{start}: {name}: {words}")
    else:
        changed = f" ({', '.join(outcome.changed)})" if outcome.changed else ""
        click.echo(f"{start}: {outcome.name}{changed}")


def _say_nothing(outcome: Outcome) -> None:
    """Leave out what was said before."""
