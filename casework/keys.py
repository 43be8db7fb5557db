"""What opens a case to the person it is for: its code, or their account. The service keeps neither.

From the code follows a key pair, so that the desk can seal to whoever holds it.
"""

from dataclasses import dataclass, field

from nacl.public import PrivateKey, PublicKey

from members.actions import reporter_mark
from reports.opening import code_key
from storage.envelopes import DataKey
from storage.record_keys import BY_ACCOUNT, BY_CODE, Reader
from storage.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever a case is for, while they are here: by a code, or else by the mark of an account."""

    reader: Reader
    fingerprint: bytes | None = field(default=None, repr=False)
    mark: bytes | None = field(default=None, repr=False)

    @classmethod
    def by_code(cls, sealer: Sealer, code: str) -> "Person":
        """Return the person who holds a code."""
        private = PrivateKey(code_key(sealer, code, purpose="a case").octets)
        return cls(Reader(BY_CODE, private), fingerprint=sealer.fingerprint("case", code))

    @classmethod
    def by_account(cls, private: PrivateKey) -> "Person":
        """Return the person whose account has this key pair; no row says which account it is."""
        return cls(Reader(BY_ACCOUNT, private), mark=reporter_mark(private))

    @property
    def public(self) -> PublicKey:
        """Return to what is sealed what they shall read."""
        return self.reader.private.public_key


@dataclass(frozen=True, slots=True)
class CaseKeys:
    """The keys of a case: of what the person reads too, and of the notes of the desk."""

    shared: DataKey
    notes: DataKey
