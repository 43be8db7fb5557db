from datetime import date, timedelta

import pytest

from checker.model import HarmKind
from reports.model import AccountOfHarm, Precision, When
from reports.receipts import care_may_help
from tests.given_reports import a_short_submission

TODAY = date(2026, 3, 4)
RAPE = (AccountOfHarm(kind=HarmKind.RAPE_OR_SEXUAL_ASSAULT),)
DAY = timedelta(days=1)


def when(day: date, precision: Precision = Precision.DAY, to_day: date | None = None) -> When:
    return When(precision=precision, from_day=day, to_day=to_day)


def may_help(
    said_when: When | None, harms: tuple[AccountOfHarm, ...] = RAPE, later: int = 0
) -> bool:
    said = a_short_submission(when=said_when, harms=harms)
    return care_may_help(said, received=TODAY, today=TODAY + later * DAY)


@pytest.mark.parametrize("days", [0, 1, 2, 3])
def test_care_may_help_for_three_days(days: int) -> None:
    assert may_help(when(TODAY - days * DAY))


def test_care_may_not_help_after_three_days() -> None:
    assert not may_help(when(TODAY - 4 * DAY))
    assert not may_help(when(TODAY - DAY), later=3)


def test_the_last_day_of_a_long_time_counts() -> None:
    assert may_help(when(TODAY - 30 * DAY, to_day=TODAY - DAY))


def test_an_unsure_time_is_taken_for_recent_if_it_may_be() -> None:
    assert may_help(when(TODAY - 8 * DAY, Precision.ABOUT))
    assert not may_help(when(TODAY - 20 * DAY, Precision.ABOUT))
    assert may_help(when(TODAY.replace(day=1), Precision.MONTH))
    assert may_help(when(date(2026, 2, 1), Precision.MONTH))
    assert not may_help(when(date(2026, 1, 1), Precision.MONTH))


def test_without_a_time_the_day_of_the_report_counts() -> None:
    assert may_help(None, later=3)
    assert not may_help(None, later=4)


def test_without_a_kind_it_is_taken_for_possible() -> None:
    assert may_help(None, harms=())


def test_other_harms_do_not_bring_it_up() -> None:
    assert not may_help(None, harms=(AccountOfHarm(kind=HarmKind.NON_PAYMENT),))
    assert may_help(None, harms=(AccountOfHarm(kind=HarmKind.NON_PAYMENT), *RAPE))
