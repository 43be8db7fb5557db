"""Checking identifiers the trusted way: this program sees them, in memory only."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

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
)
from checker.payload import ENTRY_OCTETS, EntryUnreadable, pack, unpack, unseal
from checker.register import Register
from checker.state import read_state

# What a miss works on, so that it takes as long as a hit.
DECOY_ENTRY = bytes(ENTRY_OCTETS)
DECOY_PAYLOAD = pack(
    Payload(
        severity=Severity.RISK,
        kinds=frozenset({HarmKind.NON_PAYMENT, HarmKind.HATE_INCIDENT}),
        month="2020-01",
        regions=("XX-XXX",),
        advice="A decoy that nobody reads.",
        references=("W-000000",),
    )
)


def check(
    session: Session,
    *,
    evaluator: Evaluator,
    register: Register,
    identifiers: Sequence[Identifier],
) -> list[Answer]:
    """Return what the register says of each identifier, in their order.

    Raises RegisterUnavailable whenever that cannot be known for certain.
    """
    state = _agreed_state(session, evaluator)
    derived = _derive(evaluator, [input_of(identifier) for identifier in identifiers], state)
    found = register.look_up([one.tag for one in derived], state)
    if found.build != register.proved_build:
        _find_canary(evaluator, register, state)
    payloads = map(_opened, derived, found.entries)
    return [Answer(*pair) for pair in zip(identifiers, payloads, strict=True)]


def prove_register(session: Session, *, evaluator: Evaluator, register: Register) -> None:
    """Find the canary: evaluator, database and Redis fit together; raises RegisterUnavailable."""
    _find_canary(evaluator, register, _agreed_state(session, evaluator))


def _find_canary(evaluator: Evaluator, register: Register, state: RegisterState) -> None:
    (canary,) = _derive(evaluator, [CANARY], state)
    found = register.look_up([canary.tag], state)
    if _opened(canary, found.entries[0]) is None:
        message = "the register does not hold its canary: it was made with another key"
        raise RegisterUnavailable(message)
    register.proved_build = found.build


def _agreed_state(session: Session, evaluator: Evaluator) -> RegisterState:
    state = read_state(session)
    if state.public_key != evaluator.public_key:
        message = "the evaluator's key is not the one that the register was made with"
        raise RegisterUnavailable(message)
    return state


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
