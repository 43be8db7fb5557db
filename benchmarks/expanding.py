"""Expanding an alert to its audience on PostgreSQL: recipients a second, from a thousand on.

Members are made by the database: six of ten have chosen areas, the rest hear of everywhere; half
have settings; one in five has quiet hours; one in two also gets mail. Each round publishes to all
of them, through the same query and the same INSERT as a publication. `BENCH_MOST` changes the
largest audience (a million recipients).
"""

import os
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from alerts.composing import compose
from alerts.model import ALERT_LIFE
from benchmarks.plotting import plot
from benchmarks.postgresql import a_postgresql
from benchmarks.tables import Row
from cli.keys import create_missing_keys
from config.settings import Settings
from members import actions as members
from members.model import Severity, WorkSetting
from messages import actions as messages
from messages.model import CauseKind, Channel, Queue
from storage.base import new_id
from storage.engine import connect, writing
from storage.keys import Sealers
from storage.migrating import upgrade

MOST = int(os.environ.get("BENCH_MOST", "1000000"))
SIZES = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= MOST]
PLOT = Path(__file__).parent.parent / "docs" / "expanding.svg"
ZONE = "Europe/London"

# Every second account gets mail too, so that two accounts are three recipients.
FILL = """
INSERT INTO contact (id, channel, sealed_address, fingerprint, created_at, verified_at)
SELECT md5(channel || n)::uuid, channel, '\\x00', sha256((channel || n)::bytea), now(), now()
FROM generate_series(CAST(:first AS int), :last) n, (VALUES ('sms'), ('email')) channels (channel)
WHERE channel = 'sms' OR n % 2 = 0;
INSERT INTO account (id, name_fingerprint, sealed_name, passphrase_hash, role, state, created_at,
    sms_contact_id, email_contact_id, by_sms, by_email, everywhere, danger, risk, cover, language,
    quiet_from, quiet_until)
SELECT md5('account' || n)::uuid, sha256(('account' || n)::bytea), '\\x00', '', 'member', 'vetted',
    now(), md5('sms' || n)::uuid, CASE WHEN n % 2 = 0 THEN md5('email' || n)::uuid END, true,
    n % 2 = 0, n % 5 > 2, true, true, (ARRAY['plain', 'news', 'appointment'])[1 + n % 3], 'en',
    CASE WHEN n % 5 = 0 THEN 1320 END, CASE WHEN n % 5 = 0 THEN 420 END
FROM generate_series(CAST(:first AS int), :last) n;
INSERT INTO account_area (area, account_id)
SELECT area, md5('account' || n)::uuid
FROM generate_series(CAST(:first AS int), :last) n, (VALUES ('GB-MET'), ('GB-GMP')) areas (area)
WHERE n % 5 <= 2;
INSERT INTO account_setting (account_id, setting)
SELECT md5('account' || n)::uuid, 'out_call'
FROM generate_series(CAST(:first AS int), :last) n WHERE n % 2 = 0
"""


def measure() -> list[Row]:
    """Return a row for each size, and draw the plot."""
    rows: list[Row] = []
    with a_postgresql() as url:
        upgrade(url)
        engine = connect(url)
        sealers, filled = _sealers(), 0
        for size in SIZES:
            filled = _fill(engine, filled, size * 2 // 3)
            rows.append(_expand(engine, sealers, size))
        engine.dispose()
    first = float(rows[0]["per second"] or 0)
    for row in rows:
        row["of the rate at 1,000"] = float(row["per second"] or 0) / first
    points = [(float(row["recipients"] or 0), float(row["per second"] or 0)) for row in rows]
    PLOT.write_text(
        plot(points, across="recipients of one alert", up="recipients a second"), encoding="utf-8"
    )
    return rows


def _fill(engine: Engine, filled: int, accounts: int) -> int:
    bounds = {"first": filled + 1, "last": accounts}
    with engine.begin() as connection:
        for statement in FILL.split(";"):
            connection.execute(text(statement), bounds)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
    return accounts


def _expand(engine: Engine, sealers: Sealers, size: int) -> Row:
    now, cause_id = datetime(2026, 11, 27, 23, 0, tzinfo=UTC), new_id()
    with writing(engine)() as session:
        messages.open_cause(
            session,
            sealers.contacts,
            id=cause_id,
            kind=CauseKind.ALERT,
            queue=Queue.DANGER,
            texts=compose("https://check.example.org/updates/W0000000"),
            expires_at=now + ALERT_LIFE[Severity.DANGER],
            now=now,
        )
        session.commit()
        before, began = _memory(), time.perf_counter()
        found = _to_audience(session, cause_id=cause_id, now=now)
        session.commit()
        seconds = time.perf_counter() - began
    recipients = sum(found.values())
    if abs(recipients - size) > 2:  # noqa: PLR2004 - two thirds are rounded
        message = f"{recipients} recipients in place of {size}"
        raise RuntimeError(message)
    return {
        "recipients": recipients,
        "seconds": seconds,
        "per second": recipients / seconds,
        "worker's memory grew by, MB": (_memory() - before) / 1024,
    }


def _to_audience(session: Session, *, cause_id: UUID, now: datetime) -> dict[Channel, int]:
    return messages.expand(
        session,
        cause_id=cause_id,
        audience=members.audience(
            areas=("GB-MET", "GB-GMP"),
            severity=Severity.DANGER,
            settings=(WorkSetting.OUT_CALL, WorkSetting.IN_CALL),
            quiet=members.quiet_at(session, at=now, time_zone=ZONE),
        ),
        now=now,
        not_before=now,
    )


def _sealers() -> Sealers:
    with tempfile.TemporaryDirectory(prefix="brolly-bench-") as folder:
        settings = Settings(data_dir=Path(folder))
        create_missing_keys(settings)
        return Sealers.load(settings)


def _memory() -> int:
    """Return the most memory that this process ever had, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
