"""Hours laid out by the worker that the schedule wakes: in parts, for a turn, by counts alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from directory import actions as directory
from directory.actions.opening import LAID_OUT
from directory.records import ListingRow
from messages.model import Queue
from tests.directory.given_listings import a_listing
from workers import extending, jobs
from workers.extending import extend_hours
from workers.shift import Shift

DAY = timedelta(days=1)


def listings(shift: Shift, number: int) -> list[UUID]:
    """Keep listings whose hours end in a week."""
    with shift.services.writing.begin() as session:
        until = datetime.now(UTC) + 7 * DAY
        return [a_listing(session, laid_out_until=until, hours="24/7") for _ in range(number)]


def due(shift: Shift) -> int:
    """Return how many listings are laid out for less than eight days."""
    with shift.services.reading() as session:
        soon = ListingRow.laid_out_until <= datetime.now(UTC) + 8 * DAY
        return session.scalar(select(func.count()).select_from(ListingRow).where(soon)) or 0


def test_the_sweep_of_the_service_queue_lays_hours_out(shift: Shift) -> None:
    (listing_id,) = listings(shift, 1)
    jobs.sweep(shift)
    assert due(shift) == 1  # danger has better things to do
    shift.queue = Queue.SERVICE
    jobs.sweep(shift)
    assert due(shift) == 0
    now = datetime.now(UTC)
    with shift.services.reading() as session:
        found = directory.openings_of(session, [listing_id], since=now, until=now + DAY)
    assert found[listing_id][0].ends > now + LAID_OUT - timedelta(minutes=1)


def test_many_are_laid_out_in_parts_and_counted_in_the_log_once_a_day(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extending, "PART", 3)
    listings(shift, 7)
    with capture_logs() as logged:
        extend_hours(shift)
        extend_hours(shift)
    assert due(shift) == 0
    assert logged == [{"event": "hours_extended", "listings": 7, "log_level": "info"}]


def test_a_turn_that_is_over_leaves_the_rest_to_the_next(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extending, "PART", 3)
    listings(shift, 7)
    monkeypatch.setattr(extending, "TURN_SECONDS", 0)
    extend_hours(shift)
    assert due(shift) == 7
    monkeypatch.setattr(extending, "TURN_SECONDS", 60)
    shift.stopping = True
    extend_hours(shift)
    assert due(shift) == 7
    shift.stopping = False
    extend_hours(shift)
    assert due(shift) == 0
