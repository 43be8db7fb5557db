"""Whom a cause reached, as a query that another cause can be sent to."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from messages.model import Channel, DeliveryState
from messages.records import DeliveryRow

MAY_HAVE_ARRIVED = (
    DeliveryState.SENDING,
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.UNKNOWN,
)

Query = Select[*tuple[Any, ...]]


def reached(cause_id: UUID) -> Query:
    """Return the audience (contact_id, channel, text_key, why) of who got, or may have got, it.

    That is also who is sent it once more because the first one may be lost.
    """
    return select(
        DeliveryRow.contact_id, DeliveryRow.channel, DeliveryRow.text_key, DeliveryRow.why
    ).where(
        DeliveryRow.cause_id == cause_id,
        or_(DeliveryRow.state.in_(MAY_HAVE_ARRIVED), DeliveryRow.resent),
    )


def recipients(session: Session, audience: Query) -> dict[tuple[Channel, str], int]:
    """Return how many of an audience get which text by which channel."""
    each = audience.subquery("audience")
    rows = session.execute(
        select(each.c.channel, each.c.text_key, func.count()).group_by(
            each.c.channel, each.c.text_key
        )
    )
    return {(Channel(channel), text_key): count for channel, text_key, count in rows}
