"""Budgets: exact under any order, any number at once, any restart and any clock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as given_any
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from checker import actions
from checker.limits import give_back
from checker.model import Budget, BudgetSpent, Limits, TooManyAtOnce
from checker.records import BudgetRow
from storage.engine import Singly, writing
from storage.keys import Sealers
from tests import given

LIMITS = Limits(burst=5)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
Spend = Callable[..., Budget]


@pytest.fixture
def member(session: Session, sealers: Sealers, now: datetime) -> UUID:
    person = given.a_member(session, sealers, now=now)
    session.commit()
    return person.id


@pytest.fixture
def spend(session: Session, member: UUID) -> Spend:
    def spend(at: datetime, elements: int = 1, limits: Limits = LIMITS) -> Budget:
        budget = actions.spend(session, account_id=member, elements=elements, now=at, limits=limits)
        session.commit()
        return budget

    return spend


def refused(spend: Spend, at: datetime, elements: int = 1, limits: Limits = LIMITS) -> datetime:
    """Return when the member may try again, having seen the refusal."""
    with pytest.raises(BudgetSpent) as raised:
        spend(at, elements, limits)
    return raised.value.retry_at


def use_up_the_day(spend: Spend, now: datetime) -> datetime:
    for at in (now, now + HOUR, now + 2 * HOUR, now + 3 * HOUR):
        spend(at, 5)
    return now + 3 * HOUR


def test_five_in_a_burst_and_not_a_sixth(spend: Spend, now: datetime) -> None:
    left = [spend(now).burst_left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert refused(spend, now) == now + MINUTE


def test_a_burst_refills_one_a_minute(spend: Spend, now: datetime) -> None:
    spend(now, 5)
    assert refused(spend, now + 59.9 * timedelta(seconds=1)) == now + MINUTE
    assert spend(now + MINUTE) == Budget(burst_left=0, today_left=14)
    assert refused(spend, now + MINUTE) == now + 2 * MINUTE
    assert spend(now + HOUR) == Budget(burst_left=4, today_left=13)


def test_a_check_of_several_takes_all_or_nothing(spend: Spend, now: datetime) -> None:
    assert spend(now, 3) == Budget(burst_left=2, today_left=17)
    assert refused(spend, now, 3) == now + MINUTE
    assert spend(now, 2) == Budget(burst_left=0, today_left=15)


def test_more_than_the_limits_ever_allow_is_said_so(spend: Spend, now: datetime) -> None:
    with pytest.raises(TooManyAtOnce) as raised:
        spend(now, 6)
    assert raised.value.allowed == 5
    assert spend(now, 5).today_left == 15


def test_twenty_a_day_and_not_a_twenty_first(spend: Spend, now: datetime) -> None:
    last = use_up_the_day(spend, now)
    assert refused(spend, last + HOUR) == now + 24 * HOUR
    assert refused(spend, now + 24 * HOUR - timedelta(seconds=1)) == now + 24 * HOUR
    assert spend(now + 24 * HOUR) == Budget(burst_left=4, today_left=19)


def test_what_is_left_of_the_day_bounds_the_burst(spend: Spend, now: datetime) -> None:
    limits = Limits(burst=5, daily=6)
    assert spend(now, 5, limits) == Budget(burst_left=0, today_left=1)
    assert refused(spend, now + HOUR, 2, limits) == now + 24 * HOUR
    assert spend(now + HOUR, 1, limits) == Budget(burst_left=0, today_left=0)


def test_each_member_has_a_budget_of_their_own(
    spend: Spend, session: Session, sealers: Sealers, now: datetime
) -> None:
    spend(now, 5)
    other = given.a_member(session, sealers, now=now)
    budget = actions.spend(session, account_id=other.id, elements=1, now=now, limits=LIMITS)
    assert budget.burst_left == 4


def test_a_restart_gives_nothing_back(
    spend: Spend, member: UUID, engine: Engine, now: datetime
) -> None:
    spend(now, 5)
    engine.dispose()
    with writing(engine)() as session, pytest.raises(BudgetSpent):
        actions.spend(session, account_id=member, elements=1, now=now, limits=LIMITS)


def test_a_check_that_was_rolled_back_costs_nothing(
    session: Session, member: UUID, spend: Spend, now: datetime
) -> None:
    actions.spend(session, account_id=member, elements=5, now=now, limits=LIMITS)
    session.rollback()
    assert spend(now, 5).burst_left == 0


def test_a_check_that_could_not_be_answered_is_given_back(
    session: Session, member: UUID, spend: Spend, now: datetime
) -> None:
    spend(now, 2)
    spend(now, 3)
    give_back(session, account_id=member, elements=3, limits=LIMITS)
    assert spend(now, 3) == Budget(burst_left=0, today_left=15)


def test_nothing_is_given_back_twice(
    session: Session, member: UUID, spend: Spend, now: datetime
) -> None:
    spend(now, 2)
    for _ in range(3):
        give_back(session, account_id=member, elements=2, limits=LIMITS)
    assert spend(now, 2) == Budget(burst_left=3, today_left=18)


@pytest.mark.parametrize("back", [timedelta(milliseconds=1), 9 * MINUTE])
def test_clocks_that_differ_a_little_give_nothing(
    spend: Spend, now: datetime, back: timedelta
) -> None:
    spend(now, 5)
    assert refused(spend, now - back) == now + MINUTE
    assert spend(now + MINUTE).today_left == 14


@pytest.mark.parametrize("back", [HOUR, 24 * HOUR])
def test_a_clock_set_back_locks_nobody_out_and_keeps_the_days_count(
    spend: Spend, now: datetime, back: timedelta
) -> None:
    spend(now, 5)
    assert spend(now - back) == Budget(burst_left=4, today_left=14)


@pytest.mark.parametrize("back", [timedelta(seconds=1), HOUR, 24 * HOUR])
def test_a_spent_day_is_over_48_hours_after_a_clock_set_back(
    spend: Spend, now: datetime, back: timedelta
) -> None:
    earlier = use_up_the_day(spend, now) - back
    again = refused(spend, earlier)
    assert again <= earlier + 48 * HOUR
    assert spend(again).today_left == 19


def test_a_day_of_a_clock_far_ahead_is_dropped(spend: Spend, now: datetime) -> None:
    use_up_the_day(spend, now + timedelta(days=400))
    assert spend(now) == Budget(burst_left=4, today_left=19)


def test_many_checks_at_once_spend_exactly_the_budget(
    member: UUID, singly: Singly, now: datetime
) -> None:
    def check(_: int) -> bool:
        try:
            with singly.connect() as connection:
                actions.spend(connection, account_id=member, elements=1, now=now, limits=LIMITS)
        except BudgetSpent:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        allowed = list(threads.map(check, range(40)))
    assert sum(allowed) == LIMITS.burst


def test_budgets_are_forgotten_after_24_hours_and_not_before(
    session: Session, spend: Spend, now: datetime
) -> None:
    spend(now, 2)
    assert actions.forget_budgets(session, now=now + 24 * HOUR - timedelta(seconds=1)) == 0
    assert actions.forget_budgets(session, now=now + 24 * HOUR) == 1
    assert session.scalars(select(BudgetRow)).all() == []


def test_forgetting_gives_no_burst_back(session: Session, spend: Spend, now: datetime) -> None:
    spend(now)
    at = now + 24 * HOUR - timedelta(seconds=1)
    spend(at, 5)
    assert actions.forget_budgets(session, now=now + 24 * HOUR) == 0
    refused(spend, now + 24 * HOUR)


class Reference:
    """The rules in the plainest way: a list of what was allowed."""

    def __init__(self) -> None:
        self.tokens = float(LIMITS.burst)
        self.last: datetime | None = None
        self.day: list[datetime] = []

    def allows(self, at: datetime, elements: int) -> bool:
        if self.last is not None:
            self.tokens = min(LIMITS.burst, self.tokens + (at - self.last) / MINUTE)
        self.last = at
        if self.day and at >= self.day[0] + 24 * HOUR:
            self.day = []
        if self.tokens < elements - 1e-9 or len(self.day) + elements > LIMITS.daily:
            return False
        self.tokens -= elements
        self.day += [at] * elements
        return True


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given_any(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 30, 60, 61, 300, 3600, 8 * 3600, 24 * 3600]),
            st.integers(min_value=1, max_value=5),
        ),
        max_size=40,
    )
)
def test_any_sequence_is_answered_as_by_the_plain_rules(
    session: Session, spend: Spend, now: datetime, steps: list[tuple[int, int]]
) -> None:
    session.execute(delete(BudgetRow))
    reference, at = Reference(), now
    for seconds, elements in steps:
        at += timedelta(seconds=seconds)
        try:
            spend(at, elements)
        except BudgetSpent as refusal:
            again, allowed = refusal.retry_at, False
        else:
            again, allowed = at, True
        assert allowed == reference.allows(at, elements)
        assert (again == at) == allowed
        assert at <= again <= at + 24 * HOUR
