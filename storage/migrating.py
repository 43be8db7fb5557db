"""Migrations: bring a database to the newest numbered version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from storage.engine import connect

MIGRATIONS = Path(__file__).parent.parent / "migrations"


class DatabaseBehind(Exception):
    """The database is not at the version this code needs: run `brolly db upgrade`."""


def upgrade(url: str, revision: str = "head") -> None:
    """Upgrade the database at `url`."""
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to an earlier revision."""
    command.downgrade(_config(url), revision)


def newest() -> str:
    """Return the newest revision that this code knows."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def current(engine: Engine) -> str | None:
    """Return the revision that the database is at."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_newest(engine: Engine) -> None:
    """Raise DatabaseBehind unless the database is at the newest revision."""
    if current(engine) != newest():
        message = "the database is not at this version of Brolly: run `brolly db upgrade`"
        raise DatabaseBehind(message)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = connect(url)
    return config
