"""Reading opening hours into rules; what could mean two things is refused.

The sentences are English; pages pass them through gettext.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined] # not in its types

from directory.clock_times import DAY, SPAN, Spans, read_spans, say_spans
from directory.hours_spelling import MONTHS, respell
from directory.model import LONGEST_HOURS

NOT_READ = (
    "We could not read these hours. Write hours as Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off."
)
NO_TIMES = "Say from when until when, such as Mo-Fr 09:00-17:00, or off for days without hours."
NO_PLACE = "Leave out sunrise, sunset, weeks, Easter and school holidays. Write days and times."
NO_END = "Say until when as well, such as Mo-Fr 09:00-17:00."
NO_WORDS = "Leave words out of the hours. Write them as Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off."
NO_SUCH_DATE = "There is no such date. Write dates as Dec 24-26, or 2026 Dec 24."
ONLY_OPEN = "Write only the times when it is open, and off for whole days, such as Sa off."
TOO_LONG = "These hours are too long. Write only what is the same each week, and PH off."

_OUT_OF_REACH = [
    (r"sunrise|sunset|dawn|dusk|\bweek\b|easter|\bsh\b|school", NO_PLACE),
    (r"\d ?\+", NO_END),
    (r"[\"'()]|\|\|", NO_WORDS),
]
_WEEKDAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_MONTH = f"(?:{'|'.join(MONTHS)})"
_MONTH_DAY = r"\d\d?(?![\d:.ap])"
_DATE = rf"(?:20\d\d )?{_MONTH}(?: {_MONTH_DAY})?"
_DATES = rf"{_DATE}(?:-(?:{_DATE}|{_MONTH_DAY}))?"
_DAYS = rf"(?:PH|{_WEEKDAY}(?:-{_WEEKDAY}|\[-?[1-5]\])?)"
# What was taken for dates and days is not given back, or "Dec 9-5" would be nine to five.
_RULE = re.compile(
    rf"(?P<dates>(?>(?:{_DATES}(?:,{_DATES})*)?)) ?"
    rf"(?P<days>(?>(?:{_DAYS}(?:,{_DAYS})*)?)) ?"
    rf"(?:(?P<spans>{SPAN}(?:,{SPAN})*)|(?P<always>24/7))? ?(?P<state>off|unknown)?"
)
_DAYS_OF_MONTH = re.compile(rf"({_MONTH}) (\d\d?)(?:-(\d\d?)(?!\d))?")
_LEAP_YEAR = 2028
_NOON = time(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When something is open on some days: in place of what earlier rules say of them, or too.

    What is off or unknown has no spans.
    """

    dates: str
    days: str
    on_holidays: bool
    spans: Spans
    adds: bool
    text: str

    def fits(self, day: date, *, holiday: bool) -> bool:
        """Whether the rule speaks of a day."""
        if self.dates and not _fits(self.dates, day):
            return False
        if holiday and self.on_holidays:
            return True
        return _fits(self.days, day) if self.days else not self.on_holidays


@lru_cache(10_000)
def read_hours(text: str) -> tuple[Rule, ...]:
    """Return the rules of opening hours; raises ValueError that says what to write instead."""
    for pattern, words in _OUT_OF_REACH:
        if re.search(pattern, text.casefold()):
            raise ValueError(words)
    rules = tuple(rule for part in respell(text).split(";") for rule in _read_part(part))
    if len(say_hours(rules)) > LONGEST_HOURS:
        raise ValueError(TOO_LONG)
    return rules


def say_hours(rules: tuple[Rule, ...]) -> str:
    """Return rules as they are kept."""
    first, *others = rules
    return first.text + "".join(f"{',' if each.adds else ';'} {each.text}" for each in others)


def _read_part(text: str) -> list[Rule]:
    """Read rules between which there are commas: each adds to the ones before, unless it is off."""
    rules: list[Rule] = []
    rest = f",{text}"
    while rest:
        found = _RULE.match(rest, 1)
        if rest[0] != "," or not found or not found[0]:
            raise ValueError(NOT_READ)
        rules.append(_rule(found, adds=bool(rules) and not found["state"]))
        rest = rest[found.end() :]
    return rules


def _rule(found: re.Match[str], *, adds: bool) -> Rule:
    dates, state, times = found["dates"], found["state"], found["spans"] or found["always"]
    if not (times or state):
        raise ValueError(NO_TIMES)
    if times and state == "off":
        raise ValueError(ONLY_OPEN)
    spans = read_spans(found["spans"]) if found["spans"] else ((0, DAY),) if times else ()
    always = not (dates or found["days"] or state) and spans == ((0, DAY),)
    days = [each for each in found["days"].split(",") if each]
    rule = Rule(
        dates=_checked(dates),
        days=",".join(each for each in days if each != "PH"),
        on_holidays="PH" in days,
        spans=() if state else spans,
        adds=adds,
        text="24/7" if always else _joined(dates, found["days"], say_spans(spans), state),
    )
    _calendar(rule.dates or rule.days)
    return rule


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _checked(dates: str) -> str:
    for month, first, last in _DAYS_OF_MONTH.findall(dates):
        number = MONTHS.index(month) + 1
        try:
            day = date(_LEAP_YEAR, number, int(first))
            in_order = not last or day < date(_LEAP_YEAR, number, int(last))
        except ValueError:
            in_order = False
        if not in_order:
            raise ValueError(NO_SUCH_DATE)
    return dates


def _fits(selector: str, day: date) -> bool:
    return _calendar(selector).is_open(datetime.combine(day, _NOON))


@lru_cache(1_000)
def _calendar(selector: str) -> OpeningHours:
    """Return the days that a selector of OpenStreetMap's syntax speaks of."""
    try:
        return OpeningHours(f"{selector} 00:00-24:00")
    except ParserError:
        raise ValueError(NO_SUCH_DATE) from None
