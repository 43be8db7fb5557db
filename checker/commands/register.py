"""`brolly register`: writes the register to Redis again, and shows it in numbers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from checker import actions
from checker.commands.progress import counting
from checker.commands.rotate import rotate
from checker.model import RegisterStats, RegisterUnavailable
from checker.register import Register
from checker.remote_evaluator import evaluator_of
from config.settings import Settings, load_settings
from storage.engine import connect, reading, writing


@click.group()
def register() -> None:
    """Look after the register of warnings in Redis."""


register.add_command(rotate)


@register.command()
def rebuild() -> None:
    """Write the whole register to Redis from the database, as after a loss of Redis."""
    settings, now = load_settings(), datetime.now(UTC)
    evaluator = evaluator_of(settings)
    opened = Register.connect(settings.register)
    with _session(settings, writes=True) as session, counting("Writing buckets") as progress:
        actions.establish(session, evaluator, now=now)
        done = actions.rebuild(session, opened, now=now, progress=progress)
    entries = f"{done.entries} {'entry' if done.entries == 1 else 'entries'}"
    click.echo(f"Wrote {entries} in {done.buckets} {'bucket' if done.buckets == 1 else 'buckets'}.")


@register.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def stats(*, as_json: bool) -> None:
    """Show the register in numbers; exit code 1 if checks cannot be answered."""
    settings = load_settings()
    with _session(settings, writes=False) as session:
        figures = actions.stats(session, Register.connect(settings.register))
    as_object = json.dumps(asdict(figures), default=datetime.isoformat)
    click.echo(as_object if as_json else _in_words(figures))
    if figures.trouble:
        raise SystemExit(1)


@register.command()
def verify() -> None:
    """Walk through every entry in Redis; exit code 1 if one is not as the database has it."""
    settings = load_settings()
    with _session(settings, writes=False) as session, counting("Reading buckets") as progress:
        try:
            found = actions.verify(session, Register.connect(settings.register), progress=progress)
        except RegisterUnavailable as error:
            raise click.ClickException(str(error)) from None
    click.echo(
        f"Buckets read: {found.buckets}. Entries as they should be: {found.entries}, "
        f"missing or changed: {found.missing}, taken off and still there: {found.stale}."
    )
    if not found.whole:
        click.echo("Run `brolly register rebuild`, and find out who can write to Redis.", err=True)
        raise SystemExit(1)


@contextmanager
def _session(settings: Settings, *, writes: bool) -> Iterator[Session]:
    engine = connect(settings.database, patient=True)
    try:
        with (writing if writes else reading)(engine).begin() as session:
            yield session
    finally:
        engine.dispose()


def _in_words(figures: RegisterStats) -> str:
    rebuilt = figures.rebuilt_at.isoformat(timespec="seconds") if figures.rebuilt_at else "never"
    turned = "" if figures.turned_lines is None else f", {figures.turned_lines} of them turned"
    lines = {
        "Entries": f"{figures.entries} ({figures.waiting} waiting to be written)",
        "Ledger": f"{figures.ledger_lines} identifiers of reports{turned}",
        "Buckets": f"{figures.buckets} of {figures.bucket_octets} bytes",
        "Epoch": f"{figures.epoch}, generation {figures.generation}",
        "Rebuilt": rebuilt,
        "State": figures.trouble or "whole",
    }
    return "\n".join(f"{name + ':':<10}{value}" for name, value in lines.items())
