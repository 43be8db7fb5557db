"""Opening hours: what is kept of them, and when a service answers. No I/O.

A day's hours belong to that day, also past midnight: who opens on Friday night closes on Saturday
morning, whatever Saturday's own hours are. Times are those of the clock on the wall: an hour that
it skips is no hour, one that it shows twice is two.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory.bank_holidays import is_holiday, region_exists
from directory.clock_times import HOUR, Spans
from directory.hours_reading import Rule, read_hours, say_hours
from directory.model import Opening

__all__ = [
    "Day",
    "check_hours",
    "closes_at",
    "is_open",
    "next_opening",
    "openings",
    "region_exists",
    "week_of",
]

WEEK = 7  # days
ENDLESS = timedelta(days=6)  # what is open for so long has no end that anybody waits for
MIDNIGHT = time()
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of a week as it is shown, by the clock where the service is.

    What ends at or before its beginning ends on the next day. `changed` says that it is a public
    holiday, and that hours differ because of it.
    """

    day: date
    spans: tuple[tuple[time, time], ...]
    changed: bool


def check_hours(hours: str) -> str:
    """Return hours in the syntax of OpenStreetMap; raises ValueError with words on what to do."""
    return say_hours(read_hours(hours)) if hours.strip() else ""


def openings(
    hours: str, *, time_zone: str, region: str, since: datetime, until: datetime
) -> tuple[Opening, ...]:
    """Return when a service answers between two moments, cut off at both.

    Hours that are not known have none. Raises ValueError for what is not in the syntax, and for a
    region or a zone that is not known.
    """
    if not hours or since >= until:
        return ()
    rules, zone = read_hours(hours), _zone(time_zone)
    days = _days(since.astimezone(zone).date() - DAY, until.astimezone(zone).date())
    local = [
        (datetime.combine(day, MIDNIGHT) + MINUTE * begins, MINUTE * (ends - begins))
        for day in days
        for begins, ends in _spans(rules, day, holiday=_is_holiday(day, region))
    ]
    found = (
        Opening(
            begins=max(first, (begins - offset).replace(tzinfo=UTC)),
            ends=min(last, (begins + length - offset).replace(tzinfo=UTC)),
        )
        for first, last, offset in _offsets(zone, since.astimezone(UTC), until.astimezone(UTC))
        for begins, length in local
    )
    return _joined(each for each in found if each.begins < each.ends)


def is_open(openings: Iterable[Opening], now: datetime) -> bool:
    """Whether a service answers."""
    return any(each.begins <= now < each.ends for each in openings)


def closes_at(openings: Iterable[Opening], now: datetime) -> datetime | None:
    """Return until when a service that is open answers; None if that is days away, or it is not."""
    ends = next((each.ends for each in openings if each.begins <= now < each.ends), None)
    return ends if ends and ends - now < ENDLESS else None


def next_opening(openings: Iterable[Opening], now: datetime) -> datetime | None:
    """Return when a service opens next."""
    return min((each.begins for each in openings if each.begins > now), default=None)


def week_of(hours: str, *, region: str, today: date) -> tuple[Day, ...]:
    """Return a week from today on, by the clock where the service is."""
    if not hours:
        return ()
    rules = read_hours(hours)
    return tuple(_day(rules, day, region) for day in _days(today, today + DAY * (WEEK - 1)))


def _day(rules: Sequence[Rule], day: date, region: str) -> Day:
    holiday = _is_holiday(day, region)
    spans = _spans(rules, day, holiday=holiday)
    return Day(
        day=day,
        spans=tuple((_time(begins), _time(ends)) for begins, ends in spans),
        changed=holiday and spans != _spans(rules, day, holiday=False),
    )


def _spans(rules: Sequence[Rule], day: date, *, holiday: bool) -> Spans:
    """Return the spans of a day, in their order and apart from each other."""
    spans: Spans = ()
    for rule in rules:
        if rule.fits(day, holiday=holiday):
            spans = (*spans, *rule.spans) if rule.adds else rule.spans
    apart: list[tuple[int, int]] = []
    for begins, ends in sorted(spans):
        if apart and begins <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], ends))
        else:
            apart.append((begins, ends))
    return tuple(apart)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + DAY * number


def _is_holiday(day: date, region: str) -> bool:
    return bool(region) and is_holiday(day, region)


def _time(minutes: int) -> time:
    return time(minutes // HOUR % 24, minutes % HOUR)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError):
        message = "there is no such time zone"
        raise ValueError(message) from None


def _offsets(
    zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Give the stretches between two moments in which clocks are not changed, and their offset."""
    begins = since
    while begins < until:
        ends = _changed(zone, begins, until)
        yield begins, ends, _offset(zone, begins)
        begins = ends


def _changed(zone: ZoneInfo, since: datetime, until: datetime) -> datetime:
    """Return when clocks are changed next, which they are at a full minute, or `until`."""
    offset, day = _offset(zone, since), since.replace(second=0, microsecond=0)
    while day < until and _offset(zone, day + DAY) == offset:
        day += DAY
    before, after = 0, DAY // MINUTE
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, day + MINUTE * middle) == offset:
            before = middle
        else:
            after = middle
    return min(day + MINUTE * after, until)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _joined(openings: Iterable[Opening]) -> tuple[Opening, ...]:
    """Make one of openings that touch."""
    apart: list[Opening] = []
    for each in sorted(openings, key=lambda opening: opening.begins):
        if apart and each.begins <= apart[-1].ends:
            last = apart.pop()
            apart.append(Opening(begins=last.begins, ends=max(last.ends, each.ends)))
        else:
            apart.append(each)
    return tuple(apart)
