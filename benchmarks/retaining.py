"""Retention of a million deliveries, while members check: how long it takes, and who waits.

The deliveries are of one alert to everybody, over for 91 days. Meanwhile somebody spends of a
budget twenty times a second, which is what a check writes; what that takes is compared with the
same just before. `BENCH_MOST` changes how many deliveries there are.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from benchmarks.postgresql import a_postgresql
from benchmarks.tables import Row
from checker import actions as checker
from checker.model import Limits
from cli.keys import create_missing_keys
from config.settings import Settings
from members.model import Role
from members.records import AccountRow
from messages.records import CauseRow
from storage.base import new_id
from storage.engine import Singly, connect, reading, writing
from storage.keys import Sealers
from storage.migrating import upgrade
from storage.sealing import Sealed
from workers.retaining import carry_out, rules, survey_and_begin

MOST = int(os.environ.get("BENCH_MOST", "1000000"))
EVERY = 0.05  # seconds between two who spend
AT_REST = 5.0  # seconds
IN_ORDER = {"sqlite": "printf('%032x', n)", "postgresql": "lpad(to_hex(n), 32, '0')::uuid"}
IDS = {"sqlite": IN_ORDER["sqlite"], "postgresql": "gen_random_uuid()"}  # as `ids_along` makes them
FILL = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {most})
INSERT INTO delivery (id, cause_id, contact_id, channel, text_key, why, state, attempts, next_at,
    segments, reason, left_at, updated_at, looks, resent, mail_owed)
SELECT {id}, :cause, {contact}, 'sms', 'en/plain', 'everywhere; danger',
    CASE n % 50 WHEN 0 THEN 'failed' ELSE 'delivered' END, 1, :then, 1,
    CASE n % 50 WHEN 0 THEN '30003' ELSE '' END, :then, :then, 0, false, false
FROM numbers
"""


def measure() -> list[Row]:
    """Return a row for each database."""
    with TemporaryDirectory(prefix="brolly-bench-") as folder:
        sqlite = _measure(f"sqlite:///{folder}/bench.sqlite3")
    with a_postgresql() as url:
        return [sqlite, _measure(url)]


def _measure(url: str) -> Row:
    upgrade(url)
    engine, singly = connect(url), Singly.at(url)
    now = datetime.now(UTC)
    sealers = _sealers()
    account = _fill(engine, now)
    with _spending(singly, account) as rest:
        time.sleep(AT_REST)
    every = rules(sealers.audit)
    began = time.perf_counter()
    with _spending(singly, account) as meanwhile:
        run = survey_and_begin(
            reading(engine), writing(engine), every, now=now, agreed=["deliveries"]
        )
        carry_out(writing(engine), every, run, now=now)
    seconds = time.perf_counter() - began
    engine.dispose()
    singly.engine.dispose()
    return {
        "database": engine.dialect.name,
        "deliveries": MOST,
        "seconds (goal 60)": seconds,
        "a second": MOST / seconds,
        "who checks waits, p99 at rest, ms": _p99(rest),
        "meanwhile, ms": _p99(meanwhile),
        "longest, ms": max(meanwhile) * 1000,
    }


def _fill(engine: Engine, now: datetime) -> UUID:
    then, cause_id, account_id = now - timedelta(days=91), new_id(), new_id()
    with writing(engine).begin() as session:
        session.execute(insert(CauseRow).values(_a_cause(cause_id, then)))
        session.execute(insert(AccountRow).values(_an_account(account_id, now)))
        kind = engine.dialect.name
        fill = FILL.format(most=MOST, id=IDS[kind], contact=IN_ORDER[kind])
        _fill_with(session, fill, cause_id, then)
    return account_id


def _fill_with(session: Session, fill: str, cause_id: UUID, then: datetime) -> None:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(
        text(fill),
        {
            "cause": cause_id.hex if is_sqlite else cause_id,
            "then": then.replace(tzinfo=None) if is_sqlite else then,
        },
    )


def _a_cause(cause_id: UUID, then: datetime) -> dict[str, object]:
    return {
        "id": cause_id,
        "kind": "alert",
        "queue": "danger",
        "state": "open",
        "created_at": then,
        "expires_at": then,
    }


def _an_account(account_id: UUID, now: datetime) -> dict[str, object]:
    return {
        "id": account_id,
        "name_fingerprint": bytes(32),
        "sealed_name": Sealed(),
        "passphrase_hash": "",
        "role": Role.MEMBER,
        "state": "vetted",
        "created_at": now,
    }


@contextmanager
def _spending(singly: Singly, account_id: UUID) -> Iterator[list[float]]:
    """Spend of a budget again and again; yields how long each took, in seconds."""
    took: list[float] = []
    over = threading.Event()
    limits = Limits(burst=10**6, daily=10**6)

    def spend() -> None:
        with singly.connect() as connection:
            while not over.wait(EVERY):
                began = time.perf_counter()
                checker.spend(
                    connection,
                    account_id=account_id,
                    elements=1,
                    now=datetime.now(UTC),
                    limits=limits,
                )
                took.append(time.perf_counter() - began)

    somebody = threading.Thread(target=spend)
    somebody.start()
    try:
        yield took
    finally:
        over.set()
        somebody.join()


def _p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)] * 1000


def _sealers() -> Sealers:
    with TemporaryDirectory(prefix="brolly-bench-") as folder:
        settings = Settings(data_dir=Path(folder))
        create_missing_keys(settings)
        return Sealers.load(settings)
