"""Recording what became of sends: from the send itself, and from the provider's receipts.

Both only move a delivery forward, so they may come twice, late or in any order.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Update, bindparam, case, func, literal, or_, select, update
from sqlalchemy.orm import Session

from messages.actions.dialects import insert_or_ignore
from messages.model import (
    WAITING,
    Accepted,
    DeliveryState,
    Outcome,
    Postponed,
    Receipt,
    ReceiptState,
    Refused,
    Unknown,
    wait_after,
)
from messages.records import ContactRow, DeliveryRow, SuppressionRow

OPTED_OUT = "opted_out"
BEFORE_ACCEPTED = (*WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN)
# A worker that knows better may correct the sweep, which called its row unknown.
OPEN_TO_ITS_WORKER = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
MOVES = {
    ReceiptState.ACCEPTED: (DeliveryState.ACCEPTED, BEFORE_ACCEPTED),
    ReceiptState.DELIVERED: (
        DeliveryState.DELIVERED,
        (*BEFORE_ACCEPTED, DeliveryState.ACCEPTED),
    ),
    ReceiptState.FAILED: (DeliveryState.FAILED, (*BEFORE_ACCEPTED, DeliveryState.ACCEPTED)),
}
Kind = TypeVar("Kind", Accepted, Postponed, Refused, Unknown)


def _is_one_of(states: Collection[DeliveryState]) -> ColumnElement[bool]:
    """Compare one by one: a statement that runs for many rows at once cannot hold a list."""
    return or_(*(DeliveryRow.state == state for state in states))


_ACCEPT = (
    update(DeliveryRow)
    .where(DeliveryRow.id == bindparam("delivery"))
    .values(
        state=case(
            (_is_one_of(BEFORE_ACCEPTED), DeliveryState.ACCEPTED.value),
            else_=DeliveryRow.state,
        ),
        provider_id=func.coalesce(DeliveryRow.provider_id, bindparam("provider")),
        left_at=func.coalesce(DeliveryRow.left_at, bindparam("now")),
        lease_until=None,
        reason="",
        updated_at=bindparam("now"),
    )
)
_OURS = update(DeliveryRow).where(
    DeliveryRow.id == bindparam("delivery"),
    DeliveryRow.claim_token == bindparam("token"),
    _is_one_of(OPEN_TO_ITS_WORKER),
)
_POSTPONE = _OURS.values(
    state=DeliveryState.PENDING,
    next_at=bindparam("next"),
    claim_token=None,
    lease_until=None,
    reason=bindparam("because"),
    updated_at=bindparam("now"),
)
_END = _OURS.values(
    state=bindparam("new_state"),
    lease_until=None,
    reason=bindparam("because"),
    updated_at=bindparam("now"),
)


def record_outcomes(
    session: Session, *, token: UUID, outcomes: Mapping[UUID, Outcome], now: datetime
) -> None:
    """Write down what sends under this claim came to."""
    accepted = _of(outcomes, Accepted)
    _each(
        session,
        _ACCEPT,
        [
            {"delivery": id_, "provider": outcome.provider_id, "now": now}
            for id_, outcome in accepted.items()
        ],
    )
    _postpone(session, token, _of(outcomes, Postponed), now)
    _refuse(session, token, _of(outcomes, Refused), now)
    unknown = _of(outcomes, Unknown)
    _end(
        session, token, {id_: (DeliveryState.UNKNOWN, unknown[id_].reason) for id_ in unknown}, now
    )


def record_receipt(session: Session, *, delivery_id: UUID, receipt: Receipt, now: datetime) -> bool:
    """Move a delivery forward to what the provider says; whether that changed anything.

    Also for a delivery thought unknown, whose acceptance a receipt proves.
    """
    state, before = MOVES[receipt.state]
    changed = session.scalars(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery_id, DeliveryRow.state.in_(before))
        .values(
            state=state,
            provider_id=func.coalesce(DeliveryRow.provider_id, receipt.provider_id or None),
            left_at=func.coalesce(DeliveryRow.left_at, literal(now, DeliveryRow.left_at.type)),
            lease_until=None,
            reason=receipt.reason,
            updated_at=now,
        )
        .returning(DeliveryRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    if receipt.opted_out:
        _suppress_contacts(session, changed, now)
    if receipt.bad_address:
        _mark_bad(session, changed, now)
    return bool(changed)


def _of(outcomes: Mapping[UUID, Outcome], kind: type[Kind]) -> dict[UUID, Kind]:
    return {id_: outcome for id_, outcome in outcomes.items() if isinstance(outcome, kind)}


def _each(session: Session, statement: Update, rows: Sequence[dict[str, object]]) -> None:
    """Run a statement once for each row, in one round trip (below the ORM, which would refuse)."""
    if rows:
        session.connection().execute(statement, rows)


def _postpone(
    session: Session, token: UUID, postponed: Mapping[UUID, Postponed], now: datetime
) -> None:
    if not postponed:
        return
    attempts = session.execute(
        select(DeliveryRow.id, DeliveryRow.attempts).where(DeliveryRow.id.in_(postponed))
    )
    _each(
        session,
        _POSTPONE,
        [
            {
                "delivery": id_,
                "token": token,
                "next": now + max(wait_after(tried, spread=_spread(id_)), _asked(postponed[id_])),
                "because": postponed[id_].reason,
                "now": now,
            }
            for id_, tried in attempts
        ],
    )


def _refuse(session: Session, token: UUID, refused: Mapping[UUID, Refused], now: datetime) -> None:
    ends = {
        id_: (
            DeliveryState.SUPPRESSED if outcome.opted_out else DeliveryState.FAILED,
            outcome.reason,
        )
        for id_, outcome in refused.items()
    }
    _end(session, token, ends, now)
    _suppress_contacts(session, [id_ for id_, each in refused.items() if each.opted_out], now)
    _mark_bad(session, [id_ for id_, each in refused.items() if each.bad_address], now)


def _end(
    session: Session,
    token: UUID,
    ends: Mapping[UUID, tuple[DeliveryState, str]],
    now: datetime,
) -> None:
    _each(
        session,
        _END,
        [
            {"delivery": id_, "token": token, "new_state": state, "because": reason, "now": now}
            for id_, (state, reason) in ends.items()
        ],
    )


def _suppress_contacts(session: Session, deliveries: Collection[UUID], now: datetime) -> None:
    if not deliveries:
        return
    addresses = (
        select(
            ContactRow.fingerprint,
            ContactRow.channel,
            literal(OPTED_OUT),
            literal(now, SuppressionRow.since.type),
        )
        .join(DeliveryRow, DeliveryRow.contact_id == ContactRow.id)
        .where(DeliveryRow.id.in_(deliveries))
        .distinct()
    )
    session.execute(
        insert_or_ignore(session, SuppressionRow).from_select(
            ["fingerprint", "channel", "reason", "since"], addresses
        )
    )


def _mark_bad(session: Session, deliveries: Collection[UUID], now: datetime) -> None:
    if not deliveries:
        return
    contacts = select(DeliveryRow.contact_id).where(DeliveryRow.id.in_(deliveries))
    session.execute(
        update(ContactRow)
        .where(ContactRow.id.in_(contacts), ContactRow.bad_since.is_(None))
        .values(bad_since=now)
        .execution_options(synchronize_session=False)
    )


def _spread(delivery_id: UUID) -> float:
    return delivery_id.int % 1000 / 1000


def _asked(postponed: Postponed) -> timedelta:
    return postponed.retry_after or timedelta(0)
