"""Bringing Redis up to the database: what has changed, or everything.

Both write Redis first and the database last, under the lock of the state's row, so an interruption
at any point leaves work to be done again and never a gap that looks whole.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from checker.model import Refreshed, RegisterState, RegisterUnavailable
from checker.packing import BucketOverflow, Layout
from checker.records import EntryRow, StateRow
from checker.register import Card, Register
from checker.state import CANARIES, hold_register

MOST_WAITING = 10_000  # entries; for more, writing everything is as quick
AT_ONCE = 64  # buckets in memory and in one round trip, about 2 MB

Progress = Callable[[int, int], None]


def refresh(session: Session, register: Register, *, now: datetime) -> Refreshed:
    """Write the buckets that have changed; everything if Redis has lost or outgrown anything.

    Safe to call at any time and by several at once. Raises RegisterUnavailable.
    """
    before = hold_register(session)
    state, done = bring_up(session, register, before, now=now)
    if state != before:
        keep_layout(session, state)
    return done


def rebuild(
    session: Session, register: Register, *, now: datetime, progress: Progress | None = None
) -> Refreshed:
    """Write all buckets, a part at a time; `progress` hears how many of how many are done.

    Raises RegisterUnavailable.
    """
    state, done = write_anew(session, register, hold_register(session), now=now, progress=progress)
    keep_layout(session, state)
    return done


def bring_up(
    session: Session, register: Register, state: RegisterState, *, now: datetime
) -> tuple[RegisterState, Refreshed]:
    """Do what `refresh` does for the epoch of a state; return the state that Redis is in then."""
    card = _sound_card(register, state)
    if card is None or Layout.of(_count(session, state.epoch)).bits > card.bucket_bits:
        return write_anew(session, register, state, now=now)
    waiting = select(EntryRow.tag).where(*_waiting(state.epoch)).limit(MOST_WAITING + 1)
    tags = session.scalars(waiting).all()
    if not tags:
        return state, Refreshed(entries=0, buckets=0, rebuilt=False)
    numbers = sorted({card.layout.number(tag) for tag in tags})
    advanced = replace(card, generation=state.generation + 1)
    if len(tags) > MOST_WAITING or not _rewrite(session, register, advanced, numbers):
        return write_anew(session, register, state, now=now)
    _mark(session, state.epoch, now=now)
    written = replace(state, generation=advanced.generation)
    return written, Refreshed(entries=len(tags), buckets=len(numbers), rebuilt=False)


def write_anew(
    session: Session,
    register: Register,
    state: RegisterState,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> tuple[RegisterState, Refreshed]:
    """Do what `rebuild` does for the epoch of a state; return the state that Redis is in then."""
    entries = _count(session, state.epoch)
    layout = Layout.of(entries)
    while True:
        card = _new_card(state, layout)
        try:
            _write_all(session, register, card, progress)
            break
        except BucketOverflow:
            layout = layout.roomier()
    register.publish(card)
    _mark(session, state.epoch, now=now)
    written = replace(
        state,
        bucket_bits=layout.bits,
        pad=layout.pad,
        generation=card.generation,
        rebuilt_at=now,
    )
    done = Refreshed(entries=entries - CANARIES, buckets=layout.buckets, rebuilt=True)
    return written, done


def keep_layout(session: Session, state: RegisterState) -> None:
    """Hold the register in Redis to a state from now on."""
    session.execute(
        update(StateRow).values(
            bucket_bits=state.bucket_bits,
            pad=state.pad,
            generation=state.generation,
            rebuilt_at=state.rebuilt_at,
        )
    )


def _sound_card(register: Register, state: RegisterState) -> Card | None:
    """Return the card if Redis holds what the database thinks it does."""
    try:
        card = register.card(state)
    except RegisterUnavailable:
        return None
    expected = card.layout == Layout(state.bucket_bits, state.pad)
    # One ahead: written by somebody who was stopped before the commit.
    expected = expected and card.generation <= state.generation + 1
    return card if expected and register.is_whole(card) else None


def _rewrite(session: Session, register: Register, card: Card, numbers: Sequence[int]) -> bool:
    """Write some buckets and advance the card; False if that was not possible."""
    try:
        for number in numbers:
            _write(session, register, card, number, number)
    except BucketOverflow:
        return False
    return register.advance(card)


def _new_card(state: RegisterState, layout: Layout) -> Card:
    return Card.of(
        replace(
            state,
            bucket_bits=layout.bits,
            pad=layout.pad,
            generation=state.generation + 1,
        ),
        build=secrets.token_hex(8),
    )


def _write_all(session: Session, register: Register, card: Card, progress: Progress | None) -> None:
    buckets = card.layout.buckets
    for first in range(0, buckets, AT_ONCE):
        last = min(first + AT_ONCE, buckets) - 1
        _write(session, register, card, first, last)
        if progress:
            progress(last + 1, buckets)


def _write(session: Session, register: Register, card: Card, first: int, last: int) -> None:
    layout = card.layout
    entries: defaultdict[int, list[bytes]] = defaultdict(list)
    listed = select(EntryRow.tag, EntryRow.entry).where(
        EntryRow.epoch == card.epoch,
        EntryRow.tag.between(*layout.span(first, last)),
        EntryRow.entry.is_not(None),
    )
    for tag, entry in session.execute(listed):
        entries[layout.number(tag)] += [entry] if entry else []
    numbers = range(first, last + 1)
    register.write(card, {number: layout.pack(number, entries[number]) for number in numbers})


def _mark(session: Session, epoch: int, *, now: datetime) -> None:
    # Nobody else has changed an entry since it was read: whoever does holds the state's row.
    session.execute(update(EntryRow).where(*_waiting(epoch)).values(synced_at=now))


def _waiting(epoch: int) -> tuple[ColumnElement[bool], ...]:
    return EntryRow.epoch == epoch, EntryRow.synced_at.is_(None)


def _count(session: Session, epoch: int) -> int:
    listed = select(func.count()).where(EntryRow.epoch == epoch, EntryRow.entry.is_not(None))
    return session.scalars(listed).one()
