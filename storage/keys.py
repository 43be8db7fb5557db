"""The sealers of an instance, one a purpose, so that each process can hold only what it needs."""

from dataclasses import dataclass
from typing import Self

from config.settings import Settings
from storage.sealing import KeyRing, Sealer

PURPOSES = ("member", "contact", "report", "watch", "audit")


@dataclass(frozen=True, slots=True)
class Sealers:
    """Sealers for members' own words, for contacts and messages, for reports and warnings.

    That of watches seals nothing: it makes the hashes by which their tokens are found. That of the
    audit seals reasons, and its look-up key is that of the chain.
    """

    members: Sealer
    contacts: Sealer
    reports: Sealer
    watches: Sealer
    audit: Sealer

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Read the key files; raises KeyFileError."""
        return cls(*(Sealer(KeyRing.load(settings.key_file(name))) for name in PURPOSES))
