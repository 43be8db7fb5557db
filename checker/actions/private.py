"""The private check, as far as this side of it goes: nothing here learns what is checked.

The client blinds, verifies, unblinds and decrypts (`checker/client_js`, docs/private-check.md);
here are the evaluator's key and the register's layout, the evaluation, and whole buckets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from checker.actions.checking import agreed, find_canary
from checker.evaluator import Evaluation, Evaluator, EvaluatorUnavailable
from checker.model import OtherEpoch, RegisterUnavailable
from checker.packing import BucketOverflow, Layout
from checker.records import EntryRow
from checker.register import Register
from checker.voprf import Element
from storage.engine import Executor


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a client has to know before it asks: whose proofs to expect, and where entries lie."""

    epoch: int
    public_keys: tuple[Element, ...]
    layout: Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A whole bucket, and the layout that it belongs to."""

    layout: Layout
    octets: bytes = field(repr=False)


def announce(executor: Executor, *, evaluator: Evaluator, register: Register) -> Announcement:
    """Return what clients pin; raises RegisterUnavailable."""
    state, evaluator = agreed(executor, evaluator)
    return Announcement(
        epoch=state.epoch,
        public_keys=evaluator.public_keys,
        layout=register.card(state).layout,
    )


def evaluate(
    executor: Executor, *, evaluator: Evaluator, blinded: Sequence[Element]
) -> tuple[int, tuple[Evaluation, ...]]:
    """Return the epoch and what each evaluator says; raises RegisterUnavailable."""
    state, evaluator = agreed(executor, evaluator)
    try:
        return state.epoch, evaluator.blind_evaluate(blinded)
    except EvaluatorUnavailable as error:
        raise RegisterUnavailable(str(error)) from None


def bucket(
    executor: Executor, *, evaluator: Evaluator, register: Register, epoch: int, number: int
) -> Bucket:
    """Return a bucket, with what was published or taken off and is not in Redis yet.

    Raises OtherEpoch, NoSuchBucket, or RegisterUnavailable whenever it is not known for certain.
    """
    state, evaluator = agreed(executor, evaluator)
    if epoch != state.epoch:
        raise OtherEpoch
    # Asked before Redis is, as in a trusted check: what is brought there in between is there.
    changed = state.waiting and _has_changed(executor, epoch, state.bucket_bits, number)
    card, octets = register.bucket(number, state)
    if card.build != register.proved_build:
        find_canary(evaluator, register, state)
    if changed or (state.waiting and card.layout.bits != state.bucket_bits):
        octets = _from_the_database(executor, epoch, card.layout, number)
    return Bucket(layout=card.layout, octets=octets)


def _has_changed(executor: Executor, epoch: int, bits: int, number: int) -> bool:
    if not 0 <= number < 1 << bits:
        return False
    span = Layout(bits, 1).span(number, number)
    changed = select(EntryRow.tag).where(
        EntryRow.epoch == epoch, EntryRow.tag.between(*span), EntryRow.synced_at.is_(None)
    )
    return executor.execute(changed.limit(1)).first() is not None


def _from_the_database(executor: Executor, epoch: int, layout: Layout, number: int) -> bytes:
    listed = select(EntryRow.entry).where(
        EntryRow.epoch == epoch,
        EntryRow.tag.between(*layout.span(number, number)),
        EntryRow.entry.is_not(None),
    )
    entries = [row.entry for row in executor.execute(listed)]
    try:
        return layout.pack(number, entries)
    except BucketOverflow as error:
        message = "a bucket of the register has outgrown its layout"
        raise RegisterUnavailable(message) from error
