"""Retention: what may go by itself, what is held until somebody looked, and a clock that jumps."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from storage import retention_runs
from storage.retention import FEW, FORESEEN_DAYS, Foresight, Rule, look_ahead, may_go
from storage.retention_runs import (
    ASLEEP,
    REPORTS_KEPT,
    Run,
    begin,
    end,
    is_due,
    survey,
    trust_clock,
)

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEPT = timedelta(days=90)


class Shelf:
    """Things of some age, kept for 90 days; a rule that forgets them."""

    def __init__(self, ages: Sequence[timedelta], *, now: datetime = NOON) -> None:
        self.put_at = [now - age for age in ages]

    def due(self, at: datetime) -> int:
        return sum(each < at - KEPT for each in self.put_at)

    @property
    def rule(self) -> Rule:
        return Rule(
            name="things",
            kept=KEPT,
            total=lambda _: len(self.put_at),
            due=lambda _, at: self.due(at),
            remove=lambda _, at, most: self._remove(at, most),
        )

    def _remove(self, at: datetime, most: int) -> int:
        going = [each for each in self.put_at if each < at - KEPT][:most]
        for each in going:
            self.put_at.remove(each)
        return len(going)


def begun(session: Session, *rules: Rule, now: datetime = NOON, agreed: Sequence[str] = ()) -> Run:
    return begin(session, survey(session, rules, now=now, agreed=agreed), now=now)


def days(count: float) -> timedelta:
    return DAY * count


@pytest.mark.parametrize(
    ("due", "total", "foreseen", "may"),
    [
        (0, 0, 0, True),
        (FEW, FEW, 0, True),
        (FEW + 1, FEW + 1, 0, False),
        (1_000, 100_000, 0, True),
        (1_001, 100_000, 0, False),
        (9_800, 200_000, 9_800, True),
        (9_800 + FEW, 200_000, 9_800, True),
        (9_801 + FEW, 200_000, 9_800, False),
        (200_000, 200_000, 9_800, False),
    ],
)
def test_more_than_one_in_a_hundred_waits_unless_it_was_foreseen(
    due: int, total: int, foreseen: int, *, may: bool
) -> None:
    assert may_go(due=due, total=total, foreseen=foreseen) is may


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_nothing_but_a_few_ever_goes_beyond_its_share_and_what_was_foreseen(
    due: int, total: int, foreseen: int
) -> None:
    if may_go(due=due, total=total, foreseen=foreseen):
        assert due <= max(FEW, total / 100, foreseen + FEW)


def test_what_was_foreseen_is_by_the_day_and_ends() -> None:
    ahead = Foresight(at=NOON, due=[1, 2, 4])
    by = [ahead.by(NOON + days(each)) for each in (-1, 0, 0.5, 1, 1.5, 3, 3.5, 400)]
    assert by == [0, 0, 1, 1, 2, 4, 0, 0]


def test_a_survey_looks_at_each_of_the_next_seven_days(session: Session) -> None:
    shelf = Shelf([days(90 - each) for each in (0.5, 2.5, 2.5, 6.5, 7.5)])
    ahead = look_ahead(session, shelf.rule, now=NOON)
    assert ahead == Foresight(at=NOON, due=[1, 1, 3, 3, 3, 3, 4])


def test_a_run_begins_once_a_day_and_is_gone_on_with(session: Session) -> None:
    rules = [Shelf([days(91)]).rule]
    assert is_due(session, now=NOON)
    first = begun(session, *rules)
    assert retention_runs.unfinished(session) == first
    assert not is_due(session, now=NOON + 30 * HOUR)
    end(session, first, now=NOON + HOUR)
    assert retention_runs.unfinished(session) is None
    assert not is_due(session, now=NOON + 23 * HOUR)
    assert is_due(session, now=NOON + 24 * HOUR)


def a_day(session: Session, shelf: Shelf, now: datetime) -> int:
    """Do what the worker does on a day; return how many things went."""
    run = begun(session, shelf.rule, now=now)
    if not run.held:
        while shelf.rule.remove(session, now, 1_000):
            pass
    end(session, run, now=now)
    return run.counts[0].due if not run.held else 0


def test_an_alert_to_everybody_goes_on_its_day_because_it_was_foreseen(session: Session) -> None:
    everybody = [days(88.5)] * 2_000
    shelf = Shelf([*everybody, *(days(each) for each in range(80))])
    gone = [a_day(session, shelf, NOON + days(each)) for each in range(4)]
    assert gone == [0, 0, 2_000, 0]


def test_a_clock_that_jumps_a_year_removes_nothing(session: Session) -> None:
    shelf = Shelf([days(each % 80) for each in range(10_000)])
    assert a_day(session, shelf, NOON) == 0
    assert a_day(session, shelf, NOON + days(400)) == 0
    assert len(shelf.put_at) == 10_000


def test_what_somebody_agreed_to_goes_however_much_it_is(session: Session) -> None:
    shelf = Shelf([days(91)] * 1_000)
    assert begun(session, shelf.rule).held
    assert not begun(session, shelf.rule, agreed=["things"]).held


def test_the_report_says_what_was_found_and_done(session: Session) -> None:
    run = begun(session, Shelf([days(91), days(1)]).rule)
    for count in (1, 0):
        retention_runs.note_removed(session, run, "things", count)
    end(session, run, now=NOON + HOUR)
    (done,) = retention_runs.last_runs(session)
    assert done.ended_at == NOON + HOUR
    (things,) = done.counts
    assert (things.total, things.due, things.removed, things.held) == (2, 1, 1, False)


def test_each_run_has_a_report_of_its_own(session: Session) -> None:
    first = begun(session, Shelf([days(91)]).rule)
    second = begun(session, Shelf([days(91)]).rule, now=NOON + DAY)
    retention_runs.note_removed(session, second, "things", 1)
    done = retention_runs.last_runs(session, limit=2)
    assert [(run.id, run.counts[0].removed) for run in done] == [(second.id, 1), (first.id, 0)]


def test_a_report_of_a_run_is_kept_for_its_time(session: Session) -> None:
    first, second, third = (
        begun(session, Shelf([]).rule, now=NOON + after)
        for after in (timedelta(), REPORTS_KEPT, REPORTS_KEPT + HOUR)
    )
    kept = [run.id for run in retention_runs.last_runs(session, limit=9)]
    assert kept == [third.id, second.id]
    assert first.id not in kept


def test_a_run_that_held_nothing_back_is_nothing_to_tell_of(session: Session) -> None:
    end(session, begun(session, Shelf([days(91)] * 1_000).rule), now=NOON)
    assert retention_runs.held_and_untold(session, now=NOON)
    end(session, begun(session, Shelf([days(1)]).rule, now=NOON + DAY), now=NOON + DAY)
    assert retention_runs.held_and_untold(session, now=NOON + DAY) is None


def test_the_operator_is_told_once_of_what_is_held(session: Session) -> None:
    run = begun(session, Shelf([days(91)] * 1_000).rule)
    assert retention_runs.held_and_untold(session, now=NOON) is None
    end(session, run, now=NOON)
    told = retention_runs.held_and_untold(session, now=NOON)
    assert told
    assert [each.rule for each in told.held] == ["things"]
    assert retention_runs.held_and_untold(session, now=NOON) is None


# The clock


@pytest.mark.parametrize(
    ("step", "trusted"),
    [
        (timedelta(), True),
        (timedelta(seconds=10), True),
        (HOUR, True),  # to summer time, on a machine that keeps local time
        (-HOUR, True),
        (DAY, True),
        (ASLEEP, True),
        (-DAY, False),
        (ASLEEP + HOUR, False),
        (days(400), False),
    ],
)
def test_a_clock_that_jumped_is_not_trusted_until_somebody_looked(
    session: Session, step: timedelta, *, trusted: bool
) -> None:
    assert trust_clock(session, now=NOON)
    assert retention_runs.clock_jumped(session, now=NOON + step) is not trusted
    assert trust_clock(session, now=NOON + step) is trusted
    assert trust_clock(session, now=NOON + step) is trusted
    retention_runs.accept_clock(session, now=NOON + step)
    assert trust_clock(session, now=NOON + step)


def test_a_clock_that_came_back_is_trusted_again(session: Session) -> None:
    moments = [NOON, NOON + days(400), NOON + HOUR]
    assert [trust_clock(session, now=each) for each in moments] == [True, False, True]


def test_a_clock_that_nobody_looked_at_yet_has_not_jumped(session: Session) -> None:
    assert not retention_runs.clock_jumped(session, now=NOON)


def test_what_slept_longer_than_it_had_looked_ahead_is_looked_at_first() -> None:
    assert FORESEEN_DAYS * DAY == ASLEEP
