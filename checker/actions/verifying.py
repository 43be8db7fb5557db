"""Verifying: every entry of the database is in Redis as it should be, and none that was taken off.

Somebody who can write to Redis can exchange an entry for filler, and a check would find nothing.
Filler looks like an entry, so what was added to Redis cannot be told; it opens for nobody.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from checker.model import RegisterState, RegisterVerified
from checker.packing import Layout, find
from checker.records import EntryRow
from checker.register import Register
from checker.state import CANARIES, read_state

AT_ONCE = 64  # buckets whose entries are in memory, about 2 MB

Progress = Callable[[int, int], None]


def verify(
    session: Session, register: Register, *, progress: Progress | None = None
) -> RegisterVerified:
    """Walk every bucket and compare; what waits to be written is left out.

    Raises RegisterUnavailable if the register in Redis cannot be read at all.
    """
    state = read_state(session)
    layout = register.card(state).layout
    whole = missing = stale = 0
    for first in range(0, layout.buckets, AT_ONCE):
        last = min(first + AT_ONCE, layout.buckets) - 1
        expected = _expected(session, state, layout, first, last)
        for number in range(first, last + 1):
            _, bucket = register.bucket(number, state)
            for tag, entry in expected[number].items():
                found = find(bucket, tag)
                whole += entry is not None and found == entry
                missing += entry is not None and found != entry
                stale += entry is None and found is not None
        if progress:
            progress(last + 1, layout.buckets)
    return RegisterVerified(
        entries=whole - CANARIES, missing=missing, stale=stale, buckets=layout.buckets
    )


def _expected(
    session: Session, state: RegisterState, layout: Layout, first: int, last: int
) -> Mapping[int, dict[bytes, bytes | None]]:
    """Return what some buckets must and must not (None) hold, by tag."""
    found: defaultdict[int, dict[bytes, bytes | None]] = defaultdict(dict)
    written = select(EntryRow.tag, EntryRow.entry).where(
        EntryRow.epoch == state.epoch,
        EntryRow.tag.between(*layout.span(first, last)),
        EntryRow.synced_at.is_not(None),
    )
    for tag, entry in session.execute(written):
        found[layout.number(tag)][tag] = entry
    return found
