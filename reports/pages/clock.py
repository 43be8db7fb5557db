"""Times of day as people write them: 23:15, 11pm, 11.30 PM."""

import re
import unicodedata

TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h ]?(?P<minute>\d{2}))?\s*(?:(?P<half>[ap])\.?m?\.?)?")
MIDDAY = 12


def read_clock(typed: str) -> str | None:
    """Return HH:MM on the 24-hour clock, or None if it is no time."""
    found = TIME.fullmatch(unicodedata.normalize("NFKC", typed).strip().lower())
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half:
        if not 1 <= hour <= MIDDAY:
            return None
        hour = hour % MIDDAY + (MIDDAY if half == "p" else 0)
    if not (hour < 24 and minute < 60):  # noqa: PLR2004 - the clock's own numbers
        return None
    return f"{hour:02}:{minute:02}"
