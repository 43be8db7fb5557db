"""The ledger: one line for each accepted message, on disk before the sender is told."""

import asyncio
import hmac
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

LONGEST_LINE = 4096


class LedgerNotWritten(Exception):
    """The ledger could not be put on disk (a full disk, say): nothing was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One acceptance: recipient and body only as fingerprints; the delivery id if one was given."""

    delivery: str | None
    channel: str
    to: str
    body: str
    at: str
    id: str

    def line(self) -> str:
        """Return the entry as a line of JSON."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return f"{json.dumps(fields)}\n"


class Fingerprints:
    """Keyed fingerprints (HMAC-SHA256, hexadecimal) of what the ledger must not hold in plain."""

    def __init__(self, auth_token: str) -> None:
        """Derive the key from the account's token, which every party to a trial knows."""
        self._key = hmac.digest(auth_token.encode(), b"brolly gateway ledger", "sha256")

    def of(self, text: str) -> str:
        """Return the fingerprint of a recipient or a body."""
        return hmac.digest(self._key, text.encode(), "sha256").hex()


def read_ledger(path: Path) -> list[Entry]:
    """Return the entries; a last line that a crash cut short was never promised and is left out."""
    if not path.exists():
        return []
    whole = path.read_bytes().rpartition(b"\n")[0]
    return [Entry(**json.loads(line)) for line in whole.splitlines()]


class Ledger:
    """Appends entries; those who wait at the same time share one fsync (group commit)."""

    def __init__(self, path: Path | None, fingerprints: Fingerprints) -> None:
        """Open the file for appending, or keep no ledger when there is no path."""
        self.fingerprints = fingerprints
        self._file = None if path is None else _open(path)
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def promise(self, entries: Sequence[Entry]) -> None:
        """Return once the entries are on disk; raises LedgerNotWritten."""
        if self._file is None:
            return
        lines = "".join(entry.line() for entry in entries)
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((lines.encode(), written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_those_waiting(self._file))
        await written

    async def _write_those_waiting(self, file: int) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            lines = b"".join(line for line, _ in batch)
            try:
                await loop.run_in_executor(self._thread, _append, file, lines)
            except OSError as error:
                _settle(batch, LedgerNotWritten(error.strerror))
            else:
                _settle(batch, None)
        self._writing = None

    async def close(self) -> None:
        """Write what is waiting and close the file."""
        if self._writing is not None:
            await self._writing
        self._thread.shutdown()
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _settle(
    batch: Sequence[tuple[bytes, asyncio.Future[None]]], error: LedgerNotWritten | None
) -> None:
    for _, written in batch:
        if written.done():  # its request was cancelled
            continue
        if error is None:
            written.set_result(None)
        else:
            written.set_exception(error)


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    _cut_torn_line(file)
    return file


def _cut_torn_line(file: int) -> None:
    size = os.fstat(file).st_size
    length = min(size, LONGEST_LINE)
    torn = os.pread(file, length, size - length).rpartition(b"\n")[2]
    if torn:
        os.ftruncate(file, size - len(torn))


def _append(file: int, lines: bytes) -> None:
    before = os.fstat(file).st_size
    try:
        written = 0
        while written < len(lines):
            written += os.write(file, lines[written:])
        os.fsync(file)
    except OSError:
        if os.fstat(file).st_size > before:
            os.ftruncate(file, before)
        raise
