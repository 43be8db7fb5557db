"""Archives: lines, compressed and encrypted to age recipients as they are made, and read again.

Nothing is ever on the disk in plain, nor whole in memory. An archive has its name only once it is
whole: until then it is written beside it, as `<name>.part`.
"""

import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyrage
from pyrage.x25519 import Identity, Recipient

from storage.sealing import read_secret

AT_ONCE = 1 << 16  # octets
LONGEST_LINE = 1 << 26  # octets; a row is far shorter, and memory must not follow an archive's word
OURS_ALONE = 0o600
PART = ".part"


class ArchiveProblem(Exception):
    """An archive cannot be written or read; the text says why and what to do."""


def read_recipients(texts: Iterable[str]) -> list[Recipient]:
    """Return whom an archive is for; raises ArchiveProblem."""
    try:
        found = [Recipient.from_str(each) for each in texts]
    except pyrage.RecipientError:
        message = "a recipient is the public part of an age key pair: it begins with age1"
        raise ArchiveProblem(message) from None
    if not found:
        message = "name at least one --recipient, or set BROLLY_BACKUP_RECIPIENTS"
        raise ArchiveProblem(message)
    return found


def read_identities(path: Path) -> list[Identity]:
    """Return the secret parts in an age key file; raises ArchiveProblem, KeyFileError."""
    lines = [line.strip() for line in read_secret(path).splitlines()]
    try:
        found = [Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        found = []
    if not found:
        message = f"{path.name} holds no age key: one is a line that begins with AGE-SECRET-KEY-"
        raise ArchiveProblem(message)
    return found


def write_archive(path: Path, lines: Iterator[bytes], recipients: Sequence[Recipient]) -> int:
    """Write lines to a new archive and return its size in octets; raises ArchiveProblem."""
    if path.exists():
        message = f"{path} is there already: name a new file"
        raise ArchiveProblem(message)
    part = path.with_name(path.name + PART)
    try:
        with _new(part) as file:
            _encrypt(lines, file, recipients)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        part.rename(path)
        _settle(path.parent)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        message = f"{path} could not be written ({why}): nothing was left behind"
        raise ArchiveProblem(message) from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size


def read_archive(
    path: Path,
    identities: Sequence[Identity],
    take: Callable[[bytes], None],
    progress: Callable[[int, int], None] = lambda read, of: None,  # noqa: ARG005 - shows nothing
) -> None:
    """Hand the lines of an archive on as they are read; raises ArchiveProblem.

    Lines may have been handed on before an archive turns out to be damaged or cut short: whoever
    takes them keeps nothing until this returns. `progress` is told how many octets of the file were
    read, of how many.
    """
    sink = _Sink(take)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            sink.moved = lambda: progress(file.tell(), size)
            pyrage.decrypt_io(file, sink, identities)
        sink.end()
    except (OSError, pyrage.DecryptError, zlib.error) as error:
        if sink.failure and not isinstance(sink.failure, zlib.error):
            raise sink.failure from None
        raise ArchiveProblem(_why_not(path, error)) from None


@contextmanager
def _new(part: Path) -> Iterator[BinaryIO]:
    """Open a new file that is its owner's alone; what a kill has left of one is replaced."""
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ALONE)
    with os.fdopen(descriptor, "wb", buffering=AT_ONCE) as file:
        yield file


def _settle(folder: Path) -> None:
    """Wait until the disk knows the new name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _encrypt(lines: Iterator[bytes], file: BinaryIO, recipients: Sequence[Recipient]) -> None:
    """Encrypt; the library turns errors of ours into its own, so they are kept and raised again."""
    source, target = _Source(lines), _Target(file)
    try:
        pyrage.encrypt_io(source, target, recipients)
    except pyrage.EncryptError as error:
        raise (source.failure or target.failure or error) from None


def _why_not(path: Path, error: Exception) -> str:
    text = str(error)
    if isinstance(error, FileNotFoundError):
        return f"{path} is not there"
    if isinstance(error, PermissionError):
        return f"{path} may not be read by this account"
    if "No matching keys" in text:
        return f"{path.name} was made for another key: name the file of its --identity"
    return f"{path.name} is damaged, cut short, or no archive of Brolly's: take another copy of it"


@dataclass(slots=True)
class _Source:
    """What the encryption reads from: the lines, compressed as they come."""

    lines: Iterator[bytes]
    failure: Exception | None = None
    _ready: bytearray = field(default_factory=bytearray)
    _squeeze: "zlib._Compress | None" = field(default_factory=lambda: zlib.compressobj(1))

    def read(self, size: int) -> bytes:
        """Return up to so many octets; none at the end."""
        try:
            while self._squeeze is not None and len(self._ready) < size:
                self._fill(self._squeeze)
        except Exception as error:
            self.failure = error
            raise
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        return taken

    def _fill(self, squeeze: "zlib._Compress") -> None:
        for line in self.lines:
            self._ready += squeeze.compress(line + b"\n")
            if len(self._ready) >= AT_ONCE:
                return
        self._ready += squeeze.flush()
        self._squeeze = None


@dataclass(slots=True)
class _Target:
    """What the encryption writes to."""

    file: BinaryIO
    failure: Exception | None = None

    def write(self, octets: bytes) -> int:
        """Write octets."""
        try:
            return self.file.write(octets)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None:
        """Leave it to the file: what matters is the wait for the disk in the end."""


@dataclass(slots=True)
class _Sink:
    """What the decryption writes to: it makes lines again and hands them on."""

    take: Callable[[bytes], None]
    failure: Exception | None = None
    moved: Callable[[], None] = lambda: None
    _rest: bytes = b""
    _stretch: "zlib._Decompress" = field(default_factory=zlib.decompressobj)

    def write(self, octets: bytes) -> int:
        """Take octets as they are decrypted; the library hands on an OSError alone.

        It may write what it still has after one.
        """
        if self.failure:
            raise OSError from self.failure
        left = octets
        try:
            plain = left
            while left or len(plain) >= AT_ONCE:  # some may wait inside, all input taken
                plain = self._stretch.decompress(left, AT_ONCE)
                left = self._stretch.unconsumed_tail
                self._hand_on(plain)
            self.moved()
        except Exception as error:
            self.failure = error
            raise OSError from error
        return len(octets)

    def flush(self) -> None:
        """Keep nothing back: there is nothing to do."""

    def end(self) -> None:
        """Take the end for an end only if it is one."""
        if self._rest or not self._stretch.eof or self._stretch.unused_data:
            raise zlib.error

    def _hand_on(self, plain: bytes) -> None:
        *lines, self._rest = (self._rest + plain).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise zlib.error
        for line in lines:
            self.take(line)
