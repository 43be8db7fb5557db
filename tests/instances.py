"""A whole instance in processes of its own, as `brolly up` runs it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers import free_port

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Up:
    """A running `brolly up`."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    port: int

    def ready(self) -> bool:
        """Whether everything that /readyz looks at is well."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def children(self) -> dict[str, int]:
        """Return the process ids of its children by a word of what they are."""
        found = subprocess.run(  # noqa: S603 - a listing of our own children
            ["ps", "-o", "pid=,comm=", "--ppid", str(self.process.pid)],  # noqa: S607 - Debian's
            capture_output=True,
            text=True,
            check=False,
        )
        rows = [line.split(None, 1) for line in found.stdout.splitlines()]
        return {f"{name.strip()}-{pid}": int(pid) for pid, name in rows}

    def programs(self) -> set[int]:
        """Return the process ids of everything on its folder, however far down."""
        mark = f"BROLLY_DATA_DIR={self.folder}".encode()
        found = set()
        for each in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (each / "environ").read_bytes().split(b"\0"):
                    found.add(int(each.name))
        return found


def eventually(look: Callable[[], bool]) -> None:
    """Wait until it has happened."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not look():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


@contextmanager
def running(folder: Path, **more: str) -> Iterator[Up]:
    """Run an instance in a folder that is made for it; what it says goes to `up.log` there."""
    port = free_port()
    folder.mkdir(mode=0o700)
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "cli", "up", "--port", str(port)],
            env={**os.environ, "BROLLY_DATA_DIR": str(folder), **more},
            stdout=log,
            stderr=log,
        )
        up = Up(process, folder, port)
        try:
            eventually(up.ready)
            yield up
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE_SECONDS)
