"""A backup and a restore of many reports: how long, how much memory, and against a plain copy.

The reports are filled into SQLite; its backup is restored to SQLite and to PostgreSQL, which is
backed up and restored then. Of every restored database the audit is walked and a hundred reports
are opened. `BENCH_REPORTS` changes how many there are (100,000); a tenth of it comes first.
"""

import os
import random
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url, select, text

from benchmarks.archiving import Place
from benchmarks.filling import NAMES, PASSPHRASE, fill
from benchmarks.postgresql import a_postgresql
from benchmarks.tables import Row
from checker.evaluator import LocalEvaluator
from members import actions as members
from reports import actions as reports
from reports.records import ReportRow
from storage import audit
from storage.engine import connect, writing
from storage.keys import Sealers
from storage.migrating import upgrade

MOST = int(os.environ.get("BENCH_REPORTS", "100000"))
OPENED = 100
MEGA = 1_000_000
SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    "postgresql": "SELECT pg_database_size(current_database())",
}


def measure() -> list[Row]:
    """Return a row for each database, number of reports and direction."""
    return [row for many in (MOST // 10, MOST) for row in _measure(many)]


def _measure(many: int) -> list[Row]:
    with TemporaryDirectory(prefix="brolly-bench-") as folder, a_postgresql() as postgresql:
        place = Place.under(Path(folder))
        sqlite, *others = (f"sqlite:///{folder}/{name}.sqlite3" for name in "abc")
        _fill(place, sqlite, many)
        rows = _compared(place, sqlite, *others, many=many)
        place.restore(postgresql)
        others = [_another(postgresql, name) for name in "bc"]
        return rows + _compared(place, postgresql, *others, many=many)


def _compared(place: Place, url: str, restored: str, copied: str, *, many: int) -> list[Row]:
    """Back a database up, copy it, bring both back, and look at what was restored."""
    backup, copy = place.back_up(url), place.copy(url)
    restore, copy_back = place.restore(restored), place.copy_back(copied)
    _prove(place, restored, many)
    size = _megabytes(url)
    return [
        {
            "database": make_url(url).get_backend_name(),
            "reports": many,
            "MB": size,
            "what": what,
            "seconds": ran.seconds,
            "processor, s": ran.processor,
            "MB a second": size / ran.seconds,
            "most memory, MB": ran.memory,
            "plain copy, seconds": plain.seconds,
            "its processor, s": plain.processor,
            "times the plain copy": ran.seconds / plain.seconds,
        }
        for what, ran, plain in (("backup", backup, copy), ("restore", restore, copy_back))
    ]


def _fill(place: Place, url: str, many: int) -> None:
    upgrade(url)
    settings, engine = place.settings, connect(url)
    evaluator = LocalEvaluator.load(
        settings.key_file("register"), settings.key_file("rotation_public")
    )
    fill(engine, Sealers.load(settings), evaluator, many, datetime.now(UTC))
    engine.dispose()


def _prove(place: Place, url: str, many: int) -> None:
    """Walk the audit of a database and open some of its reports; raises what does not fit."""
    sealers, engine, now = Sealers.load(place.settings), connect(url), datetime.now(UTC)
    with writing(engine).begin() as session:
        audit.verify(session, sealers.audit)
        waits = members.sign_in(session, sealers, name=NAMES[0], passphrase=PASSPHRASE, now=now)
        token = members.finish_second_step(session, token=waits, now=now)
        account = members.resume(session, sealers, token=token, now=now)
        assert account  # noqa: S101 - somebody signed in just now
        reader = members.reader(session, token=token, account_id=account.id)
        ids = list(session.scalars(select(ReportRow.id)))
        assert len(ids) == many  # noqa: S101 - a backup of half of them is not worth measuring
        for report_id in random.sample(ids, OPENED):
            reports.open_report(session, reader, report_id)
    engine.dispose()


def _megabytes(url: str) -> float:
    engine = connect(url)
    with engine.connect() as connection:
        octets = connection.scalar(text(SIZE[engine.dialect.name]))
    engine.dispose()
    return int(octets or 0) / MEGA


def _another(url: str, name: str) -> str:
    """Make another database on the same server."""
    engine = connect(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)
