"""The sealers of an instance, one a purpose, so that each process can hold only what it needs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nacl.public import PrivateKey, PublicKey

from config.settings import Settings
from storage.sealing import KEY_BYTES, KeyFileError, KeyRing, Sealer, read_secret

RECOVERY = "record_recovery_public"
PURPOSES = ("member", "contact", "report", "watch", "audit")


@dataclass(frozen=True, slots=True)
class Sealers:
    """Sealers for members' own words, for contacts and messages, for reports and warnings.

    That of watches seals nothing: it makes the hashes by which their tokens are found. That of the
    audit seals reasons, and its look-up key is that of the chain. Every record's own key is wrapped
    to the recovery key as well, whose private part is not here: no recovery key, no record.
    """

    members: Sealer
    contacts: Sealer
    reports: Sealer
    watches: Sealer
    audit: Sealer
    recovery: PublicKey

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Read the key files; raises KeyFileError."""
        members, contacts, reports, watches, audit = (
            Sealer(KeyRing.load(settings.key_file(name))) for name in PURPOSES
        )
        recovery = PublicKey(_octets(settings.key_file(RECOVERY)))
        return cls(members, contacts, reports, watches, audit, recovery)


def load_recovery_secret(path: Path) -> PrivateKey:
    """Read the private part of the recovery key; raises KeyFileError."""
    return PrivateKey(_octets(path))


def _octets(path: Path) -> bytes:
    try:
        octets = bytes.fromhex(read_secret(path))
    except ValueError:
        octets = b""
    if len(octets) != KEY_BYTES:
        message = f"key file {path.name} is damaged: restore it from your copy of the keys"
        raise KeyFileError(message)
    return octets
