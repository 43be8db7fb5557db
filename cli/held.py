"""`brolly held`: what is held since a restore, let go or given up once somebody has decided."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from alerts.model import QUEUE_OF
from config.settings import load_settings
from members import actions as members
from messages import actions as messages
from storage.engine import connect, writing
from storage.migrating import require_newest

ASK = (
    "{held.messages:,} messages of {held.causes:,} causes leave now, or when quiet hours end. "
    "Whoever got one before the database was lost gets it twice. Go on?"
)


@click.group(name="held")
def held() -> None:
    """See what is held since a restore, and decide about it."""


@held.command()
def show() -> None:
    """Show how much is held."""
    with _session() as session:
        found = messages.held_since_restore(session, now=datetime.now(UTC))
    click.echo(f"Held since a restore: {found.messages:,} messages of {found.causes:,} causes.")


@held.command(name="release")
@click.option("--yes", is_flag=True, help="Do not ask.")
def release(*, yes: bool) -> None:
    """Let what is held go, quiet hours kept."""
    settings, now = load_settings(), datetime.now(UTC)
    with _session() as session:
        found = messages.held_since_restore(session, now=now)
        if not yes:
            click.confirm(ASK.format(held=found), abort=True)
        messages.let_go(session)
        quiet = members.quiet_at(session, at=now, time_zone=settings.time_zone)
        for severity, queue in QUEUE_OF.items() if quiet else ():
            numbers = members.quiet_numbers(severity=severity, quiet=quiet)
            messages.hold_back(session, queue=queue, numbers=numbers, now=now)
    click.echo(f"Let go: {found.messages:,} messages of {found.causes:,} causes.")


@held.command(name="give-up")
def give_up() -> None:
    """Recall what is held: it had left already, or comes too late."""
    with _session() as session:
        found = messages.held_since_restore(session, now=datetime.now(UTC))
        messages.give_up(session)
    click.echo(f"Given up: {found.messages:,} messages of {found.causes:,} causes.")


@contextmanager
def _session() -> Iterator[Session]:
    engine = connect(load_settings().database, patient=True)
    try:
        require_newest(engine)
        with writing(engine).begin() as session:
            yield session
    finally:
        engine.dispose()
