"""Filling an empty database from a backup: what `brolly restore` and its drill have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import click
from pyrage.x25519 import Identity
from sqlalchemy import Connection, inspect
from sqlalchemy.orm import Session

from checker.commands.progress import counting
from cli.backup import BARS
from cli.tables import sealed_records
from storage.archives import read_archive
from storage.dumping import VERSIONS, Header, Holds
from storage.engine import connect, writing
from storage.loading import Loader, Manifest, read_header
from storage.migrating import bring_empty, knows
from storage.record_keys import drop_strangers
from storage.sealing import Sealer

NOT_EMPTY = "the database is not empty: a restore goes into a new one. Nothing was changed"
NEWER = "the backup was made by a newer version of Brolly: install that one, then restore"
OLD_KEYS = (
    "the archive of the keys of records is older than the backup: reports that came between them "
    "would never open again. Take the newest one"
)

COMPARING = "Comparing"
LATER = {  # what points at rows that come later is looked at before the commit
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET CONSTRAINTS ALL DEFERRED",
}


@dataclass(frozen=True)
class Backup:
    """The two archives of a backup, and what opens and proves them."""

    file: Path
    keys_file: Path
    identities: Sequence[Identity] = field(repr=False)
    sealer: Sealer = field(repr=False)

    @cached_property
    def headers(self) -> dict[Holds, Header]:
        """Return the heads of both archives; raises ArchiveProblem."""
        paths = {Holds.DATABASE: self.file, Holds.RECORD_KEYS: self.keys_file}
        return {holds: read_header(path, self.identities, holds) for holds, path in paths.items()}

    @property
    def made_at(self) -> datetime:
        """Return the moment whose database this is."""
        return self.headers[Holds.DATABASE].made_at

    def require_usable(self) -> str:
        """Return the revision of its tables; refuses what this version cannot restore."""
        database, keys = self.headers[Holds.DATABASE], self.headers[Holds.RECORD_KEYS]
        if not (knows(database.revision) and knows(keys.revision)):
            raise click.ClickException(NEWER)
        if keys.made_at < database.made_at:
            raise click.ClickException(OLD_KEYS)
        return database.revision


def fill(url: str, backup: Backup, *, then: Callable[[Session], None]) -> Manifest:
    """Fill an empty database in one transaction that `then` belongs to; return the manifest.

    Interrupted at any moment, it leaves a database without rows. Raises ArchiveProblem, Differs.
    """
    revision = backup.require_usable()
    engine = connect(url, patient=True)
    try:
        with engine.connect() as connection:
            _require_empty(connection)
        bring_empty(url, revision)
        with writing(engine).begin() as session:
            connection = session.connection()
            _require_empty(connection)
            connection.exec_driver_sql(LATER[connection.dialect.name])
            manifest = _load(connection, backup.file, Holds.DATABASE, backup)
            _load(connection, backup.keys_file, Holds.RECORD_KEYS, backup)
            drop_strangers(session, sealed_records())
            then(session)
    finally:
        engine.dispose()
    return manifest


def _load(connection: Connection, path: Path, holds: Holds, backup: Backup) -> Manifest:
    loader = Loader(connection, backup.sealer, holds)
    with counting(BARS[holds]) as progress:
        read_archive(path, backup.identities, loader.take, progress)
    with counting(COMPARING) as progress:
        return loader.finish(progress)


def _require_empty(connection: Connection) -> None:
    """Refuse a database in which any table has a row."""
    names = set(inspect(connection).get_table_names()) - {VERSIONS}
    quote = connection.dialect.identifier_preparer.quote
    for name in sorted(names):
        found = connection.exec_driver_sql(f"SELECT 1 FROM {quote(name)} LIMIT 1")  # noqa: S608 - a table's own name, quoted
        if found.first():
            raise click.ClickException(NOT_EMPTY)
