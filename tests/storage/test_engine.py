from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from messages.records import SuppressionRow
from storage.base import Moment
from storage.engine import Singly, connect, writing


def test_sqlite_commits_survive_a_power_cut_and_deleted_rows_are_overwritten(
    engine: Engine,
) -> None:
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_single_statements_commit_at_once_and_do_not_wait_for_the_disk(
    singly: Singly, engine: Engine, now: datetime
) -> None:
    sqlite = engine.dialect.name == "sqlite"
    asked, waits_for_nothing = (
        ("PRAGMA synchronous", 1) if sqlite else ("SHOW synchronous_commit", "off")
    )
    row = {"fingerprint": bytes(32), "channel": "sms", "reason": "test", "since": now}
    with singly.connect() as connection, engine.connect() as other:
        assert connection.scalar(text(asked)) == waits_for_nothing
        connection.execute(insert(SuppressionRow).values(**row))
        assert other.scalar(text("SELECT count(*) FROM suppression")) == 1


def test_two_writers_that_read_first_both_get_through(engine: Engine, now: datetime) -> None:
    sessions = writing(engine)

    def write(number: int) -> None:
        with sessions.begin() as session:
            session.scalars(text("SELECT count(*) FROM suppression")).one()
            session.add(
                SuppressionRow(
                    fingerprint=number.to_bytes(32), channel="sms", reason="test", since=now
                )
            )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM suppression")) == 40


def test_a_moment_comes_back_in_utc_whatever_its_zone(session: Session) -> None:
    there = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    row = SuppressionRow(fingerprint=bytes(32), channel="sms", reason="test", since=there)
    session.add(row)
    session.commit()
    session.refresh(row)
    assert row.since == there
    assert row.since.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    naive = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001 - on purpose
    session.add(SuppressionRow(fingerprint=bytes(32), channel="sms", reason="x", since=naive))
    with pytest.raises(StatementError, match="a moment needs a time zone"):
        session.flush()
    assert Moment.cache_ok


@pytest.mark.parametrize(("patient", "limit"), [(False, "30s"), (True, "0")])
def test_whoever_freezes_in_a_transaction_loses_it_and_its_locks(
    database_url: str, limit: str, *, patient: bool
) -> None:
    if database_url.startswith("sqlite"):
        return  # a lock there ends with its process
    engine = connect(database_url, patient=patient)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == limit
    engine.dispose()
