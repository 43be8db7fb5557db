"""Deliveries that nobody knows the fate of, and looks for them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from messages import actions
from messages.looks import Verdict
from messages.model import (
    LOOK_AFTER,
    Outcome,
    Queue,
    Receipt,
    ReceiptState,
    Unknown,
)
from storage.keys import Sealers
from tests.messages.posting import (
    NOON,
    an_alert,
    sending,
)

SID = "SM" + "1" * 32
FIRST = NOON + LOOK_AFTER
SECOND = FIRST + LOOK_AFTER


def unknown(
    session: Session, sealers: Sealers, queue: Queue = Queue.DANGER, recipients: int = 1
) -> tuple[UUID, list[UUID]]:
    """Make deliveries that nobody answered for."""
    cause_id = an_alert(session, sealers, recipients, queue=queue)
    return cause_id, unanswered(session, sealers, cause_id, now=NOON)


def unanswered(session: Session, sealers: Sealers, cause_id: UUID, *, now: datetime) -> list[UUID]:
    """Send what is due and hear nothing."""
    claim, outgoing = sending(session, sealers, cause_id, now=now)
    ids = [each.delivery_id for each in outgoing]
    outcomes: dict[UUID, Outcome] = dict.fromkeys(ids, Unknown(reason="status_500"))
    actions.record_outcomes(session, token=claim.token, outcomes=outcomes, now=now)
    return ids


def look(
    session: Session, sealers: Sealers, *, now: datetime, found: Sequence[Receipt] | None = ()
) -> list[Verdict]:
    """Look for all that is due for it."""
    taken = actions.take_lost(session, sealers.contacts, limit=100, now=now)
    return [actions.record_look(session, each, found=found, now=now) for each in taken]


def a_message(state: ReceiptState = ReceiptState.ACCEPTED, sid: str = SID) -> Receipt:
    """Return what a provider says of a message."""
    return Receipt(provider_id=sid, state=state)
