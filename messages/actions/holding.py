"""Holding back: what was to leave by now, and would ring in somebody's quiet hours."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from messages.model import STOPPABLE, CauseState, Channel, DeliveryState, Queue
from messages.records import CauseRow, DeliveryRow

CAN_WAIT = tuple(STOPPABLE)  # a code was asked for


def hold_back(
    session: Session, *, queue: Queue, numbers: Select[*tuple[Any, ...]], now: datetime
) -> int:
    """Let text messages that are due wait until the moment of their contact; return how many.

    `numbers` has the columns contact_id and until. What a worker has claimed is not called back.
    """
    held = numbers.subquery("held")
    causes = select(CauseRow.id).where(
        CauseRow.queue == queue,
        CauseRow.kind.in_(CAN_WAIT),
        CauseRow.state == CauseState.OPEN,
        CauseRow.expires_at > now,
    )
    changed = session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.contact_id == held.c.contact_id,
            DeliveryRow.cause_id.in_(causes),
            DeliveryRow.channel == Channel.SMS,
            DeliveryRow.state == DeliveryState.PENDING,
            DeliveryRow.next_at <= now,
        )
        .values(next_at=held.c.until)
        .returning(DeliveryRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())
