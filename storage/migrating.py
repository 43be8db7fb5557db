"""Migrations: bring a database to the newest numbered version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

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
    return str(_scripts().get_current_head())


def current(engine: Engine) -> str | None:
    """Return the revision that the database is at."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_newest(engine: Engine) -> None:
    """Raise DatabaseBehind unless the database is at the newest revision."""
    if current(engine) != newest():
        message = "the database is not at this version of Brolly: run `brolly db upgrade`"
        raise DatabaseBehind(message)


def require_newest_on(connection: Connection) -> str:
    """Return the revision within a transaction; raises DatabaseBehind unless it is the newest."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None or found != newest():
        message = "the database is not at this version of Brolly: run `brolly db upgrade`"
        raise DatabaseBehind(message)
    return found


def knows(revision: str) -> bool:
    """Whether this code has a revision, so that a database can be brought to it and on."""
    return revision in {each.revision for each in _scripts().walk_revisions()}


def bring_empty(url: str, revision: str) -> None:
    """Bring a database without rows to a revision, be it forth or back."""
    engine = connect(url)
    try:
        now = current(engine)
    finally:
        engine.dispose()
    later = {each.revision for each in _scripts().walk_revisions(revision, "heads")}
    if now != revision and now in later:
        downgrade(url, revision)
    upgrade(url, revision)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = connect(url)
    return config
