"""A member's budget for checks: counted in the database, so that a restart gives nothing back.

Each spending is one statement, so it is exact however many checks arrive at once. A burst refills
one by one; the day is the 24 hours from its first check. A time further in the future than it can
be was written by a clock that has been set back since: a burst then starts afresh, but the day's
count stands for as long as that day could last, and only one from beyond is dropped.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from checker.model import (
    Budget,
    BudgetSpent,
    Limits,
    RegisterUnavailable,
    Spending,
    TooManyAtOnce,
)
from checker.records import BudgetRow
from storage.engine import Executor

DAY = timedelta(hours=24)
SKEW = timedelta(minutes=10)  # between servers' clocks, and between asking the time and using it
MILLISECOND = timedelta(milliseconds=1)

# In these `b` is the row as it stands, and what they give is the row as it counts now.
_SAME_BURST = "b.burst_until between :now and :now + :span + :skew"
_SAME_DAY = "b.day_began between :now - :day + 1 and :now + :day"
_UNTIL = f"case when {_SAME_BURST} then b.burst_until else :now end"
_BEGAN = f"case when {_SAME_DAY} then b.day_began else :now end"
_USED = f"case when {_SAME_DAY} then b.day_used else 0 end"
_SPEND = text(
    "insert into check_budget as b"  # noqa: S608 - put together from the constants above
    " (account_id, spending, burst_until, day_began, day_used)"
    " values (:account, :spending, :now + :cost, :now, :elements)"
    f" on conflict (account_id, spending) do update set burst_until = {_UNTIL} + :cost,"
    f" day_began = {_BEGAN}, day_used = {_USED} + :elements"
    f" where {_UNTIL} + :cost <= :now + :span and {_USED} + :elements <= :daily"
    " returning burst_until, day_used"
).bindparams(bindparam("account", type_=Uuid()))


def spend(
    executor: Executor,
    *,
    account_id: UUID,
    elements: int,
    now: datetime,
    limits: Limits,
    spending: Spending = Spending.CHECK,
) -> Budget:
    """Take a number of checks, or of buckets, from a member's budget and return what is left.

    Raises BudgetSpent, or TooManyAtOnce for more than the limits ever allow; both take nothing.
    """
    allowed = min(limits.burst, limits.daily)
    if elements > allowed:
        raise TooManyAtOnce(allowed)
    at, refill = milliseconds(now), limits.refill // MILLISECOND
    left = executor.execute(
        _SPEND,
        {
            "account": account_id,
            "spending": spending.value,
            "now": at,
            "cost": elements * refill,
            "span": limits.burst * refill,
            "skew": SKEW // MILLISECOND,
            "day": DAY // MILLISECOND,
            "elements": elements,
            "daily": limits.daily,
        },
    ).one_or_none()
    if left is None:
        raise BudgetSpent(_retry_at(executor, (account_id, spending), elements, now, limits))
    today = limits.daily - left.day_used
    return Budget(
        burst_left=min(limits.burst - -(-(left.burst_until - at) // refill), today),
        today_left=today,
    )


@contextmanager
def paid(
    executor: Executor, *, account_id: UUID, elements: int, now: datetime, limits: Limits
) -> Iterator[None]:
    """Take checks from a member's budget for what is asked within; what has no answer is free.

    Paid first, so that somebody who tries numbers pays whatever they find. Raises what `spend`
    raises, and RegisterUnavailable.
    """
    spend(executor, account_id=account_id, elements=elements, now=now, limits=limits)
    try:
        yield
    except RegisterUnavailable:
        give_back(executor, account_id=account_id, elements=elements, limits=limits)
        raise


def give_back(
    executor: Executor,
    *,
    account_id: UUID,
    elements: int,
    limits: Limits,
    spending: Spending = Spending.CHECK,
) -> None:
    """Return what was paid for and could not be answered."""
    executor.execute(
        update(BudgetRow)
        .where(
            BudgetRow.account_id == account_id,
            BudgetRow.spending == spending,
            BudgetRow.day_used >= elements,
        )
        .values(
            burst_until=BudgetRow.burst_until - elements * (limits.refill // MILLISECOND),
            day_used=BudgetRow.day_used - elements,
        )
    )


def spent(executor: Executor, *, account_id: UUID, now: datetime) -> int:
    """Return how many checks an account has made of its day; 0 when the day is over."""
    used = executor.execute(
        select(BudgetRow.day_used).where(
            BudgetRow.account_id == account_id,
            BudgetRow.spending == Spending.CHECK,
            BudgetRow.day_began > milliseconds(now - DAY),
        )
    ).scalar()
    return used or 0


def forget_budgets(session: Session, *, now: datetime) -> int:
    """Delete the budgets whose day is over and whose burst is whole; returns how many."""
    over = BudgetRow.day_began <= milliseconds(now - DAY)
    whole = BudgetRow.burst_until <= milliseconds(now)
    gone = session.execute(delete(BudgetRow).where(over, whole).returning(BudgetRow.account_id))
    return len(gone.all())


def _retry_at(
    executor: Executor, whose: tuple[UUID, Spending], elements: int, now: datetime, limits: Limits
) -> datetime:
    row = executor.execute(
        select(BudgetRow.burst_until, BudgetRow.day_began, BudgetRow.day_used).where(
            BudgetRow.account_id == whose[0], BudgetRow.spending == whose[1]
        )
    ).one()
    until = _moment(row.burst_until)
    if until > now + limits.burst * limits.refill + SKEW:
        until = now
    burst_again = until - (limits.burst - elements) * limits.refill
    if row.day_used + elements <= limits.daily:
        return max(burst_again, now)
    return max(burst_again, _moment(row.day_began) + DAY)


def milliseconds(moment: datetime) -> int:
    """Return a moment as budgets keep it."""
    return round(moment.timestamp() * 1000)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
