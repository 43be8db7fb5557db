"""Alarms of the register, each told once: somebody sweeps it, or an evaluator does not answer."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from checker.limits import DAY, milliseconds
from checker.model import Spending
from checker.records import AlarmRow, BudgetRow
from storage.dialects import upsert


class Alarm(StrEnum):
    """What the operator is told of."""

    SWEEP = "sweep"  # many members have spent all their checks: one person may be behind them
    EVALUATOR = "evaluator"  # one does not answer, or does not prove what it says


def accounts_spent(session: Session, *, daily: int, now: datetime) -> int:
    """Return how many accounts have spent a whole day's checks within the last 24 hours."""
    spent = select(func.count()).where(
        BudgetRow.spending == Spending.CHECK,
        BudgetRow.day_used >= daily,
        BudgetRow.day_began > milliseconds(now - DAY),
    )
    return session.scalars(spent).one()


def raise_alarm(session: Session, alarm: Alarm, *, now: datetime, quiet: timedelta) -> bool:
    """Note that an alarm is told; whether nobody told of it within the last `quiet`."""
    told = upsert(session, AlarmRow).values(name=alarm, told_at=now)
    again = told.on_conflict_do_update(
        index_elements=[AlarmRow.name],
        set_={"told_at": now},
        where=AlarmRow.told_at <= now - quiet,
    ).returning(AlarmRow.name)
    return bool(session.scalars(again).all())


def lower_alarm(session: Session, alarm: Alarm) -> None:
    """Forget an alarm, because it is over, or because nobody could be told."""
    session.execute(delete(AlarmRow).where(AlarmRow.name == alarm))
