"""Loading: the lines of a backup as the rows of a database, and whether they are the same."""

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pyrage.x25519 import Identity
from sqlalchemy import Connection, bindparam, insert, update

from storage.archives import ArchiveProblem, read_archive
from storage.dumping import AT_ONCE, FORMAT, OFTEN, Header, Holds, Progress, rows, seal
from storage.portable import Carried, Sum
from storage.sealing import Sealer

NOT_OURS = "this is no backup that this version of Brolly can read"
DIFFERS = "{table}: the backup says {told}, and there are {found}"


class Differs(Exception):
    """What was read, or what is in the database now, is not what the backup's manifest says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands at the end of an archive: how many rows of what digest, and more facts."""

    tables: Mapping[str, Mapping[str, object]]
    facts: Mapping[str, Any]

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(int(str(each["rows"])) for each in self.tables.values())


@dataclass(slots=True)
class Loader:
    """Takes the lines of one archive into one transaction; `finish` says whether they are whole."""

    connection: Connection
    sealer: Sealer
    holds: Holds
    header: Header | None = None
    tables: list[Carried] = field(default_factory=list)
    _sums: dict[str, Sum] = field(default_factory=dict)
    _manifest: Manifest | None = None
    _waiting: list[dict[str, Any]] = field(default_factory=list)
    _later: list[dict[str, Any]] = field(default_factory=list)
    _unpack: Callable[[bytes], dict[str, Any]] | None = None

    def take(self, line: bytes) -> None:
        """Take the next line; raises ArchiveProblem, Differs."""
        try:
            self._take(line)
        except (KeyError, ValueError, TypeError, IndexError):
            raise ArchiveProblem(NOT_OURS) from None

    def finish(self, progress: Progress) -> Manifest:
        """Compare what was read, and what is in the database, with the manifest.

        `progress` is told how many of how many rows were compared. Raises ArchiveProblem, Differs.
        """
        if self._manifest is None:
            message = "the backup ends before its manifest"
            raise ArchiveProblem(message)
        compare(self._manifest, {name: each.told() for name, each in self._sums.items()})
        total = self._manifest.rows
        found = sums(self.connection, self.tables, lambda done: progress(done, total))
        compare(self._manifest, found)
        return self._manifest

    def _take(self, line: bytes) -> None:
        if self.header is None:
            self.header = _header(line, self.holds)
        elif line.startswith(b"["):
            self._take_row(line)
        else:
            self._flush()
            told = json.loads(line)
            if "manifest" in told:
                self._end(self.header, told)
            else:
                self._begin(Carried.read(told))

    def _begin(self, of: Carried) -> None:
        self.tables.append(of)
        self._sums[of.name] = Sum()
        self._unpack = of.unpack()

    def _take_row(self, line: bytes) -> None:
        if self._unpack is None:
            raise ArchiveProblem(NOT_OURS)
        self._sums[self.tables[-1].name].add(line)
        self._waiting.append(self._unpack(line))
        if len(self._waiting) >= AT_ONCE:
            self._insert()

    def _insert(self) -> None:
        """Insert the rows that wait; what points to rows of the same table is set in the end."""
        of = self.tables[-1]
        for row in self._waiting if of.later else ():
            if any(row[name] is not None for name in of.later):
                names = (*of.key, *of.later)
                self._later.append({f"its_{name}": row[name] for name in names})
                row.update(dict.fromkeys(of.later))
        self.connection.execute(insert(of.clause()), self._waiting)
        self._waiting = []

    def _flush(self) -> None:
        if self._waiting:
            self._insert()
        if self._later:
            clause, of = self.tables[-1].clause(), self.tables[-1]
            same = (clause.c[name] == bindparam(f"its_{name}") for name in of.key)
            values: dict[str, Any] = {name: bindparam(f"its_{name}") for name in of.later}
            self.connection.execute(update(clause).where(*same).values(values), self._later)
            self._later = []

    def _end(self, header: Header, told: Mapping[str, Any]) -> None:
        manifest, given = dict(told["manifest"]), str(told["seal"])
        if not hmac.compare_digest(seal(self.sealer, header, manifest), given):
            message = (
                "the backup was not made by this instance, or was changed: its seal does not fit "
                "the audit key that is here"
            )
            raise ArchiveProblem(message)
        self._manifest = Manifest(tables=manifest.pop("tables"), facts=manifest)


def read_header(path: Path, identities: Sequence[Identity], holds: Holds) -> Header:
    """Return what stands at the head of an archive; raises ArchiveProblem."""
    found: list[Header] = []

    def take(line: bytes) -> None:
        try:
            found.append(_header(line, holds))
        except (KeyError, ValueError, TypeError):
            raise ArchiveProblem(NOT_OURS) from None
        raise _Enough

    try:
        read_archive(path, identities, take)
    except _Enough:
        return found[0]
    raise ArchiveProblem(NOT_OURS)


def sums(
    connection: Connection, tables: Sequence[Carried], progress: Callable[[int], None]
) -> dict[str, dict[str, object]]:
    """Return how many rows of what digest are in the database; `progress` is told how many yet."""
    found, done = {}, 0
    for each in tables:
        total = Sum()
        for line in rows(connection, each):
            total.add(line)
            done += 1
            if done % OFTEN == 0:
                progress(done)
        progress(done)
        found[each.name] = total.told()
    return found


def compare(manifest: Manifest, found: Mapping[str, Mapping[str, object]]) -> None:
    """Raise Differs where tables are not what a manifest says; the text names counts alone."""
    for name in sorted({*manifest.tables, *found}):
        told, is_there = manifest.tables.get(name, {}), found.get(name, {})
        if told != is_there:
            was, now = told.get("rows"), is_there.get("rows")
            message = DIFFERS.format(table=name, told=f"{was} rows", found=f"{now}")
            raise Differs(message if was != now else f"{name}: rows were changed")


class _Enough(Exception):
    """The head was read; the rest is not wanted yet."""


def _header(line: bytes, holds: Holds) -> Header:
    told = json.loads(line)
    if told["format"] != FORMAT:
        raise ArchiveProblem(NOT_OURS)
    if told["holds"] != holds:
        message = f"this archive holds {told['holds']}, and {holds} is needed here"
        raise ArchiveProblem(message)
    return Header(
        holds=holds,
        revision=str(told["revision"]),
        made_at=datetime.fromisoformat(told["made_at"]),
    )
