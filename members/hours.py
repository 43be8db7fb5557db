"""Quiet hours and the hour of a digest, by the clock where a member is.

Clocks are put forward and back: a wall time may be skipped, or come twice. Quiet hours then last
from the first moment the clock shows their beginning to the last it shows their end.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def zone_of(name: str | None, *, home: str) -> ZoneInfo:
    """Return a member's time zone: the instance's if none was chosen, or none is known by it."""
    return ZoneInfo(name if name and is_zone(name) else home)


def first_at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the first moment of a local day at which the clock shows this wall time or a later."""
    return _moments(day, minutes, zone)[0]


def last_at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the last moment of a local day at which the clock comes to this wall time."""
    return _moments(day, minutes, zone)[1]


def quiet_ends(at: datetime, *, begins: int, ends: int, zone: ZoneInfo) -> datetime | None:
    """Return when the quiet hours end that last at this moment, in UTC; None if none do.

    `begins` and `ends` are minutes since local midnight; across midnight, they end the day after.
    """
    today, moment = at.astimezone(zone).date(), at
    for day in (today - DAY, today, today + DAY):
        last = day if begins < ends else day + DAY
        if first_at(day, begins, zone) <= moment < last_at(last, ends, zone):
            moment = last_at(last, ends, zone)
    return None if moment == at else moment


def last_digest(now: datetime, *, minutes: int, zone: ZoneInfo) -> tuple[date, datetime]:
    """Return the local day and the moment of the latest digest that is due."""
    today = now.astimezone(zone).date()
    moment = first_at(today, minutes, zone)
    if moment <= now:
        return today, moment
    return today - DAY, first_at(today - DAY, minutes, zone)


def _moments(day: date, minutes: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first and the last moment of a wall time, in UTC."""
    wall = datetime.combine(day, time(minutes // 60, minutes % 60))
    first, last = sorted(
        wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (False, True)
    )
    if first == last or _wall(first, zone) == wall:
        return first, last
    while last - first > SECOND:  # skipped: find when the clock was put forward
        middle = first + (last - first) // (2 * SECOND) * SECOND
        first, last = (first, middle) if _wall(middle, zone) >= wall else (middle, last)
    return last, last


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
