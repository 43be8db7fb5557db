"""Anchors: the head of the audit, written to a file elsewhere from time to time.

Whoever holds the database and the key of the chain can make the chain anew from any entry on, but
not what was anchored. The file is only ever appended to: put it where the service may append and
nothing else (`chattr +a`), or have it copied away.
"""

import hmac
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from storage.audit_chain import Broken, Mark
from storage.sealing import Sealer

LINE = re.compile(r"(?P<told>(?P<number>[0-9]+) (?P<mac>[0-9a-f]{64}) \S+) (?P<check>[0-9a-f]{64})")
TAIL = 1_024  # octets: more than the longest line


@dataclass(frozen=True, slots=True)
class AnchorFile:
    """Lines of `number mac time check`; the check is keyed, and holds the line before it."""

    path: Path
    sealer: Sealer

    def marks(self) -> list[Mark]:
        """Return what was anchored, oldest first; raises Broken if a line does not fit."""
        found: list[Mark] = []
        check = ""
        for line in _lines(self.path, tail=False):
            check = self._check(check, line["told"])
            if not hmac.compare_digest(check, line["check"]):
                message = f"line {len(found) + 1} of {self.path.name} was changed"
                raise Broken(message)
            found.append(_mark(line))
        return found

    def append(self, head: Mark, *, now: datetime) -> bool:
        """Anchor the head unless it is the last that was; whether a line was written.

        Raises Broken if the head is behind the last anchor, OSError if it cannot be written.
        """
        last = next(reversed(list(_lines(self.path, tail=True))), None)
        if last is not None and _mark(last).number >= head.number:
            if _mark(last) == Mark(number=head.number, mac=head.mac):
                return False
            message = f"the chain ends at {head.number}, and {_mark(last).number} was anchored"
            raise Broken(message)
        told = f"{head.number} {head.mac.hex()} {now.astimezone(UTC).isoformat()}"
        _write(self.path, f"{told} {self._check(last['check'] if last else '', told)}\n")
        return True

    def set_aside(self, head: int, *, now: datetime) -> Path | None:
        """Put away anchors that lie beyond the head, as after a restore; return where they are.

        The chain goes on from an earlier entry then, and new ones take their numbers. Raises
        OSError if the file may only be appended to.
        """
        last = next(reversed(list(_lines(self.path, tail=True))), None)
        if last is None or _mark(last).number <= head:
            return None
        aside = self.path.with_name(f"{self.path.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        return self.path.rename(aside)

    def _check(self, before: str, told: str) -> str:
        key = self.sealer.ring.look_up
        return hmac.new(key, f"anchor|{before}|{told}".encode(), sha256).hexdigest()


def _mark(line: re.Match[str]) -> Mark:
    return Mark(number=int(line["number"]), mac=bytes.fromhex(line["mac"]))


def _lines(path: Path, *, tail: bool) -> Iterator[re.Match[str]]:
    """Yield whole lines; half of one is what a crash leaves, and is passed over.

    That hides nothing: the check of the line after a garbled one no longer fits.
    """
    try:
        with path.open("rb") as file:
            if tail:
                file.seek(max(0, path.stat().st_size - TAIL))
            text = file.read().decode("ascii", errors="replace")
    except FileNotFoundError:
        return
    for line in text.split("\n")[:-1]:
        whole = LINE.fullmatch(line)
        if whole:
            yield whole


def _write(path: Path, line: str) -> None:
    """Append a line and wait for the disk; it begins anew where a crash left half of one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = "\n" + line
        file.write(line.encode())
        os.fsync(descriptor)
