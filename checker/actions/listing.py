"""Listing: what the register says of an identifier, written in the database first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from checker.derivation import Derived, derive, input_of, kept_element
from checker.evaluator import Evaluator
from checker.model import Identifier, Payload
from checker.payload import merge, seal
from checker.records import EntryRow, LedgerRow
from checker.state import establish, hold_register
from storage.sealing import CannotOpen, Sealer


def list_entry(
    session: Session,
    evaluator: Evaluator,
    *,
    identifier: Identifier,
    payloads: Sequence[Payload],
    now: datetime,
) -> bytes:
    """Make the entry of an identifier say what all its live warnings say; none takes it off.

    Return the token that members watch for it by.

    `payloads` replaces what the entry said: pass every live warning's, not the new one's alone
    (see `hold_register`). After the commit, `refresh` brings Redis up to date.
    Raises EvaluatorUnavailable, or WrongRegisterKey.
    """
    establish(session, evaluator, now=now)
    state = hold_register(session)
    (element,) = evaluator.under(state.public_key).evaluate([input_of(identifier)])
    return _say(session, derive(element, state.epoch), state.epoch, payloads, now)


def list_line(
    session: Session,
    evaluator: Evaluator,
    sealer: Sealer,
    *,
    line: UUID,
    payloads: Sequence[Payload],
    now: datetime,
) -> bytes:
    """Do the same for the identifier of a line of the ledger, which nobody has to know for it."""
    establish(session, evaluator, now=now)
    state = hold_register(session)
    row = session.get_one(LedgerRow, line, populate_existing=True)
    if row.kept_element is None:
        message = "a line from before elements were kept cannot be listed"
        raise CannotOpen(message)
    element = kept_element(row.kept_element, sealer, line)
    return _say(session, derive(element, state.epoch), state.epoch, payloads, now)


def _say(
    session: Session, derived: Derived, epoch: int, payloads: Sequence[Payload], now: datetime
) -> bytes:
    row = session.get(EntryRow, (epoch, derived.tag))
    if row is None and not payloads:
        return derived.watch
    if row is None:
        row = EntryRow(epoch=epoch, tag=derived.tag)
        session.add(row)
    row.entry = seal(derived, merge(payloads)) if payloads else None
    row.updated_at = now
    row.synced_at = None
    session.flush()
    return derived.watch
