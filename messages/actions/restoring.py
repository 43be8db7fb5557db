"""After a restore: what the database believes unsent may have left since the backup was made.

Everything that was open is held until somebody has decided: a second text at the wrong hour harms
more than a late one. Statements here name no column that came later than the state of a cause, for
they run on the tables of the backup.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from messages.model import CauseState, DeliveryState
from messages.records import CauseRow, DeliveryRow

UNSENT = (
    DeliveryState.PENDING,
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
    DeliveryState.UNKNOWN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """What is held since a restore: causes, and their messages that may have left already."""

    causes: int
    messages: int


def hold_everything(session: Session) -> int:
    """Hold every open cause; return how many. For a database that was just restored."""
    held = session.scalars(
        update(CauseRow)
        .where(CauseRow.state == CauseState.OPEN)
        .values(state=CauseState.HELD)
        .returning(CauseRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(held.all())


def held_since_restore(session: Session, *, now: datetime) -> HeldBack:
    """Return what is held and not over yet."""
    causes, messages = session.execute(
        select(func.count(CauseRow.id.distinct()), func.count(DeliveryRow.id))
        .outerjoin(
            DeliveryRow,
            (DeliveryRow.cause_id == CauseRow.id) & DeliveryRow.state.in_(UNSENT),
        )
        .where(CauseRow.state == CauseState.HELD, CauseRow.expires_at > now)
    ).one()
    return HeldBack(causes=causes, messages=messages)


def let_go(session: Session) -> None:
    """Open what is held: what is still unsent here leaves, whether or not it left before."""
    _turn_held(session, CauseState.OPEN)


def give_up(session: Session) -> None:
    """Recall what is held: nothing of it leaves any more."""
    _turn_held(session, CauseState.RECALLED)


def _turn_held(session: Session, after: CauseState) -> None:
    session.execute(
        update(CauseRow)
        .where(CauseRow.state == CauseState.HELD)
        .values(state=after)
        .execution_options(synchronize_session=False)
    )
