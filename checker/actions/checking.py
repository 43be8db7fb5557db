"""Checking identifiers the trusted way: this program sees them, in memory only."""

from collections.abc import Sequence

from sqlalchemy import select

from checker.derivation import CANARY, Derived, derive, input_of
from checker.evaluator import Evaluator, EvaluatorUnavailable
from checker.model import (
    Answer,
    HarmKind,
    Identifier,
    Payload,
    RegisterState,
    RegisterUnavailable,
    Severity,
    WrongRegisterKey,
)
from checker.payload import ENTRY_OCTETS, EntryUnreadable, pack, unpack, unseal
from checker.records import EntryRow
from checker.register import Register
from checker.state import read_state
from checker.watches import WatchToken
from storage.engine import Executor

# What a miss works on, so that it takes as long as a hit.
DECOY = Payload(
    severity=Severity.RISK,
    kinds=frozenset({HarmKind.NON_PAYMENT, HarmKind.HATE_INCIDENT}),
    month="2020-01",
    regions=("XX-XXX",),
    advice="A decoy that nobody reads.",
    references=("W-000000",),
)
DECOY_ENTRY = bytes(ENTRY_OCTETS)
DECOY_PAYLOAD = pack(DECOY)


def check(
    executor: Executor,
    *,
    evaluator: Evaluator,
    register: Register,
    identifiers: Sequence[Identifier],
) -> list[Answer]:
    """Return what the register says of each identifier, in their order.

    Raises RegisterUnavailable whenever that cannot be known for certain.
    """
    state, evaluator = agreed(executor, evaluator)
    derived = _derive(evaluator, [input_of(identifier) for identifier in identifiers], state)
    tags = [one.tag for one in derived]
    ahead = _ahead_of_redis(executor, tags, state) if state.waiting else {}
    found = register.look_up(tags, state)
    if found.build != register.proved_build:
        find_canary(evaluator, register, state)
    entries = [ahead.get(tag, entry) for tag, entry in zip(tags, found.entries, strict=True)]
    payloads = map(_opened, derived, entries)
    watches = (WatchToken(state.epoch, one.watch) for one in derived)
    return [Answer(*each) for each in zip(identifiers, payloads, watches, strict=True)]


def prove_register(executor: Executor, *, evaluator: Evaluator, register: Register) -> None:
    """Find the canary: evaluator, database and Redis fit together; raises RegisterUnavailable."""
    state, evaluator = agreed(executor, evaluator)
    find_canary(evaluator, register, state)


def _ahead_of_redis(
    executor: Executor, tags: Sequence[bytes], state: RegisterState
) -> dict[bytes, bytes | None]:
    """Return the entries that have changed and are not in Redis yet, None for one taken off.

    Asked before Redis is: what is brought there in between is found there. So a warning that is
    published is found from then on, also while Redis is behind.
    """
    changed = select(EntryRow.tag, EntryRow.entry).where(
        EntryRow.epoch == state.epoch, EntryRow.tag.in_(tags), EntryRow.synced_at.is_(None)
    )
    return {row.tag: row.entry for row in executor.execute(changed)}


def find_canary(evaluator: Evaluator, register: Register, state: RegisterState) -> None:
    """Prove a build of the register by the entry that is nobody's; raises RegisterUnavailable."""
    (canary,) = _derive(evaluator, [CANARY], state)
    found = register.look_up([canary.tag], state)
    if _opened(canary, found.entries[0]) is None:
        message = "the register does not hold its canary: it was made with another key"
        raise RegisterUnavailable(message)
    register.proved_build = found.build


def agreed(executor: Executor, evaluator: Evaluator) -> tuple[RegisterState, Evaluator]:
    """Return the state, and the evaluator under its key; raises RegisterUnavailable."""
    state = read_state(executor)
    try:
        return state, evaluator.under(state.public_key)
    except WrongRegisterKey as error:
        raise RegisterUnavailable(str(error)) from None


def _derive(evaluator: Evaluator, inputs: Sequence[bytes], state: RegisterState) -> list[Derived]:
    try:
        elements = evaluator.evaluate(inputs)
    except EvaluatorUnavailable as error:
        raise RegisterUnavailable(str(error)) from None
    return [derive(element, state.epoch) for element in elements]


def _opened(derived: Derived, entry: bytes | None) -> Payload | None:
    try:
        return unseal(derived, entry or DECOY_ENTRY)
    except EntryUnreadable as error:
        if entry:
            message = f"an entry of the register is damaged: {error}"
            raise RegisterUnavailable(message) from None
        unpack(DECOY_PAYLOAD)
        return None
