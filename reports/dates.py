"""Days as people write them: two-digit years, no year at all, digits of any script."""

import calendar
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

OLDEST_YEAR = 1900
LONGEST_YEAR = 4
DECEMBER = 12
CENTURY = 100
CLEARLY_AHEAD = 10  # years; a two-digit year beyond is of the last century, one before is a slip


class NotADay(Exception):
    """No day of any calendar, or one that has not come yet; the text is one of the constants."""


INCOMPLETE = "incomplete"
NOT_A_NUMBER = "not a number"
NO_SUCH_DAY = "no such day"
NO_SUCH_MONTH = "no such month"
NO_SUCH_YEAR = "no such year"
STILL_TO_COME = "still to come"


def local_day(now: datetime, zone: str) -> date:
    """Return the day it is in a time zone (IANA name)."""
    return now.astimezone(ZoneInfo(zone)).date()


def read_day(parts: Mapping[str, str], *, today: date) -> date:
    """Return the day of the parts day, month and year; without a year, the latest such day."""
    day, month = _number(parts["day"]), _month(parts["month"])
    if not parts["year"].strip():
        return _latest_such_day(day, month, today)
    return _past(_day(_year(parts["year"], today), month, day), today)


def read_month(parts: Mapping[str, str], *, today: date) -> date:
    """Return the first day of a month; without a year, of the latest such month."""
    month = _month(parts["month"])
    if parts["year"].strip():
        return _past(date(_year(parts["year"], today), month, 1), today)
    return date(today.year if month <= today.month else today.year - 1, month, 1)


def _number(typed: str) -> int:
    if not typed.strip():
        raise NotADay(INCOMPLETE)
    digits = "".join(
        character for character in unicodedata.normalize("NFKC", typed) if character.isalnum()
    )
    if not digits.isdecimal() or len(digits) > LONGEST_YEAR:
        raise NotADay(NOT_A_NUMBER)
    return int(digits)


def _month(typed: str) -> int:
    month = _number(typed)
    if not 1 <= month <= DECEMBER:
        raise NotADay(NO_SUCH_MONTH)
    return month


def _year(typed: str, today: date) -> int:
    year = _number(typed)
    if year < CENTURY:
        year += today.year - today.year % CENTURY
        year -= CENTURY if year > today.year + CLEARLY_AHEAD else 0
    if not OLDEST_YEAR <= year <= date.max.year:
        raise NotADay(NO_SUCH_YEAR)
    return year


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADay(NO_SUCH_DAY) from None


def _past(day: date, today: date) -> date:
    if day > today:
        raise NotADay(STILL_TO_COME)
    return day


def _latest_such_day(day: int, month: int, today: date) -> date:
    """Look back from this year: 29 February may be up to eight years ago (1896 to 1904)."""
    for year in range(today.year, today.year - 9, -1):
        if day <= calendar.monthrange(year, month)[1] and date(year, month, max(day, 1)) <= today:
            return _day(year, month, day)
    raise NotADay(NO_SUCH_DAY)
