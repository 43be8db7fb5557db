"""Engines and sessions: SQLite with full durability, PostgreSQL through psycopg 3."""

import sqlite3

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_MILLISECONDS = 15_000
LOCK_MILLISECONDS = 15_000
WRITES = "brolly_writes"


class Counting(sessionmaker[Session]):
    """Sessions on the counting engine; a type of its own, so that pages can look it up."""


def connect(url: str, *, pool_size: int = 10) -> Engine:
    """Return an engine whose commits survive a power cut."""
    return _engine(url, durable=True, pool_size=pool_size)


def counting(url: str, *, pool_size: int = 4) -> Counting:
    """Return sessions for counters: commits survive a crash of ours, not always a power cut.

    A check spends its budget with a write; waiting for the disk each time would make the answer
    slow, and a few checks handed back after a power cut harm nobody.
    """
    engine = _engine(url, durable=False, pool_size=pool_size)
    return Counting(engine.execution_options(**{WRITES: True}), expire_on_commit=False)


def reading(engine: Engine) -> sessionmaker[Session]:
    """Return sessions for transactions that only read: they never wait for a writer."""
    return sessionmaker(engine, expire_on_commit=False)


def writing(engine: Engine) -> sessionmaker[Session]:
    """Return sessions for transactions that write.

    On SQLite they take the write lock at once (BEGIN IMMEDIATE): one that starts by reading and
    is overtaken by another writer could not go on.
    """
    return sessionmaker(engine.execution_options(**{WRITES: True}), expire_on_commit=False)


def _engine(url: str, *, durable: bool, pool_size: int) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=10, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _set_up_sqlite(engine, durable=durable)
    else:
        _set_up_postgresql(engine, durable=durable)
    return engine


def _set_up_sqlite(engine: Engine, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        del entry
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - narrows the type
        connection.isolation_level = None  # SQLAlchemy's "begin" event says BEGIN, not the driver
        for pragma in (
            f"busy_timeout = {BUSY_MILLISECONDS}",
            "journal_mode = WAL",
            f"synchronous = {'FULL' if durable else 'NORMAL'}",
            "foreign_keys = ON",
            "secure_delete = ON",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up_postgresql(engine: Engine, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def _session_settings(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        del entry
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {LOCK_MILLISECONDS}")
        cursor.execute("SET timezone = 'UTC'")
        if not durable:
            cursor.execute("SET synchronous_commit = off")
        cursor.close()
        connection.commit()
