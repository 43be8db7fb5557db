"""Recording what became of sends: from the send itself, and from the provider's receipts.

Both only move a delivery forward, so they may come twice, late or in any order.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from messages.actions.consequences import owes_mail, spread_word, try_again
from messages.model import (
    LOOK_AFTER,
    LOST,
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
from messages.records import DeliveryRow

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


def _thought_lost() -> ColumnElement[bool]:
    """Whether a delivery failed only in that its provider's list did not have it."""
    return and_(DeliveryRow.state == DeliveryState.FAILED, DeliveryRow.reason == LOST)


_STILL_OPEN = or_(_is_one_of(BEFORE_ACCEPTED), _thought_lost())
_ACCEPT = (
    update(DeliveryRow)
    .where(
        DeliveryRow.id == bindparam("delivery"),
        DeliveryRow.former_id.is_distinct_from(bindparam("provider")),
    )
    .values(
        state=case((_STILL_OPEN, DeliveryState.ACCEPTED.value), else_=DeliveryRow.state),
        provider_id=func.coalesce(DeliveryRow.provider_id, bindparam("provider")),
        left_at=func.coalesce(DeliveryRow.left_at, bindparam("now")),
        lease_until=None,
        look_at=None,
        mail_owed=case((_STILL_OPEN, False), else_=DeliveryRow.mail_owed),
        reason=case((_STILL_OPEN, ""), else_=DeliveryRow.reason),
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
    look_at=None,
    reason=bindparam("because"),
    updated_at=bindparam("now"),
)
_END = _OURS.values(
    state=bindparam("new_state"),
    lease_until=None,
    look_at=None,
    mail_owed=bindparam("owed"),
    reason=bindparam("because"),
    updated_at=bindparam("now"),
)
_LOSE_SIGHT = _OURS.values(
    state=DeliveryState.UNKNOWN,
    lease_until=None,
    looks=0,
    look_at=bindparam("look"),
    reason=bindparam("because"),
    updated_at=bindparam("now"),
)


def record_outcomes(
    session: Session,
    *,
    token: UUID,
    outcomes: Mapping[UUID, Outcome],
    now: datetime,
    look_after: timedelta = LOOK_AFTER,
) -> None:
    """Write down what sends under this claim came to; what is unknown is looked for in a while."""
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
    ours = {"token": token, "look": now + look_after, "now": now}
    unknown = _of(outcomes, Unknown)
    _each(
        session,
        _LOSE_SIGHT,
        [ours | {"delivery": id_, "because": each.reason} for id_, each in unknown.items()],
    )


def record_receipt(session: Session, *, delivery_id: UUID, receipt: Receipt, now: datetime) -> bool:
    """Move a delivery forward to what the provider says; whether that changed anything.

    Also for a delivery thought unknown, whose acceptance a receipt proves. Of a delivery that was
    sent again, what the provider says of the message before counts only if that one arrived.
    """
    which = [DeliveryRow.id == delivery_id, *_concerned_by(receipt)]
    if receipt.unreachable and try_again(session, which, receipt.provider_id, now=now):
        return True
    changed = session.scalars(
        update(DeliveryRow)
        .where(*which)
        .values(
            state=MOVES[receipt.state][0],
            provider_id=func.coalesce(DeliveryRow.provider_id, receipt.provider_id or None),
            left_at=func.coalesce(DeliveryRow.left_at, literal(now, DeliveryRow.left_at.type)),
            lease_until=None,
            look_at=None,
            mail_owed=owes_mail(receipt),
            reason=receipt.reason,
            updated_at=now,
        )
        .returning(DeliveryRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    spread_word(session, dict.fromkeys(changed, receipt), now)
    return bool(changed)


def _concerned_by(receipt: Receipt) -> list[ColumnElement[bool]]:
    """Return which deliveries a receipt may move.

    None whose former message it is about. Of another message than the one a delivery is known by
    it counts only that it arrived: then the person has it, whatever became of the other.
    """
    state, before = MOVES[receipt.state]
    arrived = receipt.state is ReceiptState.DELIVERED
    movable = or_(DeliveryRow.state.in_(before), _thought_lost())
    if arrived:
        movable = or_(movable, and_(DeliveryRow.resent, DeliveryRow.state != state))
    if not receipt.provider_id:
        return [movable]
    known_by = func.coalesce(DeliveryRow.provider_id, receipt.provider_id)
    return [
        movable,
        DeliveryRow.former_id.is_distinct_from(receipt.provider_id),
        true() if arrived else known_by == receipt.provider_id,
    ]


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
    for id_ in [id_ for id_, each in refused.items() if each.unreachable]:
        ours = (DeliveryRow.id == id_, DeliveryRow.claim_token == token)
        try_again(session, [*ours, _is_one_of(OPEN_TO_ITS_WORKER)], "", now=now)
    _each(
        session,
        _END,
        [
            {
                "delivery": id_,
                "token": token,
                "new_state": DeliveryState.SUPPRESSED if each.opted_out else DeliveryState.FAILED,
                "owed": owes_mail(each),
                "because": each.reason,
                "now": now,
            }
            for id_, each in refused.items()
        ],
    )
    spread_word(session, refused, now)


def _spread(delivery_id: UUID) -> float:
    return delivery_id.int % 1000 / 1000


def _asked(postponed: Postponed) -> timedelta:
    return postponed.retry_after or timedelta(0)
