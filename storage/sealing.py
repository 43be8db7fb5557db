"""Sealing: AES-256-GCM-SIV (RFC 8452), bound to table, column and row, with key ids.

A sealed value is `version (1) || key id (4) || nonce (12) || ciphertext and tag`. The associated
data is `table|column|row`, so a value copied to another place does not open.
"""

import base64
import binascii
import hmac
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

VERSION = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
LOOK_UP = "look-up"


class Sealed(bytes):
    """Bytes made by a `Sealer`; the only thing a sealed column takes."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show the length only."""
        return f"<sealed, {len(self)} bytes>"


class KeyFileError(Exception):
    """A key file is missing, readable by others or not in its format; the text says what to do."""


class CannotOpen(Exception):
    """A sealed value does not open here: wrong key, wrong place or changed bytes."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one purpose: the current one, earlier ones, and one for equality look-ups."""

    current: bytes
    keys: dict[bytes, bytes] = field(repr=False)
    look_up: bytes = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a key file; raises KeyFileError. Lines: `<id> <base64 key>`, newest first."""
        lines = read_secret(path).split("\n")
        keys: dict[bytes, bytes] = {}
        look_up = b""
        try:
            for line in filter(None, lines):
                name, encoded = line.split()
                key = _key(encoded)
                if name == LOOK_UP:
                    look_up = key
                else:
                    keys[bytes.fromhex(name).rjust(4, b"\0")] = key
            return cls(next(iter(keys)), keys, look_up or _missing())
        except (ValueError, binascii.Error, StopIteration):
            message = f"key file {path.name} is damaged: restore it from your copy of the keys"
            raise KeyFileError(message) from None

    @staticmethod
    def generate(path: Path) -> None:
        """Write a new key file, readable by its owner only; never over an existing one."""
        lines = [
            f"{secrets.token_hex(4)} {_encoded(secrets.token_bytes(KEY_BYTES))}",
            f"{LOOK_UP} {_encoded(secrets.token_bytes(KEY_BYTES))}",
        ]
        write_secret(path, "\n".join(lines) + "\n")


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens values of one purpose with a ring of keys."""

    ring: KeyRing

    def seal(self, plain: str | bytes, *, table: str, column: str, row: UUID | str) -> Sealed:
        """Return the sealed value for exactly this table, column and row."""
        octets = plain.encode() if isinstance(plain, str) else plain
        nonce = os.urandom(NONCE_BYTES)
        cipher = AESGCMSIV(self.ring.keys[self.ring.current])
        body = cipher.encrypt(nonce, octets, place(table, column, row))
        return Sealed(VERSION + self.ring.current + nonce + body)

    def unseal(self, sealed: Sealed, *, table: str, column: str, row: UUID | str) -> bytes:
        """Return the plain bytes; raises CannotOpen."""
        key = self.ring.keys.get(sealed[1:5])
        if key is None or sealed[:1] != VERSION:
            message = f"{table}.{column}: sealed under a key that is not in the key file"
            raise CannotOpen(message)
        try:
            return AESGCMSIV(key).decrypt(sealed[5:17], sealed[17:], place(table, column, row))
        except InvalidTag:
            message = f"{table}.{column}: the sealed value was changed or moved"
            raise CannotOpen(message) from None

    def text(self, sealed: Sealed, *, table: str, column: str, row: UUID | str) -> str:
        """Return the plain text; raises CannotOpen."""
        return self.unseal(sealed, table=table, column=column, row=row).decode()

    def fingerprint(self, domain: str, value: str) -> bytes:
        """Return 32 keyed bytes (HMAC-SHA256) by which equal values find each other."""
        return hmac.digest(self.ring.look_up, f"{domain}|{value}".encode(), sha256)


def read_secret(path: Path) -> str:
    """Return the text of a secret file; raises KeyFileError if others may read it."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        message = f"key file {path.name} is missing: run `brolly keys create`, or restore it"
        raise KeyFileError(message) from None
    except (OSError, UnicodeDecodeError) as error:
        message = f"key file {path.name} cannot be read ({type(error).__name__})"
        raise KeyFileError(message) from None
    if mode & 0o077:
        message = f"key file {path.name} can be read by others: run chmod 600 on it"
        raise KeyFileError(message)
    return text


def write_secret(path: Path, text: str) -> None:
    """Write a new secret file with mode 600; raises FileExistsError rather than replace one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def replace_secret(path: Path, text: str) -> None:
    """Put another text in the place of a secret file's, whole or not at all.

    What it held is overwritten then; a disk that writes elsewhere may keep it all the same.
    """
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    write_secret(new, text)
    with path.open("r+b") as former:
        new.replace(path)
        former.write(bytes(os.fstat(former.fileno()).st_size))
        os.fsync(former.fileno())
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def place(table: str, column: str, row: UUID | str) -> bytes:
    """Return the associated data of a value that belongs in this table, column and row."""
    return f"{table}|{column}|{row}".encode()


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _key(encoded: str) -> bytes:
    key = base64.b64decode(encoded, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError
    return key


def _missing() -> bytes:
    raise ValueError
