"""The register in numbers, for the operator."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checker.model import Listed, RegisterState, RegisterStats, RegisterUnavailable
from checker.packing import Layout
from checker.records import EntryRow, LedgerRow
from checker.register import Register
from checker.state import CANARIES, read_state


def stats(session: Session, register: Register) -> RegisterStats:
    """Return the register's figures; raises RegisterUnavailable only before there is one."""
    state = read_state(session)
    layout = Layout(state.bucket_bits, state.pad)
    listed, waiting = session.execute(
        select(
            func.count(EntryRow.entry),
            func.count().filter(EntryRow.synced_at.is_(None)),
        ).where(EntryRow.epoch == state.epoch)
    ).one()
    lines, turned = session.execute(
        select(func.count(), func.count(LedgerRow.next_tag)).select_from(LedgerRow)
    ).one()
    return RegisterStats(
        epoch=state.epoch,
        generation=state.generation,
        entries=listed - CANARIES,
        waiting=waiting,
        ledger_lines=lines,
        turned_lines=turned if state.next_public_key else None,
        buckets=layout.buckets,
        bucket_octets=layout.octets,
        rebuilt_at=state.rebuilt_at,
        trouble=_trouble(register, state),
    )


def listed(session: Session) -> Listed | None:
    """Return how many entries the register lists in its epoch; none before there is one."""
    try:
        epoch = read_state(session).epoch
    except RegisterUnavailable:
        return None
    entries = select(func.count(EntryRow.entry)).where(EntryRow.epoch == epoch)
    return Listed(epoch=epoch, entries=session.scalars(entries).one() - CANARIES)


def _trouble(register: Register, state: RegisterState) -> str:
    try:
        card = register.card(state)
        return "" if register.is_whole(card) else "buckets of the register are missing or damaged"
    except RegisterUnavailable as error:
        return str(error)
