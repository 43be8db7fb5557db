"""Which `brolly up` looks after a data folder: at most one, and where it answers."""

import fcntl
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LOCK = "up.lock"
WITH_DEMO_DATA = " with demo data"
LINE = re.compile(rf"process (?P<process>[0-9]+) at (?P<url>\S+)(?P<demo>{WITH_DEMO_DATA})?\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A `brolly up`."""

    process: int
    url: str
    demo: bool

    def __str__(self) -> str:
        """Return the line of the lock file."""
        return f"process {self.process} at {self.url}{WITH_DEMO_DATA if self.demo else ''}"


class AlreadyRunning(Exception):
    """Another one looks after this folder; the argument says which."""


def hold(folder: Path, one: Running) -> IO[str]:
    """Look after a data folder until the file is closed; raises AlreadyRunning."""
    lock = (folder / LOCK).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with lock:
            lock.seek(0)
            raise AlreadyRunning(lock.read().strip()) from None
    lock.truncate(0)
    lock.write(f"{one}\n")
    lock.flush()
    return lock


def running(folder: Path) -> Running | None:
    """Return which one looks after a data folder, if one does."""
    try:
        lock = (folder / LOCK).open()
    except OSError:
        return None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            found = LINE.fullmatch(lock.read())
            return found and Running(
                process=int(found["process"]), url=found["url"], demo=bool(found["demo"])
            )
    return None
