"""Hours laid out in the database: replaced, not doubled, and kept some days ahead."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from directory.actions import extend, lay_out, openings_of
from directory.actions.opening import LAID_OUT
from directory.model import Opening
from directory.records import ListingOpeningRow, ListingRow
from storage.engine import writing
from tests.directory.given_listings import a_listing

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def at(text: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def laid_out(session: Session, listing_id: UUID, now: datetime, hours: str) -> None:
    """Lay out a listing's hours in England."""
    lay_out(
        session,
        listing_id=listing_id,
        hours=hours,
        time_zone="Europe/London",
        region="GB-ENG",
        now=now,
    )


def kept(session: Session, listing_id: UUID) -> tuple[Opening, ...]:
    """Return all that is laid out of a listing."""
    since, until = at("2000-01-01T00:00"), at("2100-01-01T00:00")
    return openings_of(session, [listing_id], since=since, until=until)[listing_id]


def laid_out_until(session: Session, listing_id: UUID) -> datetime | None:
    return session.scalar(select(ListingRow.laid_out_until).where(ListingRow.id == listing_id))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ListingOpeningRow)) or 0


def test_hours_are_laid_out_for_nine_days(session: Session, now: datetime) -> None:
    listing_id = a_listing(session)
    laid_out(session, listing_id, now, "Mo-Fr 09:00-17:00")
    assert [each.begins.day for each in kept(session, listing_id)] == [4, 5, 6, 9, 10, 11, 12, 13]
    assert kept(session, listing_id)[0] == Opening(begins=now, ends=at("2026-03-04T17:00"))
    assert laid_out_until(session, listing_id) == now + LAID_OUT


def test_hours_that_change_take_the_place_of_those_that_were(
    session: Session, now: datetime
) -> None:
    listing_id, other = a_listing(session), a_listing(session)
    for each in (listing_id, other):
        laid_out(session, each, now, "Mo-Fr 09:00-17:00")
    before = kept(session, other)
    for _twice in range(2):
        laid_out(session, listing_id, now, "Sa 10:00-14:00")
    assert kept(session, listing_id) == (
        Opening(begins=at("2026-03-07T10:00"), ends=at("2026-03-07T14:00")),
    )
    assert kept(session, other) == before


def test_of_hours_that_are_not_known_nothing_is_laid_out(session: Session, now: datetime) -> None:
    listing_id = a_listing(session)
    laid_out(session, listing_id, now, "24/7")
    laid_out(session, listing_id, now, "")
    assert kept(session, listing_id) == ()
    assert laid_out_until(session, listing_id) is None
    assert extend(session, now=now + LAID_OUT, most=10) == 0


def test_hours_that_cannot_be_read_are_refused(session: Session, now: datetime) -> None:
    listing_id = a_listing(session)
    with pytest.raises(ValueError, match="could not read"):
        laid_out(session, listing_id, now, "whenever")


def test_openings_are_given_for_each_listing_between_two_moments(
    session: Session, now: datetime
) -> None:
    day, night, none = a_listing(session), a_listing(session), a_listing(session)
    laid_out(session, day, now, "Mo-Fr 09:00-12:30")
    laid_out(session, night, now, "Mo-Su 22:00-04:00")
    found = openings_of(
        session, [day, night, none], since=at("2026-03-05T04:00"), until=at("2026-03-05T22:00")
    )
    assert found == {
        day: (Opening(begins=at("2026-03-05T09:00"), ends=at("2026-03-05T12:30")),),
        night: (),
        none: (),
    }
    assert openings_of(session, [], since=now, until=now + DAY) == {}


def test_what_nears_its_end_is_laid_out_anew_once_a_day(session: Session, now: datetime) -> None:
    listing_id = a_listing(session)
    laid_out(session, listing_id, now, "Mo-Fr 09:00-17:00")
    later = now + DAY
    assert extend(session, now=later - MINUTE, most=10) == 0
    assert extend(session, now=later, most=10) == 1
    assert extend(session, now=later, most=10) == 0
    assert laid_out_until(session, listing_id) == later + LAID_OUT
    assert kept(session, listing_id)[0] == Opening(begins=later, ends=at("2026-03-05T17:00"))


def test_the_hours_that_are_kept_are_laid_out_with_their_zone_and_holidays(
    session: Session,
) -> None:
    now = at("2026-04-05T12:00")
    england = a_listing(session, laid_out_until=now)
    scotland = a_listing(session, region="GB-SCT", laid_out_until=now)
    new_york = a_listing(session, time_zone="America/New_York", region="", laid_out_until=now)
    assert extend(session, now=now, most=10) == 3
    assert kept(session, england)[0].begins == at("2026-04-07T08:00")  # after Easter Monday
    assert kept(session, scotland)[0].begins == at("2026-04-06T08:00")
    assert kept(session, new_york)[0].begins == at("2026-04-06T13:00")


def test_those_that_end_first_are_first_and_no_more_than_asked_for(
    session: Session, now: datetime
) -> None:
    ids = [a_listing(session, laid_out_until=now + MINUTE * each) for each in (3, 1, 2)]
    assert extend(session, now=now, most=2) == 2
    assert laid_out_until(session, ids[0]) == now + MINUTE * 3
    assert extend(session, now=now, most=2) == 1


def test_what_a_clock_that_had_jumped_laid_out_is_laid_out_anew(
    session: Session, now: datetime
) -> None:
    listing_id = a_listing(session, laid_out_until=now)
    extend(session, now=now + DAY * 400, most=10)
    assert extend(session, now=now, most=10) == 1
    assert kept(session, listing_id)[0].begins == now
    assert extend(session, now=now - timedelta(hours=1), most=10) == 0  # by an hour: no matter


def test_hours_that_cannot_be_read_any_more_keep_no_others_back(
    session: Session, now: datetime
) -> None:
    first = a_listing(session)
    laid_out(session, first, now - DAY * 2, "24/7")
    session.execute(update(ListingRow).values(hours="whenever"))
    second = a_listing(session, laid_out_until=now)
    assert extend(session, now=now, most=10) == 2
    assert kept(session, first) == ()
    assert laid_out_until(session, first) is None
    assert kept(session, second)
    assert extend(session, now=now, most=10) == 0


def test_many_at_once_lay_out_each_listing_once(engine: Engine, now: datetime) -> None:
    with writing(engine).begin() as session:
        for _ in range(12):
            a_listing(session, laid_out_until=now)

    def a_part() -> int:
        with writing(engine).begin() as session:
            return extend(session, now=now, most=4)

    with ThreadPoolExecutor(4) as pool:
        parts = [each.result() for each in [pool.submit(a_part) for _ in range(8)]]
    with writing(engine).begin() as session:
        rest = extend(session, now=now, most=12)
        assert sum(parts) + rest == 12
        assert count(session) == 12 * 8
