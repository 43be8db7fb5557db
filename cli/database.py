"""`brolly db`: brings the database to this version."""

import click

from config.settings import load_settings
from storage.engine import connect
from storage.migrating import current, newest, upgrade


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the newest version; does nothing if it is there already."""
    settings = load_settings()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = current(connect(settings.database))
    upgrade(settings.database)
    after = newest()
    moved = f", from {before}" if before and before != after else ""
    click.echo(f"The database is {'already ' if before == after else ''}at version {after}{moved}.")
