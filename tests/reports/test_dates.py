from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.dates import (
    INCOMPLETE,
    NO_SUCH_DAY,
    NO_SUCH_MONTH,
    NO_SUCH_YEAR,
    NOT_A_NUMBER,
    STILL_TO_COME,
    NotADay,
    local_day,
    read_day,
    read_month,
)
from reports.pages.clock import read_clock

TODAY = date(2026, 3, 4)
ARABIC = str.maketrans("0123456789", "".join(chr(0x660 + digit) for digit in range(10)))
past = st.dates(date(1900, 1, 1), TODAY)


def parts(day: object = "", month: object = "", year: object = "") -> dict[str, str]:
    return {"day": str(day), "month": str(month), "year": str(year)}


@given(past)
@settings(deadline=None)
def test_every_past_day_is_read_in_any_script_and_spacing(day: date) -> None:
    typed = parts(f" {day.day:02} ", f"{day.month}.", day.year)
    assert read_day(typed, today=TODAY) == day
    other_script = {name: part.translate(ARABIC) for name, part in typed.items()}
    assert read_day(other_script, today=TODAY) == day
    assert read_month(typed, today=TODAY) == day.replace(day=1)


@given(st.dates(date(2025, 3, 5), TODAY))
@settings(deadline=None)
def test_a_day_without_a_year_is_the_latest_such_day(day: date) -> None:
    assert read_day(parts(day.day, day.month), today=TODAY) == day
    assert read_month(parts(month=day.month), today=TODAY) <= TODAY


def test_the_29_of_february_is_looked_for_in_the_last_leap_year() -> None:
    assert read_day(parts(29, 2), today=TODAY) == date(2024, 2, 29)
    assert read_day(parts(29, 2), today=date(2104, 2, 28)) == date(2096, 2, 29)


def test_a_year_of_two_digits_is_of_this_century_unless_that_lies_far_ahead() -> None:
    assert read_day(parts(4, 3, 26), today=TODAY) == TODAY
    assert read_day(parts(4, 3, 98), today=TODAY) == date(1998, 3, 4)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (parts(31, 2, 2026), NO_SUCH_DAY),
        (parts(31, 2), NO_SUCH_DAY),
        (parts(29, 2, 2025), NO_SUCH_DAY),
        (parts(0, 1, 2026), NO_SUCH_DAY),
        (parts(0, 1), NO_SUCH_DAY),
        (parts(1, 13, 2026), NO_SUCH_MONTH),
        (parts(1, 0, 2026), NO_SUCH_MONTH),
        (parts(5, 3, 2026), STILL_TO_COME),
        (parts(5, 3, 27), STILL_TO_COME),
        (parts(1, 1, 9999), STILL_TO_COME),
        (parts(1, 1, 1066), NO_SUCH_YEAR),
        (parts(1, 1, 999), NO_SUCH_YEAR),
        (parts("", 3, 2026), INCOMPLETE),
        (parts(3, "", 2026), INCOMPLETE),
        (parts("x", 3, 2026), NOT_A_NUMBER),
        (parts("5th", 3, 2026), NOT_A_NUMBER),
        (parts("-", 3, 2026), NOT_A_NUMBER),
        (parts("9" * 5000, 3, 2026), NOT_A_NUMBER),
    ],
)
def test_an_impossible_day_is_refused_with_its_own_reason(
    typed: dict[str, str], problem: str
) -> None:
    with pytest.raises(NotADay, match=problem):
        read_day(typed, today=TODAY)


def test_a_month_that_has_not_come_is_refused() -> None:
    with pytest.raises(NotADay, match=STILL_TO_COME):
        read_month(parts(month=4, year=2026), today=TODAY)


@given(*[st.text(max_size=6)] * 3)
@settings(deadline=None)
def test_whatever_is_typed_is_a_past_day_or_refused(day: str, month: str, year: str) -> None:
    with suppress(NotADay):
        assert read_day(parts(day, month, year), today=TODAY) <= TODAY


def test_the_day_is_that_of_the_instance() -> None:
    moment = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    assert local_day(moment, "Europe/London") == date(2026, 6, 2)
    assert local_day(moment, "America/New_York") == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("23:15", "23:15"),
        ("2315", "23:15"),
        ("11pm", "23:00"),
        ("11.30 PM", "23:30"),
        ("12 a.m.", "00:00"),
        ("12pm", "12:00"),
        ("7", "07:00"),
        ("7h05", "07:05"),
        ("23:15".translate(ARABIC), "23:15"),
        ("25:00", None),
        ("13pm", None),
        ("0am", None),
        ("23:75", None),
        ("11m", None),
        ("late", None),
        ("", None),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(typed: str, clock: str | None) -> None:
    assert read_clock(typed) == clock
