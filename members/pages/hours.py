"""Times of day and time zones as a form shows and sends them."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel.core import get_global

from members.model import DAY_MINUTES, HALF_HOUR

NO_TIME = -1  # what was sent is no time; nobody may choose it
Options = list[tuple[str, str]]


def minutes_of(typed: str) -> int | None:
    """Return the minutes since midnight of HH:MM, None for nothing, NO_TIME for anything else."""
    return MINUTES.get(typed, NO_TIME) if typed else None


def time_of(minutes: int | None) -> str:
    """Return HH:MM of minutes since midnight, and nothing for none."""
    return "" if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"


@lru_cache(1)
def zones() -> Options:
    """Return the time zones of places that one can be in, each under its present name."""
    aliases = get_global("zone_aliases")
    places = (each for each in available_timezones() if "/" in each and each not in aliases)
    return [
        (each, each.replace("_", " "))
        for each in sorted(places)
        if not each.startswith(("Etc/", "SystemV/"))
    ]


MINUTES = {time_of(minutes): minutes for minutes in range(0, DAY_MINUTES, HALF_HOUR)}
TIMES: Options = [(each, each) for each in MINUTES]
