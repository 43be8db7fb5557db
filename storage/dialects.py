"""The one statement that SQLite and PostgreSQL have a class of their own for."""

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.base import Base


def upsert(session: Session, row: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that can be told what to do about rows which are there already."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(row)
    return postgresql.insert(row)


def insert_or_ignore(session: Session, row: type[Base]) -> Insert:
    """Return an INSERT that leaves rows which are there already as they are."""
    return upsert(session, row).on_conflict_do_nothing()
