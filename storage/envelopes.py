"""Envelopes: a random key for each record, wrapped to whoever may open it (libsodium's sealed box).

A value under such a key is `version (1) || nonce (12) || ciphertext and tag` (AES-256-GCM), bound
to table, column and row like those of a `Sealer`. A wrap holds the record's id beside its key, so
that a wrap moved to another record is refused. Without the wraps nothing opens what a key sealed.
"""

import os
import secrets
from dataclasses import dataclass, field
from typing import Protocol, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from storage.sealing import KEY_BYTES, NONCE_BYTES, CannotOpen, Sealed, place

VERSION = b"\x02"


class Seals(Protocol):
    """What seals and opens values: a purpose's `Sealer`, or the key of one record."""

    def seal(self, plain: str | bytes, *, table: str, column: str, row: UUID | str) -> Sealed:
        """Return the sealed value for exactly this table, column and row."""
        ...

    def unseal(self, sealed: Sealed, *, table: str, column: str, row: UUID | str) -> bytes:
        """Return the plain bytes; raises CannotOpen."""
        ...

    def text(self, sealed: Sealed, *, table: str, column: str, row: UUID | str) -> str:
        """Return the plain text; raises CannotOpen."""
        ...


@dataclass(frozen=True, slots=True)
class DataKey:
    """The 32 octets that seal one record, or that follow from a secret somebody holds."""

    octets: bytes = field(repr=False)

    @classmethod
    def fresh(cls) -> Self:
        """Return a random key."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def derived(cls, secret: bytes, *, purpose: str, salt: bytes = b"") -> Self:
        """Return what follows from a secret that nobody can guess (HKDF-SHA256, RFC 5869)."""
        kdf = HKDF(SHA256(), KEY_BYTES, salt=salt, info=f"brolly|{purpose}".encode())
        return cls(kdf.derive(secret))

    def seal(self, plain: str | bytes, *, table: str, column: str, row: UUID | str) -> Sealed:
        """Return the sealed value for exactly this table, column and row."""
        octets = plain.encode() if isinstance(plain, str) else plain
        nonce = os.urandom(NONCE_BYTES)
        body = AESGCM(self.octets).encrypt(nonce, octets, place(table, column, row))
        return Sealed(VERSION + nonce + body)

    def unseal(self, sealed: Sealed, *, table: str, column: str, row: UUID | str) -> bytes:
        """Return the plain bytes; raises CannotOpen."""
        if sealed[:1] != VERSION:
            message = f"{table}.{column}: not sealed under the key of a record"
            raise CannotOpen(message)
        try:
            return AESGCM(self.octets).decrypt(sealed[1:13], sealed[13:], place(table, column, row))
        except (InvalidTag, ValueError):
            message = f"{table}.{column}: another key, or the sealed value was changed or moved"
            raise CannotOpen(message) from None

    def text(self, sealed: Sealed, *, table: str, column: str, row: UUID | str) -> str:
        """Return the plain text; raises CannotOpen."""
        return self.unseal(sealed, table=table, column=column, row=row).decode()


def wrap(key: DataKey, record_id: UUID, public: PublicKey) -> Sealed:
    """Return the key of a record for whoever has the private part."""
    return Sealed(SealedBox(public).encrypt(record_id.bytes + key.octets))


def unwrap(wrapped: Sealed, record_id: UUID, private: PrivateKey) -> DataKey:
    """Return the key of exactly this record; raises CannotOpen."""
    try:
        inside = SealedBox(private).decrypt(bytes(wrapped))
    except CryptoError:
        message = "the key of this record is wrapped to somebody else, or was changed"
        raise CannotOpen(message) from None
    if inside[:16] != record_id.bytes:
        message = "this wrap is that of another record"
        raise CannotOpen(message)
    return DataKey(inside[16:])
