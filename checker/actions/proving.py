"""Proving the register in the database: every entry opens under its identifier's key.

For a database that was restored to try a backup; it must not touch the Redis that checks read.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from checker.derivation import derive, kept_element
from checker.payload import EntryUnreadable, unseal
from checker.records import EntryRow, LedgerRow
from checker.state import CANARIES, read_state
from storage.sealing import CannotOpen, Sealer

AT_ONCE = 1_000


@dataclass(slots=True)
class Proved:
    """What came of it: lines of the ledger and entries that are right, and those that are not."""

    lines: int = 0
    entries: int = 0
    wrong: int = 0
    unproved: int = 0


def prove_entries(session: Session, sealer: Sealer) -> Proved:
    """Follow every line of the ledger to its tag and its entry.

    Entries that no line leads to any more are counted as unproved; raises RegisterUnavailable.
    """
    state, proved = read_state(session), Proved()
    listed = {
        tag: entry or b""
        for tag, entry in session.execute(
            select(EntryRow.tag, EntryRow.entry).where(
                EntryRow.epoch == state.epoch, EntryRow.entry.is_not(None)
            )
        )
    }
    lines = select(LedgerRow).where(LedgerRow.kept_element.is_not(None))
    seen: set[bytes] = set()
    for line in session.scalars(lines.execution_options(yield_per=AT_ONCE)):
        if not _is_right(line, listed, sealer):
            proved.wrong += 1
            continue
        proved.lines += 1
        seen.add(line.tag)
    proved.entries = len(seen & listed.keys())
    proved.unproved = len(listed) - proved.entries - CANARIES
    return proved


def _is_right(line: LedgerRow, listed: dict[bytes, bytes], sealer: Sealer) -> bool:
    """Whether a line's element makes its tag, and opens the entry of that tag if there is one."""
    assert line.kept_element is not None  # noqa: S101 - it was asked for
    try:
        derived = derive(kept_element(line.kept_element, sealer, line.id), line.epoch)
        if derived.tag in listed:
            unseal(derived, listed[derived.tag])
    except (CannotOpen, EntryUnreadable):
        return False
    return derived.tag == line.tag
