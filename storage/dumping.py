"""Dumping: the tables of a database as the lines of a backup, all as they were at one moment.

Two archives come of one snapshot: the keys of records in one of their own. An old backup would
otherwise bring back the keys of what was shredded since.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, MetaData, column, func, inspect, select, table

from storage.engine import connect
from storage.portable import Carried, Sum
from storage.record_keys import TABLE as RECORD_KEYS
from storage.sealing import Sealer

FORMAT = "brolly backup 1"
VERSIONS = "alembic_version"
AT_ONCE = 1_000  # rows
OFTEN = 1_000  # rows between two moves of a bar
DOMAIN = "backup"

Progress = Callable[[int, int], None]


class Holds(StrEnum):
    """What an archive holds."""

    DATABASE = "database"
    RECORD_KEYS = "record_keys"


class UnknownTables(Exception):
    """The database has other tables than this version of Brolly knows: nothing is backed up."""

    def __init__(self, names: Collection[str]) -> None:
        """Name those that only one of the two has."""
        super().__init__(
            "nothing was backed up: the database and this version of Brolly do not have the same "
            f"tables ({', '.join(sorted(names))}). Install the version that the service runs on"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands at the head of an archive."""

    holds: Holds
    revision: str
    made_at: datetime

    def line(self) -> bytes:
        """Return the first line of an archive."""
        return to_line(
            {
                "format": FORMAT,
                "holds": self.holds,
                "revision": self.revision,
                "made_at": self.made_at.isoformat(),
            }
        )


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """Give a connection that sees the database as it is now, whatever is written meanwhile.

    It begins with the first statement, and nobody waits for it. On SQLite the log of
    changes (WAL) grows until it ends.
    """
    engine = connect(url, patient=True)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            connection.execute(select(column("version_num")).select_from(table(VERSIONS)))
            yield connection
    finally:
        engine.dispose()


def parts(connection: Connection, metadata: MetaData) -> Mapping[Holds, Sequence[Carried]]:
    """Return the tables of each archive, parents before children; raises UnknownTables."""
    found = set(inspect(connection).get_table_names()) - {VERSIONS}
    if found != set(metadata.tables):
        raise UnknownTables(found ^ set(metadata.tables))
    tables = [Carried.of(each) for each in metadata.sorted_tables]
    return {
        Holds.RECORD_KEYS: [each for each in tables if each.name == RECORD_KEYS],
        Holds.DATABASE: [each for each in tables if each.name != RECORD_KEYS],
    }


def dump(
    connection: Connection,
    header: Header,
    tables: Sequence[Carried],
    sealer: Sealer,
    *,
    about: Mapping[str, object],
    progress: Progress,
) -> Iterator[bytes]:
    """Yield the lines of an archive; the last is the manifest, sealed by the service's key.

    Whoever knows the recipient can encrypt to it: only the seal shows that a backup is ours.
    """
    total, done = sum(count(connection, each) for each in tables), 0
    sums = {each.name: Sum() for each in tables}
    yield header.line()
    for each in tables:
        yield to_line(each.told())
        for line in rows(connection, each):
            sums[each.name].add(line)
            yield line
            done += 1
            if done % OFTEN == 0 or done == total:
                progress(done, total)
    manifest = {**about, "tables": {name: each.told() for name, each in sums.items()}}
    yield to_line({"manifest": manifest, "seal": seal(sealer, header, manifest)})


def seal(sealer: Sealer, header: Header, manifest: Mapping[str, object]) -> str:
    """Return the keyed hash of a header and a manifest."""
    told = header.line() + to_line(manifest)
    return sealer.fingerprint(DOMAIN, told.decode()).hex()


def rows(connection: Connection, of: Carried) -> Iterator[bytes]:
    """Yield the rows of a table as lines."""
    pack = of.pack()
    found: Iterable[Iterable[object]] = connection.execute(
        select(of.clause()), execution_options={"yield_per": AT_ONCE}
    )
    for row in found:
        yield pack(row)


def count(connection: Connection, of: Carried) -> int:
    """Return how many rows a table has."""
    return connection.scalar(select(func.count()).select_from(of.clause())) or 0


def to_line(told: Mapping[str, object]) -> bytes:
    """Return a line that is no row."""
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()
