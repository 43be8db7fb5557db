"""Opening hours in time: midnight, summer time, public holidays, and what a page says of them."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as over
from hypothesis import strategies as some
from opening_hours import OpeningHours

from directory.hours import (
    Day,
    closes_at,
    is_open,
    next_opening,
    openings,
    region_exists,
    week_of,
)
from directory.model import Opening

with Path(__file__).with_name("openings.csv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table))

DAYS = "Mo Tu We Th Fr Sa Su".split()
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
CHANGES = [  # of clocks, in these zones
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(text: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def an_opening(text: str) -> Opening:
    """Return an opening from `begins/ends`."""
    begins, ends = text.split("/")
    return Opening(begins=at(begins), ends=at(ends))


def in_london(hours: str, since: str, until: str) -> tuple[Opening, ...]:
    """Return when a service in England answers."""
    return openings(
        hours, time_zone="Europe/London", region="GB-ENG", since=at(since), until=at(until)
    )


@pytest.mark.parametrize("case", CASES, ids=[each["case"] for each in CASES])
def test_a_service_answers_when_somebody_reckoned_by_hand_it_would(case: dict[str, str]) -> None:
    found = openings(
        case["hours"],
        time_zone=case["zone"],
        region=case["region"],
        since=at(case["since"]),
        until=at(case["until"]),
    )
    assert found == tuple(an_opening(each) for each in case["openings"].split())


def test_the_table_has_what_was_asked_for() -> None:
    assert len(CASES) >= 60
    assert len({each["case"] for each in CASES}) == len(CASES)


# Properties


@some.composite
def spans(draw: some.DrawFn, *, nights: bool) -> str:
    """Draw a span of a day, or a night."""
    begins, length = draw(some.integers(0, 95)), draw(some.integers(1, 95))
    ends = begins + length if nights else min(begins + length, 96)
    return "-".join(f"{each // 4:02}:{each % 4 * 15:02}" for each in (begins, ends))


@some.composite
def rules(draw: some.DrawFn, *, nights: bool) -> str:
    """Draw a rule for some days of the week."""
    days = draw(some.lists(some.sampled_from(DAYS), min_size=1, max_size=7, unique=True))
    return f"{','.join(days)} {draw(spans(nights=nights))}"


@some.composite
def moments(draw: some.DrawFn) -> datetime:
    """Draw a minute near a change of clocks."""
    return draw(some.sampled_from(CHANGES)) + MINUTE * draw(some.integers(-3_000, 3_000))


# The library ends a night where another rule speaks of the next day. Where rules only add to one
# another, or none reaches across midnight, both have to say the same.
COMPARABLE = some.one_of(
    some.lists(rules(nights=True), min_size=1, max_size=3).map(", ".join),
    some.lists(rules(nights=False), min_size=1, max_size=3).map("; ".join),
)


@over(COMPARABLE, some.sampled_from(ZONES), moments())
def test_without_holidays_the_library_says_the_same(
    hours: str, zone: str, moment: datetime
) -> None:
    found = openings(hours, time_zone=zone, region="GB", since=moment - HOUR, until=moment + HOUR)
    theirs = OpeningHours(hours, timezone=ZoneInfo(zone))
    assert is_open(found, moment) == theirs.is_open(moment.astimezone(ZoneInfo(zone)))


@over(COMPARABLE, some.sampled_from(ZONES), moments(), some.integers(1, 20_000))
def test_openings_stand_apart_in_their_order_within_what_was_asked(
    hours: str, zone: str, since: datetime, minutes: int
) -> None:
    until = since + MINUTE * minutes
    found = openings(f"{hours}; PH off", time_zone=zone, region="GB-SCT", since=since, until=until)
    assert all(since <= each.begins < each.ends <= until for each in found)
    assert all(one.ends < other.begins for one, other in pairwise(found))


@over(COMPARABLE, some.sampled_from(ZONES), moments(), some.integers(1, 5_000))
def test_where_one_stops_asking_and_goes_on_makes_no_difference(
    hours: str, zone: str, middle: datetime, minutes: int
) -> None:
    def asked(since: datetime, until: datetime) -> tuple[Opening, ...]:
        return openings(hours, time_zone=zone, region="", since=since, until=until)

    first, last = middle - MINUTE * minutes, middle + MINUTE * minutes
    before, after = asked(first, middle), asked(middle, last)
    if before and after and before[-1].ends == after[0].begins:
        joined = Opening(begins=before[-1].begins, ends=after[0].ends)
        assert asked(first, last) == (*before[:-1], joined, *after[1:])
    else:
        assert asked(first, last) == before + after


# What a page says


def test_a_page_says_until_when_a_service_answers_and_when_again() -> None:
    found = in_london("Mo-Fr 09:00-12:00,14:00-17:00", "2026-03-04T00:00", "2026-03-12T00:00")
    noon, one, evening = at("2026-03-04T11:59"), at("2026-03-04T12:00"), at("2026-03-06T17:00")
    assert (is_open(found, noon), closes_at(found, noon)) == (True, at("2026-03-04T12:00"))
    assert (is_open(found, one), closes_at(found, one)) == (False, None)
    assert next_opening(found, one) == at("2026-03-04T14:00")
    assert next_opening(found, evening) == at("2026-03-09T09:00")
    assert next_opening(found, at("2026-03-12T00:00")) is None


def test_what_is_always_open_does_not_close() -> None:
    found = in_london("24/7", "2026-03-04T12:00", "2026-03-12T00:00")
    now = at("2026-03-04T12:00")
    assert is_open(found, now)
    assert closes_at(found, now) is None
    assert next_opening(found, now) is None


def test_a_week_begins_today_and_says_what_a_holiday_changes() -> None:
    nine, five, ten, two = time(9), time(17), time(10), time(2)
    week = week_of(
        "Mo-Fr 09:00-17:00; Sa 22:00-02:00; PH 10:00-17:00",
        region="GB-ENG",
        today=date(2026, 4, 1),
    )
    assert week == (
        Day(day=date(2026, 4, 1), spans=((nine, five),), changed=False),
        Day(day=date(2026, 4, 2), spans=((nine, five),), changed=False),
        Day(day=date(2026, 4, 3), spans=((ten, five),), changed=True),
        Day(day=date(2026, 4, 4), spans=((time(22), two),), changed=False),
        Day(day=date(2026, 4, 5), spans=(), changed=False),
        Day(day=date(2026, 4, 6), spans=((ten, five),), changed=True),
        Day(day=date(2026, 4, 7), spans=((nine, five),), changed=False),
    )


def test_a_holiday_that_changes_nothing_is_not_spoken_of() -> None:
    for hours in ("24/7", "Mo-Fr 09:00-17:00", "off"):
        assert not any(each.changed for each in week_of(hours, region="GB", today=date(2026, 4, 1)))
    week = week_of("Mo-Fr 09:00-17:00; PH off", region="GB-ENG", today=date(2026, 12, 25))
    assert [each.day.day for each in week if each.changed] == [25, 28]  # the 26th is a Saturday


def test_a_whole_day_goes_from_midnight_to_midnight() -> None:
    (first, *_rest) = week_of("24/7", region="", today=date(2026, 3, 29))
    assert first.spans == ((time(0), time(0)),)


def test_of_hours_that_are_not_known_a_page_says_nothing() -> None:
    assert week_of("", region="GB", today=date(2026, 3, 4)) == ()


@pytest.mark.parametrize("region", ["GB", "GB-SCT", "GB-NIR", "GB-ENG", "GB-WLS", "IE", "US-NY"])
def test_a_region_whose_holidays_are_known_is_known(region: str) -> None:
    assert region_exists(region)


@pytest.mark.parametrize("region", ["", "XX", "GB-", "GB-XXX", "SCT", "gb", "IE-GB"])
def test_any_other_is_not(region: str) -> None:
    assert not region_exists(region)


def test_a_region_or_zone_that_is_not_known_is_refused() -> None:
    since, until = at("2026-03-04T00:00"), at("2026-03-05T00:00")
    for zone, region in (("Europe/London", "GB-XXX"), ("Europe/Camelot", "GB"), ("", "GB")):
        with pytest.raises(ValueError, match=r"known|no such"):
            openings("24/7", time_zone=zone, region=region, since=since, until=until)
