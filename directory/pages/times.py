"""When a service answers, in words."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _

from directory.hours import closes_at, is_open, next_opening
from directory.model import Opening

REMEMBERED = 2_048  # sentences: many services open and close at the same times


def when_open(openings: Iterable[Opening], now: datetime) -> str:
    """Say until when a service is open, or when it opens, by the instance's clock; "" if never."""
    laid_out = tuple(openings)
    if not laid_out:
        return ""
    locale, zone = get_locale() or Locale("en"), get_timezone()
    if is_open(laid_out, now):
        return _until(closes_at(laid_out, now), locale, zone)
    opens = next_opening(laid_out, now)
    if opens is None:
        return ""
    days = (opens.astimezone(zone).date() - now.astimezone(zone).date()).days
    return _from(opens, days, locale, zone)


@lru_cache(REMEMBERED)
def _until(closes: datetime | None, locale: Locale, zone: tzinfo) -> str:
    """Say it in the language of the request, which `locale` is."""
    if closes is None:
        return _("Open now, day and night")
    time = format_time(closes.astimezone(zone), "short", locale=locale)
    return _("Open now, until %(time)s", time=time)


@lru_cache(REMEMBERED)
def _from(opens: datetime, days: int, locale: Locale, zone: tzinfo) -> str:
    """Say it in the language of the request, which `locale` is."""
    local = opens.astimezone(zone)
    time = format_time(local, "short", locale=locale)
    if days == 0:
        return _("Opens today at %(time)s", time=time)
    if days == 1:
        return _("Opens tomorrow at %(time)s", time=time)
    day = format_date(local, "EEEE", locale=locale)
    return _("Opens on %(day)s at %(time)s", day=day, time=time)
