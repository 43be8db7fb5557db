"""Dates and months in opening hours: Dec 24-26, Nov-Mar, 2026 Dec 24-2027 Jan 2."""

import re
from datetime import date

from directory.hours_spelling import MONTHS

NO_SUCH_DATE = "There is no such date. Write dates as Dec 24-26, or 2026 Dec 24-2027 Jan 2."

_MONTH = f"(?:{'|'.join(MONTHS)})"
_DAY = r"\d\d?(?![\d:.ap])"  # and not the hour of a time
_DATE = rf"(?:20\d\d )?{_MONTH}(?: {_DAY})?"
_SPAN = rf"{_DATE}(?:-(?:{_DATE}|{_DAY}))?"
DATES = rf"{_SPAN}(?:,{_SPAN})*"
_READ_DATE = re.compile(rf"(?:(20\d\d) )?(?:({_MONTH}) ?)?(\d\d?)?")
_LEAP_YEAR = 2028


def check_dates(dates: str) -> None:
    """Raise ValueError for a day that no month has, and for what ends before it begins."""
    for each in filter(None, dates.split(",")):
        first, dash, last = each.partition("-")
        begins = _read(first)
        if dash and not _in_order(begins, _read(last, month=begins[1]), last):
            raise ValueError(NO_SUCH_DATE)


def _in_order(begins: tuple[int, int, int], ends: tuple[int, int, int], last: str) -> bool:
    """Whether dates end after they begin.

    Dec 24-Jan 2 does, in the next year; 2026 Dec-Jan may mean either January.
    """
    if last.isdigit():
        return begins[2] < ends[2]
    if ends[0]:
        return begins[0] > 0 and begins < ends
    return not begins[0] or begins[2] > 0 or begins[1] <= ends[1]


def _read(text: str, *, month: int = 0) -> tuple[int, int, int]:
    """Return year, month and day, 0 for what is not said."""
    found = _READ_DATE.fullmatch(text)
    if not found:
        raise ValueError(NO_SUCH_DATE)
    number = MONTHS.index(found[2]) + 1 if found[2] else month
    year, day = int(found[1] or 0), int(found[3] or 0)
    try:
        date(year or _LEAP_YEAR, number, day if found[3] else 1)
    except ValueError:
        raise ValueError(NO_SUCH_DATE) from None
    return year, number, day
