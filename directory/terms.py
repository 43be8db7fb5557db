"""What lines and forms are read against, as an instance has it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from config.areas import load_areas
from config.settings import Settings
from directory.actions import Terms


def terms_of(settings: Settings, now: datetime) -> Terms:
    """Return an instance's areas, its country, and which day it is there."""
    return Terms(
        areas=load_areas(settings),
        home_region=settings.home_region,
        today=now.astimezone(ZoneInfo(settings.time_zone)).date(),
        now=now,
    )
