"""Migrations are numbered, go both ways, and make exactly the tables that the code has."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BindParameter, Connection, LargeBinary, Uuid, bindparam, inspect, text

import alerts.records
import casework.records
import checker.records
import directory.records
import members.approval_records
import members.records
import messages.records
import reports.records
import storage.records
from storage.base import Base, Moment
from storage.engine import connect
from storage.migrating import MIGRATIONS, downgrade, newest, upgrade
from tests.house.tree import ROOT

ROOMS = [
    alerts.records,
    casework.records,
    checker.records,
    directory.records,
    members.approval_records,
    members.records,
    messages.records,
    reports.records,
    storage.records,
]
VERSIONS = sorted((MIGRATIONS / "versions").glob("*.py"))


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    engine = connect(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def tables(url: str) -> set[str]:
    with opened(url) as connection:
        return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, Base.metadata))


def test_every_room_with_rows_is_compared() -> None:
    assert {module.__name__ for module in ROOMS} == {
        f"{path.parent.name}.{path.stem}"
        for path in ROOT.glob("*/*.py")
        if "(Base):" in path.read_text(encoding="utf-8")
    }


def test_migrations_are_numbered_in_one_line() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    line = [step.revision for step in reversed(list(script.walk_revisions()))]
    assert line == [f"{number:04}" for number in range(1, len(VERSIONS) + 1)]
    assert [path.name[:4] for path in VERSIONS] == line
    assert newest() == line[-1]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_is_named_for_what_it_does(path: Path) -> None:
    assert re.fullmatch(r"\d{4}_[a-z0-9_]+", path.stem)


def test_every_migration_goes_there_and_back_and_there(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    there = tables(empty_database_url)
    downgrade(empty_database_url, "base")
    assert tables(empty_database_url) <= {"alembic_version"}
    upgrade(empty_database_url)
    assert tables(empty_database_url) == there


OLD_ROWS = """
insert into cause (id, kind, queue, state, created_at, expires_at)
values (:id, 'alert', 'danger', 'open', :now, :now);
insert into contact (id, channel, sealed_address, fingerprint, created_at)
values (:id, 'sms', :octets, :octets, :now);
insert into delivery (id, cause_id, contact_id, channel, text_key, why, state, attempts, next_at,
segments, reason, updated_at)
values (:id, :id, :id, 'sms', 'en/plain', '', 'unknown', 1, :now, 1, '', :now)
"""


def test_rows_and_their_children_survive_every_migration(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0001")
    types: list[BindParameter[Any]] = [
        bindparam("id", uuid4(), Uuid()),
        bindparam("octets", b"x", LargeBinary()),
    ]
    with opened(empty_database_url) as connection:
        for statement in OLD_ROWS.split(";"):
            used = [each for each in types if f":{each.key}" in statement]
            now = bindparam("now", datetime.now(UTC), Moment())
            connection.execute(text(statement).bindparams(*used, now))
        connection.commit()
    upgrade(empty_database_url)
    downgrade(empty_database_url, "0001")
    with opened(empty_database_url) as connection:
        counts = [
            connection.scalar(text(f"select count(*) from {table}"))  # noqa: S608 - a constant
            for table in ("cause", "contact", "delivery")
        ]
    assert counts == [1, 1, 1]


def test_migrations_make_the_tables_that_the_code_has(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    with opened(empty_database_url) as connection:
        found = differences(connection)
    assert found == []
    assert tables(empty_database_url) == {*Base.metadata.tables, "alembic_version"}


def test_migrations_leave_no_rows(empty_database_url: str) -> None:
    # The database of the tests starts empty, and each test leaves it so.
    upgrade(empty_database_url)
    with opened(empty_database_url) as connection:
        filled = [
            table.name
            for table in Base.metadata.sorted_tables
            if connection.execute(table.select().limit(1)).first()
        ]
    assert filled == []
