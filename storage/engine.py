"""Engines and sessions: SQLite with full durability, PostgreSQL through psycopg 3."""

import sqlite3
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_MILLISECONDS = 15_000
LOCK_MILLISECONDS = 15_000
IDLE_MILLISECONDS = 30_000  # in a transaction: whoever froze in one loses it, and its locks
WRITES = "brolly_writes"

Executor = Session | Connection  # what runs a statement


@dataclass(frozen=True, slots=True)
class Singly:
    """Connections on which each statement commits by itself: half the cost of a transaction.

    Commits survive a crash of ours, not always a power cut. For what every request asks and
    counts: who is signed in, and a member's budget. Waiting for the disk each time would make the
    answer slow, and a few checks handed back after a power cut harm nobody.
    """

    engine: Engine

    @classmethod
    def at(cls, url: str, *, pool_size: int = 4) -> Self:
        """Return such connections to a database."""
        return cls(_engine(url, pool_size=pool_size, singly=True))

    def connect(self) -> Connection:
        """Return a connection; close it, or use it in a `with`."""
        return self.engine.connect()


def connect(url: str, *, pool_size: int = 10, patient: bool = False) -> Engine:
    """Return an engine whose commits survive a power cut.

    `patient` is for commands that do something else for minutes in the middle of a transaction.
    """
    return _engine(url, pool_size=pool_size, singly=False, patient=patient)


def reading(engine: Engine) -> sessionmaker[Session]:
    """Return sessions for transactions that only read: they never wait for a writer."""
    return sessionmaker(engine, expire_on_commit=False)


def writing(engine: Engine) -> sessionmaker[Session]:
    """Return sessions for transactions that write.

    On SQLite they take the write lock at once (BEGIN IMMEDIATE): one that starts by reading and
    is overtaken by another writer could not go on.
    """
    return sessionmaker(engine.execution_options(**{WRITES: True}), expire_on_commit=False)


def _engine(url: str, *, pool_size: int, singly: bool, patient: bool = False) -> Engine:
    alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=10,
        hide_parameters=True,
        **(alone if singly else {}),
    )
    if engine.dialect.name == "sqlite":
        _set_up_sqlite(engine, singly=singly)
    else:
        _set_up_postgresql(engine, singly=singly, patient=patient)
    return engine


def _set_up_sqlite(engine: Engine, *, singly: bool) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        del entry
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - narrows the type
        connection.isolation_level = None  # SQLAlchemy's "begin" event says BEGIN, not the driver
        for pragma in (
            f"busy_timeout = {BUSY_MILLISECONDS}",
            "journal_mode = WAL",
            f"synchronous = {'NORMAL' if singly else 'FULL'}",
            "foreign_keys = ON",
            "secure_delete = ON",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    if singly:
        return

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up_postgresql(engine: Engine, *, singly: bool, patient: bool) -> None:
    @event.listens_for(engine, "connect")
    def _session_settings(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        del entry
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {LOCK_MILLISECONDS}")
        cursor.execute("SET timezone = 'UTC'")
        if not patient:
            cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MILLISECONDS}")
        if singly:
            cursor.execute("SET synchronous_commit = off")
        cursor.close()
        connection.commit()
