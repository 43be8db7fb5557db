"""Public holidays of a country or of a part of it, as the library `holidays` knows them."""

from datetime import date
from functools import lru_cache

import holidays


def region_exists(region: str) -> bool:
    """Whether the public holidays of a region are known: `GB`, or a part of it such as `GB-SCT`."""
    country, _, part = region.partition("-")
    parts = holidays.list_supported_countries(include_aliases=False).get(country)
    return parts is not None and (part in parts if "-" in region else True)


def is_holiday(day: date, region: str) -> bool:
    """Whether a day is a public holiday; one in place of a Sunday, or decreed once, is one too.

    Raises ValueError for a region that is not known.
    """
    return day in _holidays(region, day.year)


@lru_cache(1_000)
def _holidays(region: str, year: int) -> frozenset[date]:
    if not region_exists(region):
        message = "the public holidays of this region are not known"
        raise ValueError(message)
    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
