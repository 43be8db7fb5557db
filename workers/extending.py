"""Opening hours, laid out for the next days by a worker: each listing's once a day, in parts."""

import time
from datetime import UTC, datetime

import structlog

from directory import actions as directory
from workers.shift import Shift

log = structlog.get_logger()

PART = 100  # listings of a transaction: on SQLite whoever writes waits for one
TURN_SECONDS = 3.0  # the worker of sign-up codes does this too; the next sweep goes on with it
BREATH_SECONDS = 0.01  # between two parts, for whoever waits to write


def extend_hours(shift: Shift) -> None:
    """Lay out the hours that near the end of what is laid out of them, for a turn."""
    listings, until = 0, time.monotonic() + TURN_SECONDS
    while not shift.stopping and time.monotonic() < until:
        with shift.services.writing.begin() as session:
            part = directory.extend(session, now=datetime.now(UTC), most=PART)
        listings += part
        if part < PART:
            break
        shift.beat()
        time.sleep(BREATH_SECONDS)
    if listings:
        log.info("hours_extended", listings=listings)
