"""What opens things to their reporter: the receipt code, or the account that a report is linked to.

The service keeps neither. A draft opens with its code alone. A line that the reporter adds has a
key of its own, since nobody who could open the report is there; it is wrapped to the caseworkers,
and to whichever of the two doors the reporter came in by. From the code follows a key pair as well,
whose public half a report keeps: what is passed on of it is sealed to whoever holds the code.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from nacl.public import PrivateKey
from sqlalchemy.orm import Session

from members.actions import reporter_mark
from storage.envelopes import DataKey
from storage.record_keys import BY_ACCOUNT, BY_CODE, Reader, keep_under, keep_wrapped, open_keys
from storage.record_keys import open_under as open_under_code
from storage.sealing import Sealer

DISCLOSURES = "disclosures of a report"


class Way(Protocol):
    """A door to a report: it opens the lines that were added through it."""

    def keep(self, session: Session, key: DataKey, *, record_id: UUID) -> None:
        """Let whoever comes this way open a record again."""
        ...

    def open(self, session: Session, record_ids: Collection[UUID]) -> dict[UUID, DataKey]:
        """Return the keys of those of these records that this way opens."""
        ...


@dataclass(frozen=True, slots=True)
class ByCode:
    """The way in for whoever holds the receipt code."""

    key: DataKey

    @classmethod
    def of(cls, sealer: Sealer, code: str) -> "ByCode":
        """Return the way of a code."""
        return cls(code_key(sealer, code, purpose="lines of a report"))

    def keep(self, session: Session, key: DataKey, *, record_id: UUID) -> None:
        """Let whoever comes this way open a record again."""
        keep_under(session, key, record_id=record_id, holder_id=BY_CODE, secret=self.key)

    def open(self, session: Session, record_ids: Collection[UUID]) -> dict[UUID, DataKey]:
        """Return the keys of those of these records that this way opens."""
        return open_under_code(session, self.key, record_ids, holder_id=BY_CODE)


@dataclass(frozen=True, slots=True)
class ByAccount:
    """The way in for the account that a report is linked to; no row says which one that is."""

    private: PrivateKey = field(repr=False)

    @property
    def mark(self) -> bytes:
        """Return by what this account's reports are found."""
        return reporter_mark(self.private)

    def keep(self, session: Session, key: DataKey, *, record_id: UUID) -> None:
        """Let whoever comes this way open a record again."""
        holder = {BY_ACCOUNT: self.private.public_key}
        keep_wrapped(session, key, record_id=record_id, holders=holder)

    def open(self, session: Session, record_ids: Collection[UUID]) -> dict[UUID, DataKey]:
        """Return the keys of those of these records that this way opens."""
        return open_keys(session, Reader(BY_ACCOUNT, self.private), record_ids)


def told_by_code(sealer: Sealer, code: str) -> Reader:
    """Return what opens, to whoever holds a receipt code, what was passed on of their report."""
    return Reader(BY_CODE, PrivateKey(code_key(sealer, code, purpose=DISCLOSURES).octets))


def code_key(sealer: Sealer, code: str, *, purpose: str) -> DataKey:
    """Return the key that follows from a receipt code, and from the server's look-up key as salt.

    A code has 120 random bits: whoever has all of the server's keys still cannot guess it.
    """
    return DataKey.derived(code.encode(), salt=sealer.ring.look_up, purpose=purpose)
