"""Rotation: from the register's key to the next one, without a single number in plain.

The next key is a factor times the key. Each line of the ledger holds its element N = k * H(x),
sealed to the offline rotation key; factor * N is its element under the next key, and the tag and
the key of its entry come from that. All of it is computed beside what is in use, a part at a time,
and may be stopped and gone on with at any point. Then the register switches, in one transaction:
who reads the former epoch at that moment goes on in it, for as long as `retire` leaves it there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased, sessionmaker

from checker.actions.refreshing import Progress, keep_layout, write_anew
from checker.derivation import derive, seal_element
from checker.evaluator import Evaluator
from checker.model import RegisterState, RotationRefused
from checker.payload import reseal
from checker.records import EntryRow, LedgerRow, StateRow
from checker.register import Register
from checker.state import CANARIES, hold_alone, list_canary, read_state
from checker.voprf import Element, Scalar, element, multiply
from storage.sealing import Sealed

AT_ONCE = 200  # lines or entries in one transaction
NO_LINE = UUID(int=0)

Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What a rotation goes by: the factor, what opens the ledger, and who evaluates next."""

    factor: Scalar = field(repr=False)
    rotation_secrets: Sequence[PrivateKey] = field(repr=False)
    evaluator: Evaluator  # under the next key

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


def begin(session: Session, rotation: Rotation, *, now: datetime) -> None:
    """Note which key comes next, unless that was done; raises RotationRefused.

    Raises EvaluatorUnavailable if nobody evaluates under that key.
    """
    state = hold_alone(session)
    following = rotation.evaluator.public_key
    if rotation.following(element(state.public_key)) != following:
        message = "the next key is not the factor times the register's key"
        raise RotationRefused(message)
    if state.next_public_key not in {None, following}:
        message = "a rotation to another key is on its way: go on with that one, or abandon it"
        raise RotationRefused(message)
    _require_lines(session, state)
    list_canary(session, rotation.evaluator, epoch=state.epoch + 1, now=now)
    session.execute(update(StateRow).values(next_public_key=following))


def turn(
    reading: sessionmaker[Session],
    writing: sessionmaker[Session],
    rotation: Rotation,
    *,
    progress: Progress,
) -> None:
    """Compute what the next epoch will hold; `progress` hears of lines and entries together."""
    with reading() as session:
        epoch = read_state(session).epoch
        total = _unturned(session, epoch)
    done = 0
    for turned in _turned(reading, writing.begin, rotation, epoch):
        done += turned
        progress(min(done, total), total)
    progress(total, total)


def switch(
    session: Session,
    register: Register,
    rotation: Rotation,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> RegisterState:
    """Compute what has changed meanwhile, write the next epoch to Redis, and leave this one.

    Raises RotationRefused, or RegisterUnavailable.
    """
    state = hold_alone(session)
    following = rotation.evaluator.public_key
    if state.next_public_key != following:
        message = "the rotation was abandoned, or is over"
        raise RotationRefused(message)
    _require_lines(session, state)
    here = _within(session)
    for _ in _turned(here, here, rotation, state.epoch):
        continue
    _drop_what_is_left_over(session, rotation, state.epoch + 1, now)
    _require_all(session, state.epoch)
    following_state = replace(state, epoch=state.epoch + 1, public_key=following)
    written, _ = write_anew(session, register, following_state, now=now, progress=progress)
    keep_layout(session, written)
    session.execute(
        update(StateRow).values(epoch=written.epoch, public_key=following, next_public_key=None)
    )
    session.execute(
        update(LedgerRow)
        .where(LedgerRow.epoch == state.epoch)
        .values(
            epoch=written.epoch,
            tag=LedgerRow.next_tag,
            sealed_element=LedgerRow.next_sealed_element,
            next_tag=None,
            next_sealed_element=None,
        )
    )
    return written


def retire(session: Session, register: Register) -> None:
    """Let go of what former epochs have left in Redis, once nobody reads it any more."""
    register.retire_all_but(read_state(session).epoch)


def has_former(session: Session) -> bool:
    """Whether a switch has left a former epoch that was not deleted yet."""
    epoch = read_state(session).epoch
    return bool(session.scalars(select(exists().where(EntryRow.epoch < epoch))).one())


def forget_former(session: Session) -> None:
    """Delete the entries of former epochs."""
    epoch = read_state(session).epoch
    session.execute(delete(EntryRow).where(EntryRow.epoch < epoch))


def abandon(session: Session, register: Register) -> bytes:
    """Take back what was computed for a switch that did not come; return the key that stays."""
    state = hold_alone(session)
    session.execute(update(StateRow).values(next_public_key=None))
    session.execute(update(LedgerRow).values(next_tag=None, next_sealed_element=None))
    session.execute(delete(EntryRow).where(EntryRow.epoch > state.epoch))
    register.retire_all_but(state.epoch)
    return state.public_key


def _turned(reading: Sessions, writing: Sessions, rotation: Rotation, epoch: int) -> Iterator[int]:
    """Turn what is to be turned, lines before their entries; yield how many were at a time."""
    after = NO_LINE
    while lines := _lines(reading, epoch, after):
        after = lines[-1].id
        values = [_next_of(line, rotation, epoch + 1) for line in lines]
        with writing() as session:
            session.execute(update(LedgerRow), values)
        yield len(lines)
    last = b""
    while entries := _entries(reading, epoch, last):
        last = entries[-1].tag
        once = {entry.tag: entry for entry in entries}.values()
        rows = [_next_entry(entry, rotation, epoch) for entry in once]
        with writing() as session:
            _put(session, epoch + 1, rows)
        yield len(once)


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


def _require_lines(session: Session, state: RegisterState) -> None:
    """Refuse to leave a warning behind: an entry is turned by a line of its identifier."""
    alone = session.scalars(
        select(func.count()).where(
            EntryRow.epoch == state.epoch,
            EntryRow.entry.is_not(None),
            ~exists().where(LedgerRow.tag == EntryRow.tag),
        )
    ).one()
    if alone > CANARIES:
        message = (
            f"published entries without a line in the ledger: {alone - CANARIES}; they would be "
            "lost. Publish their warnings again, or take them off"
        )
        raise RotationRefused(message)


def _drop_what_is_left_over(
    session: Session, rotation: Rotation, epoch: int, now: datetime
) -> None:
    """Delete entries of the next epoch whose line was forgotten meanwhile."""
    reached = select(LedgerRow.next_tag).where(LedgerRow.next_tag.is_not(None))
    of_nobody = EntryRow.epoch == epoch, EntryRow.tag.not_in(reached)
    session.execute(delete(EntryRow).where(*of_nobody).execution_options(synchronize_session=False))
    list_canary(session, rotation.evaluator, epoch=epoch, now=now)


def _require_all(session: Session, epoch: int) -> None:
    if _listed(session, epoch) != _listed(session, epoch + 1):
        message = "the next epoch does not hold every entry: abandon this rotation and begin again"
        raise RotationRefused(message)


def _listed(session: Session, epoch: int) -> int:
    listed = select(func.count()).where(EntryRow.epoch == epoch, EntryRow.entry.is_not(None))
    return session.scalars(listed).one()


def _unturned(session: Session, epoch: int) -> int:
    lines = select(func.count()).where(LedgerRow.epoch == epoch, LedgerRow.next_tag.is_(None))
    return session.scalars(lines).one() + _listed(session, epoch) - _listed(session, epoch + 1)


def _within(session: Session) -> Sessions:
    return lambda: nullcontext(session)
