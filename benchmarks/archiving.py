"""Running `brolly backup` and `brolly restore` to measure them, and plain copies to compare with.

A plain copy is what one would do without Brolly: SQLite's own `.backup`, or `pg_dump` compressed as
fast as it goes, through age; and back again. It proves nothing, and keeps the keys of records
beside what they open.
"""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import IO

import pyrage
from pyrage.x25519 import Identity
from sqlalchemy import URL, make_url

from benchmarks.instance import environment
from cli.keys import create_missing_keys
from config.settings import Settings
from tests.servers import postgres_binaries

EVERY = 0.02  # seconds between two looks at a program's memory
COPY = "copy.age"
PROGRAMS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Ran:
    """How long something took, of that on a processor, and the most memory that it had, in MB."""

    seconds: float
    processor: float
    memory: float = 0.0


class _Clock:
    """What has passed since it was made, here and in programs that have ended."""

    def __init__(self) -> None:
        self.began, self.processor = time.perf_counter(), _processor()

    def ran(self, memory: float = 0.0) -> Ran:
        return Ran(time.perf_counter() - self.began, _processor() - self.processor, memory)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder for archives, the key that opens them, and the settings of an instance."""

    folder: Path
    settings: Settings
    key: Identity = field(repr=False)

    @classmethod
    def under(cls, folder: Path) -> "Place":
        """Make the folders and the keys."""
        settings, key = Settings(data_dir=folder / "data"), Identity.generate()
        create_missing_keys(settings)
        for name in ("backups", "apart"):
            (folder / name).mkdir()
        (folder / "age.key").touch(mode=0o600)
        (folder / "age.key").write_text(f"{key}\n", encoding="ascii")
        return cls(folder, settings, key)

    def back_up(self, url: str) -> Ran:
        """Run `brolly backup`."""
        for former in self.folder.glob("*/*.age"):
            former.unlink()
        words = ["--to", "backups", "--record-keys-to", "apart"]
        return self._run(url, "backup", *words, "--recipient", str(self.key.to_public()))

    def restore(self, url: str) -> Ran:
        """Run `brolly restore` into an empty database."""
        (file,), (keys,) = (self.folder.glob(f"{name}/*.age") for name in ("backups", "apart"))
        return self._run(
            url, "restore", str(file), "--record-keys", str(keys), "--identity", "age.key"
        )

    def copy(self, url: str) -> Ran:
        """Copy a database through age."""
        clock = _Clock()
        with (self.folder / COPY).open("wb") as target, _read(make_url(url), self.folder) as source:
            pyrage.encrypt_io(source, target, [self.key.to_public()])
            os.fsync(target.fileno())
        return clock.ran()

    def copy_back(self, url: str) -> Ran:
        """Make a database of such a copy."""
        clock = _Clock()
        with (self.folder / COPY).open("rb") as source, _written(make_url(url)) as target:
            pyrage.decrypt_io(source, target, [self.key])
        return clock.ran()

    def _run(self, url: str, *words: str) -> Ran:
        told = environment(self.settings)
        told |= {"BROLLY_DATABASE_URL": url, "PYTHONPATH": str(PROGRAMS)}
        said, most, clock = self.folder / "said", 0.0, _Clock()
        with said.open("wb") as output:
            program = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "cli", *words],
                env=told,
                cwd=self.folder,
                stdout=output,
                stderr=output,
            )
            while program.poll() is None:
                most = max(most, _memory(program.pid))
                time.sleep(EVERY)
        if program.returncode:
            raise RuntimeError(said.read_text(encoding="utf-8"))
        return clock.ran(most)


@contextmanager
def _read(url: URL, folder: Path) -> Iterator[IO[bytes]]:
    """Give the octets of a database as its own tools copy it."""
    if url.get_backend_name() == "sqlite":
        copy = folder / "copy.sqlite3"
        with (
            closing(sqlite3.connect(str(url.database))) as there,
            closing(sqlite3.connect(copy)) as here,
        ):
            there.backup(here)
        with copy.open("rb") as source:
            yield source
        copy.unlink()
        return
    command = [*_postgresql("pg_dump", url), "--format=custom", "--compress=gzip:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as program:  # noqa: S603 - PostgreSQL's own
        assert program.stdout  # noqa: S101 - as opened
        yield program.stdout
    _require_well(program)


@contextmanager
def _written(url: URL) -> Iterator[IO[bytes]]:
    """Give what makes a database of such octets."""
    if url.get_backend_name() == "sqlite":
        with Path(str(url.database)).open("wb") as target:
            yield target
            os.fsync(target.fileno())
        return
    command = _postgresql("pg_restore", url)
    with subprocess.Popen(command, stdin=subprocess.PIPE) as program:  # noqa: S603 - PostgreSQL's own
        assert program.stdin  # noqa: S101 - as opened
        yield program.stdin
    _require_well(program)


def _postgresql(name: str, url: URL) -> list[str]:
    database, host = str(url.database), str(url.query["host"])
    return [str(postgres_binaries() / name), "-U", "postgres", "-h", host, "-d", database]


def _require_well(program: subprocess.Popen[bytes]) -> None:
    if program.returncode:
        message = f"it ended with {program.returncode}"
        raise RuntimeError(message)


def _processor() -> float:
    used = [getrusage(whose) for whose in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _memory(pid: int) -> float:
    """Return the most memory that a program has had, in MB; 0 once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except ProcessLookupError:
        return 0.0
    most = next((line for line in lines if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(most.split()[1]) / 1024
