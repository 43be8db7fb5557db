"""Listing: what the register says of an identifier, written in the database first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from checker.derivation import derive, input_of
from checker.evaluator import Evaluator
from checker.model import Identifier, Payload
from checker.payload import merge, seal
from checker.records import EntryRow
from checker.state import establish, hold_register


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
    derived = derive(element, state.epoch)
    row = session.get(EntryRow, (state.epoch, derived.tag))
    if row is None and not payloads:
        return derived.watch
    if row is None:
        row = EntryRow(epoch=state.epoch, tag=derived.tag)
        session.add(row)
    row.entry = seal(derived, merge(payloads)) if payloads else None
    row.updated_at = now
    row.synced_at = None
    session.flush()
    return derived.watch
