"""Times of a day as people write them: 09:00-17:00, 9am-5pm, 9-5. What is ambiguous is refused.

The sentences are English; pages pass them through gettext.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

HOUR, NOON, DAY = 60, 12 * 60, 24 * 60  # minutes

AM_OR_PM = "Write am or pm at both times, such as 9am-5pm, or write 09:00-17:00."
NO_SUCH_TIME = "There is no such time. Write times as 09:00-17:00, or 9am-5pm."
SAME_TIME = "These hours end when they begin. For a whole day write 00:00-24:00, for always 24/7."
NOT_IN_ORDER = "Write the times of a day one after another, such as Mo 09:00-12:00,14:00-17:00."

CLOCK = r"\d\d?(?:[:.]\d\d)?(?:[ap]m)?"
SPAN = rf"{CLOCK}-{CLOCK}"
_CLOCK = re.compile(r"(\d\d?)(?:[:.](\d\d))?([ap]m)?")

Spans = tuple[tuple[int, int], ...]  # minutes since midnight; past 24:00 it is the next day


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clock:
    """A time as it was written."""

    minutes: int
    bare: bool  # the hour alone
    halved: bool  # am or pm
    sure: bool  # means one time whatever stands beside it


def read_spans(text: str) -> Spans:
    """Return the spans of a day in their order, apart from each other; raises ValueError."""
    spans = tuple(_span(*each.split("-")) for each in text.split(","))
    for (_, ends), (begins, _) in pairwise(spans):
        if begins < ends:
            raise ValueError(NOT_IN_ORDER)
    return spans


def say_spans(spans: Spans) -> str:
    """Return spans as they are kept: 22:00-04:00 ends on the next day."""
    return ",".join(
        f"{_said(begins)}-{_said(ends if ends <= DAY else ends - DAY)}" for begins, ends in spans
    )


def _said(minutes: int) -> str:
    return f"{minutes // HOUR:02}:{minutes % HOUR:02}"


def _span(first: str, second: str) -> tuple[int, int]:
    one, other = _read(first), _read(second)
    begins, ends = one.minutes, other.minutes
    if (one.halved or other.halved) and not (one.sure and other.sure):
        raise ValueError(AM_OR_PM)
    if begins > ends and begins <= NOON and not other.sure:
        if not (one.bare and other.bare):
            raise ValueError(AM_OR_PM)
        ends += NOON  # nine to five
    if begins == ends:
        raise ValueError(SAME_TIME)
    if begins >= DAY or ends - begins > DAY:
        raise ValueError(NO_SUCH_TIME)
    return begins, ends if begins < ends else ends + DAY


def _read(text: str) -> _Clock:
    found = _CLOCK.fullmatch(text)
    if not found:
        raise ValueError(NO_SUCH_TIME)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute >= HOUR or (half and not 1 <= hour <= NOON // HOUR) or hour > 2 * DAY // HOUR:
        raise ValueError(NO_SUCH_TIME)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return _Clock(
        minutes=hour * HOUR + minute,
        bare=found[2] is None,
        halved=half is not None,
        sure=half is not None or hour > NOON // HOUR or found[1].startswith("0"),
    )
