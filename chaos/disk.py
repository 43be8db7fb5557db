"""A small disk that can be filled: a tmpfs of its own, where this account may mount one."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BALLAST = "ballast"
PIECES = (1024 * 1024, 4096)  # octets; the last free page counts too


@dataclass(frozen=True, slots=True)
class Disk:
    """Where an instance keeps everything; `small` if it is a disk of its own."""

    folder: Path
    small: bool

    def fill(self) -> None:
        """Leave no octet free."""
        if not self.small:
            return
        file = os.open(self.folder / BALLAST, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            for piece in PIECES:
                _write_until_full(file, bytes(piece))
        finally:
            os.close(file)

    def free(self) -> None:
        """Make room again."""
        (self.folder / BALLAST).unlink(missing_ok=True)


@contextmanager
def a_disk(folder: Path, *, megabytes: int) -> Iterator[Disk]:
    """Give a small disk, or a plain folder where none can be mounted."""
    folder.mkdir()
    options = f"size={megabytes}m,mode=0711"
    mounted = _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    folder.chmod(0o711)  # the database's account passes through
    try:
        yield Disk(folder, small=mounted)
    finally:
        if mounted:
            _run("umount", "--lazy", str(folder))


def _write_until_full(file: int, piece: bytes) -> None:
    try:
        while os.write(file, piece) == len(piece):
            pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def _run(name: str, *words: str) -> bool:
    program = shutil.which(name)
    if program is None or os.geteuid() != 0:
        return False
    done = subprocess.run([program, *words], check=False, stderr=subprocess.DEVNULL)  # noqa: S603 - a program of the system
    return done.returncode == 0
