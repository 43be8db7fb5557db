"""Rotation: from the register's key to the next one, without a single number in plain.

All of the next epoch is computed beside what is in use (`turning`), a part at a time, and may be
stopped and gone on with at any point. Then the register switches, in one transaction: who reads the
former epoch at that moment goes on in it, for as long as `retire` leaves it there.
"""

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from checker.actions.refreshing import Progress, keep_layout, write_anew
from checker.actions.turning import Rotation, Sessions, turned
from checker.model import RegisterState, RotationRefused
from checker.records import EntryRow, LedgerRow, StateRow
from checker.register import Register
from checker.state import CANARIES, hold_alone, list_canary, read_state
from checker.voprf import element


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
    if state.next_public_key is None:
        _clear(session, state.epoch)
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
    for several in turned(reading, writing.begin, rotation, epoch):
        done += several
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
    for _ in turned(here, here, rotation, state.epoch):
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
            kept_element=LedgerRow.next_kept_element,
            next_tag=None,
            next_sealed_element=None,
            next_kept_element=None,
        )
    )
    return written


def retire(session: Session, register: Register) -> None:
    """Let what other epochs have in Redis fade away, after the last check that reads it."""
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
    _clear(session, state.epoch)
    register.retire_all_but(state.epoch)
    return state.public_key


def _clear(session: Session, epoch: int) -> None:
    """Delete what was computed for an epoch after this one."""
    nothing = {"next_tag": None, "next_sealed_element": None, "next_kept_element": None}
    session.execute(update(LedgerRow).values(nothing))
    session.execute(delete(EntryRow).where(EntryRow.epoch > epoch))


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
