"""When a service answers, in words."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import format_date, format_time, to_user_timezone
from flask_babel import gettext as _

from directory.hours import closes_at, is_open, next_opening
from directory.model import Opening


def when_open(openings: Iterable[Opening], now: datetime) -> str:
    """Say until when a service is open, or when it opens, by the instance's clock; "" if never."""
    laid_out = tuple(openings)
    if is_open(laid_out, now):
        closes = closes_at(laid_out, now)
        if closes is None:
            return _("Open now, day and night")
        return _("Open now, until %(time)s", time=format_time(closes, "short"))
    opens = next_opening(laid_out, now)
    if opens is None:
        return ""
    time = format_time(opens, "short")
    days = (to_user_timezone(opens).date() - to_user_timezone(now).date()).days
    if days == 0:
        return _("Opens today at %(time)s", time=time)
    if days == 1:
        return _("Opens tomorrow at %(time)s", time=time)
    return _("Opens on %(day)s at %(time)s", day=format_date(opens, "EEEE"), time=time)
