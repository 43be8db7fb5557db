"""What was sent to a contact: for its owner, who may ask; never the words, which are not kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from messages.model import CauseKind, Channel, DeliveryState
from messages.records import CauseRow, DeliveryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTo:
    """One message to somebody: what kind, by which channel, when, and what became of it."""

    kind: CauseKind
    channel: Channel
    at: datetime
    state: DeliveryState


def sent_to(session: Session, contact_ids: Collection[UUID]) -> list[SentTo]:
    """Return what was or will be sent to these contacts, oldest first, as long as it is known."""
    at = func.coalesce(DeliveryRow.left_at, DeliveryRow.next_at)
    rows = session.execute(
        select(CauseRow.kind, DeliveryRow.channel, at.label("at"), DeliveryRow.state)
        .join(CauseRow, CauseRow.id == DeliveryRow.cause_id)
        .where(DeliveryRow.contact_id.in_(contact_ids))
        .order_by(at, DeliveryRow.id)
    )
    return [
        SentTo(
            kind=CauseKind(row.kind),
            channel=Channel(row.channel),
            at=row.at,
            state=DeliveryState(row.state),
        )
        for row in rows
    ]
