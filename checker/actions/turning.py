"""Turning lines and entries: what the next epoch will hold, computed from the one in use.

The next key is a factor times the key. Each line of the ledger holds its element N = k * H(x),
sealed to the offline rotation key; factor * N is its element under the next key, and the tag and
the key of its entry come from that.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from checker.derivation import derive, keep_element, seal_element
from checker.evaluator import Evaluator
from checker.model import RotationRefused
from checker.payload import reseal
from checker.records import EntryRow, LedgerRow
from checker.state import hold_epoch
from checker.voprf import Element, Scalar, element, multiply
from storage.sealing import Sealed, Sealer

AT_ONCE = 200  # lines or entries in one transaction
NO_LINE = UUID(int=0)

Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What a rotation goes by: the factor, what opens the ledger, and who evaluates next."""

    factor: Scalar = field(repr=False)
    rotation_secrets: Sequence[PrivateKey] = field(repr=False)
    evaluator: Evaluator  # under the next key
    sealer: Sealer  # what the service keeps elements under

    def former(self, sealed: Sealed) -> Element:
        """Return the element that a line of the ledger holds; raises RotationRefused."""
        for secret in self.rotation_secrets:
            try:
                return element(SealedBox(secret).decrypt(bytes(sealed)))
            except CryptoError:
                continue
        message = (
            "a line of the ledger does not open with this rotation key: name the secret key of "
            "every rotation public key that this register has had"
        )
        raise RotationRefused(message)

    def following(self, former: Element) -> Element:
        """Return the element under the next key."""
        return multiply(self.factor, former)


class _Line(NamedTuple):
    id: UUID
    sealed_element: Sealed


class _Entry(NamedTuple):
    tag: bytes
    entry: bytes | None
    updated_at: datetime
    sealed_element: Sealed


def turned(reading: Sessions, writing: Sessions, rotation: Rotation, epoch: int) -> Iterator[int]:
    """Turn what is to be turned, lines before their entries; yield how many were at a time."""
    after = NO_LINE
    while lines := _lines(reading, epoch, after):
        after = lines[-1].id
        values = [_next_of(line, rotation, epoch + 1) for line in lines]
        with writing() as session:
            _require_epoch(session, epoch)
            session.execute(update(LedgerRow), values)
        yield len(lines)
    last = b""
    while entries := _entries(reading, epoch, last):
        last = entries[-1].tag
        once = {entry.tag: entry for entry in entries}.values()
        rows = [_next_entry(entry, rotation, epoch) for entry in once]
        with writing() as session:
            _require_epoch(session, epoch)
            _put(session, epoch + 1, rows)
        yield len(once)


def _require_epoch(session: Session, epoch: int) -> None:
    """Let nobody who rotates as well write what belongs to an epoch that was left meanwhile."""
    if hold_epoch(session).epoch != epoch:
        message = "somebody else has rotated the register meanwhile"
        raise RotationRefused(message)


def _lines(reading: Sessions, epoch: int, after: UUID) -> list[_Line]:
    wanted = select(LedgerRow.id, LedgerRow.sealed_element).where(
        LedgerRow.epoch == epoch, LedgerRow.next_tag.is_(None), LedgerRow.id > after
    )
    with reading() as session:
        found = session.execute(wanted.order_by(LedgerRow.id).limit(AT_ONCE))
        return [_Line(*row) for row in found]


def _next_of(line: _Line, rotation: Rotation, epoch: int) -> dict[str, object]:
    following = rotation.following(rotation.former(line.sealed_element))
    return {
        "id": line.id,
        "next_tag": derive(following, epoch).tag,
        "next_sealed_element": seal_element(following, rotation.evaluator.rotation_key),
        "next_kept_element": keep_element(following, rotation.sealer, line.id),
    }


def _entries(reading: Sessions, epoch: int, after: bytes) -> list[_Entry]:
    """Return entries that the next epoch does not have, or has as they were before a change."""
    following = aliased(EntryRow)
    wanted = (
        select(EntryRow.tag, EntryRow.entry, EntryRow.updated_at, LedgerRow.sealed_element)
        .join(LedgerRow, LedgerRow.tag == EntryRow.tag)
        .outerjoin(
            following, (following.epoch == epoch + 1) & (following.tag == LedgerRow.next_tag)
        )
        .where(
            EntryRow.epoch == epoch,
            EntryRow.tag > after,
            LedgerRow.next_tag.is_not(None),
            or_(
                following.tag.is_(None) & EntryRow.entry.is_not(None),
                following.updated_at != EntryRow.updated_at,
            ),
        )
    )
    with reading() as session:
        found = session.execute(wanted.order_by(EntryRow.tag).limit(AT_ONCE))
        return [_Entry(*row) for row in found]


def _put(session: Session, epoch: int, rows: list[dict[str, object]]) -> None:
    """Write entries of an epoch, in the place of those of the same tags."""
    tags = [row["tag"] for row in rows]
    session.execute(delete(EntryRow).where(EntryRow.epoch == epoch, EntryRow.tag.in_(tags)))
    session.execute(insert(EntryRow), rows)


def _next_entry(entry: _Entry, rotation: Rotation, epoch: int) -> dict[str, object]:
    former = rotation.former(entry.sealed_element)
    here, there = derive(former, epoch), derive(rotation.following(former), epoch + 1)
    return {
        "epoch": epoch + 1,
        "tag": there.tag,
        "entry": reseal(here, there, entry.entry) if entry.entry else None,
        "updated_at": entry.updated_at,
    }
