"""The one statement that SQLite and PostgreSQL spell differently."""

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.base import Base


def insert_or_ignore(session: Session, row: type[Base]) -> Insert:
    """Return an INSERT that leaves rows which are there already as they are."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(row).on_conflict_do_nothing()
    return postgresql.insert(row).on_conflict_do_nothing()
