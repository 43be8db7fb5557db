"""What the database holds the register to: epoch, key, layout and generation, in one row."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, Select, bindparam, exists, select, text
from sqlalchemy.orm import Session

from checker.derivation import CANARY, derive
from checker.evaluator import Evaluator
from checker.model import Payload, RegisterState, RegisterUnavailable, Severity
from checker.packing import Layout
from checker.payload import seal
from checker.records import EntryRow, StateRow
from storage.base import Moment
from storage.engine import Executor

FIRST_EPOCH = 1
CANARIES = 1  # entries that are nobody's

# Of the table, not of the class: every check reads it, and the ORM's rows take twice as long.
_STATE, _ENTRY = StateRow.__table__.c, EntryRow.__table__.c
_COLUMNS = select(
    *(_STATE[field.name] for field in fields(RegisterState) if field.name != "waiting"),
    exists()
    .where(_ENTRY.epoch == _STATE.epoch, _ENTRY.synced_at.is_(None))
    .correlate(StateRow.__table__)
    .label("waiting"),
)
_NEW_STATE = text(
    "insert into register_state (id, epoch, public_key, bucket_bits, pad, generation)"
    " values (1, :epoch, :public_key, :bits, :pad, 0) on conflict do nothing"
).bindparams(bindparam("public_key", type_=LargeBinary()))
_NEW_CANARY = text(
    "insert into register_entry (epoch, tag, entry, updated_at)"
    " values (:epoch, :tag, :entry, :now) on conflict do nothing"
).bindparams(
    bindparam("tag", type_=LargeBinary()),
    bindparam("entry", type_=LargeBinary()),
    bindparam("now", type_=Moment()),
)


def read_state(executor: Executor) -> RegisterState:
    """Return the state; raises RegisterUnavailable before there is a register."""
    return _required(_state(executor, _COLUMNS))


def hold_register(session: Session) -> RegisterState:
    """Return the state and keep other writers of the register out until the transaction ends.

    Hold it before reading which warnings stand behind an identifier, so that two publications
    about the same one cannot each overlook the other. Raises RegisterUnavailable.
    """
    return _required(_state(session, _COLUMNS.with_for_update(key_share=True)))


def hold_epoch(session: Session) -> RegisterState:
    """Return the state and keep a rotation from leaving its epoch until the transaction ends.

    Any number may hold it at once, and beside `hold_register`. Raises RegisterUnavailable.
    """
    return _required(_state(session, _COLUMNS.with_for_update(read=True, key_share=True)))


def hold_alone(session: Session) -> RegisterState:
    """Return the state and keep everybody else out until the transaction ends.

    Raises RegisterUnavailable.
    """
    return _required(_state(session, _COLUMNS.with_for_update()))


def establish(session: Session, evaluator: Evaluator, *, now: datetime) -> RegisterState:
    """Return the state, made with its canary if this is a new database.

    Raises WrongRegisterKey if the register's key is not held.
    """
    state = _state(session, _COLUMNS)
    if state is None:
        state = _created(session, evaluator)
        list_canary(session, evaluator, epoch=FIRST_EPOCH, now=now)
    evaluator.under(state.public_key)
    return state


def in_use(executor: Executor, evaluator: Evaluator) -> Evaluator:
    """Return the evaluator under the register's key, if there is a register yet.

    Raises WrongRegisterKey.
    """
    state = _state(executor, _COLUMNS)
    return evaluator if state is None else evaluator.under(state.public_key)


def list_canary(session: Session, evaluator: Evaluator, *, epoch: int, now: datetime) -> None:
    """List the entry that is nobody's in an epoch, unless it is there."""
    (element,) = evaluator.evaluate([CANARY])
    canary = derive(element, epoch)
    entry = seal(canary, Payload(severity=Severity.NUISANCE, kinds=frozenset(), advice="canary"))
    session.execute(_NEW_CANARY, {"epoch": epoch, "tag": canary.tag, "entry": entry, "now": now})


def _created(session: Session, evaluator: Evaluator) -> RegisterState:
    layout = Layout.of(0)
    new = {"public_key": evaluator.public_key, "bits": layout.bits, "pad": layout.pad}
    session.execute(_NEW_STATE, {"epoch": FIRST_EPOCH, **new})
    return read_state(session)


def _state(executor: Executor, columns: Select[*tuple[Any, ...]]) -> RegisterState | None:
    row = executor.execute(columns).one_or_none()
    return None if row is None else RegisterState(**row._mapping)  # noqa: SLF001 - its public name


def _required(state: RegisterState | None) -> RegisterState:
    if state is None:
        message = "there is no register yet: run `brolly register rebuild`"
        raise RegisterUnavailable(message)
    return state
