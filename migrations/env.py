"""Runs the migrations on the engine that `storage.migrating` hands over."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection, Engine

import alerts.records
import casework.records
import checker.records
import directory.records
import members.approval_records
import members.records
import messages.records
import reports.records
import storage.records
from storage.base import Base

ROOMS = (
    alerts.records,
    casework.records,
    checker.records,
    directory.records,
    members.approval_records,
    members.records,
    messages.records,
    reports.records,
    storage.records,
)


@contextmanager
def foreign_keys_at_rest(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild a table without its rows' children being deleted with the old one.

    As in sqlite.org/lang_altertable.html, 7: off before the transaction, looked at in the end.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    yield
    if driver.execute("PRAGMA foreign_key_check").fetchone():
        message = "a migration left rows whose parents are gone; restore the backup"
        raise RuntimeError(message)
    driver.execute("PRAGMA foreign_keys = ON")


engine: Engine = context.config.attributes["engine"]
try:
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True
        )
        with foreign_keys_at_rest(connection), context.begin_transaction():
            context.run_migrations()
finally:
    engine.dispose()
