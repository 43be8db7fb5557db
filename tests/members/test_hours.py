"""Quiet hours and the hour of a digest: by the clock where somebody is, whatever it does."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as some

from members.actions import night_ends
from members.hours import first_at, last_at, last_digest, quiet_ends, zone_of

LONDON = ZoneInfo("Europe/London")
KATHMANDU = ZoneInfo("Asia/Kathmandu")  # 5 h 45 min ahead
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour of summer time
APIA = ZoneInfo("Pacific/Apia")  # skipped 30 December 2011
ZONES = [LONDON, KATHMANDU, LORD_HOWE, ZoneInfo("America/New_York"), ZoneInfo("UTC")]
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minutes(text: str) -> int:
    """Return the minutes since midnight."""
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def ends(moment: str, begins: str, until: str, zone: ZoneInfo = LONDON) -> datetime | None:
    """Return when quiet hours end."""
    return quiet_ends(at(moment), begins=minutes(begins), ends=minutes(until), zone=zone)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-01-10 21:59:59", None),
        ("2026-01-10 22:00", "2026-01-11 07:00"),
        ("2026-01-11 03:00", "2026-01-11 07:00"),
        ("2026-01-11 06:59:59", "2026-01-11 07:00"),
        ("2026-01-11 07:00", None),
        ("2026-07-10 20:59", None),  # summer time: 21:59 there
        ("2026-07-10 21:00", "2026-07-11 06:00"),
    ],
)
def test_quiet_hours_reach_across_midnight(moment: str, until: str | None) -> None:
    assert ends(moment, "22:00", "07:00") == (at(until) if until else None)


def test_quiet_hours_within_a_day_end_that_day() -> None:
    assert ends("2026-01-10 10:00", "09:00", "17:00") == at("2026-01-10 17:00")
    assert ends("2026-01-10 18:00", "09:00", "17:00") is None


def test_quiet_hours_are_those_of_the_place() -> None:
    assert ends("2026-01-10 17:00", "22:00", "07:00", KATHMANDU) == at("2026-01-11 01:15")
    assert ends("2026-01-10 23:00", "22:00", "07:00", KATHMANDU) == at("2026-01-11 01:15")
    assert ends("2026-01-11 02:00", "22:00", "07:00", KATHMANDU) is None


def test_a_night_in_which_clocks_change_is_shorter_or_longer() -> None:
    assert ends("2026-03-28 23:00", "22:00", "07:00") == at("2026-03-29 06:00")
    assert ends("2026-10-24 22:00", "22:00", "07:00") == at("2026-10-25 07:00")


def test_an_end_that_the_clock_skips_is_when_it_was_put_forward() -> None:
    # At 01:00 UTC on 29 March 2026 the clock goes from 01:00 to 02:00.
    assert ends("2026-03-29 00:30", "22:00", "01:30") == at("2026-03-29 01:00")
    assert ends("2026-03-29 01:00", "22:00", "01:30") is None


def test_an_end_that_comes_twice_is_the_second() -> None:
    # At 01:00 UTC on 25 October 2026 the clock goes from 02:00 back to 01:00.
    for moment in ("2026-10-25 00:10", "2026-10-25 00:45", "2026-10-25 01:15"):
        assert ends(moment, "22:00", "01:30") == at("2026-10-25 01:30")
    assert ends("2026-10-25 01:30", "22:00", "01:30") is None


def test_a_beginning_that_comes_twice_is_the_first() -> None:
    assert ends("2026-10-25 00:30", "01:30", "06:00") == at("2026-10-25 06:00")
    assert ends("2026-10-25 01:10", "01:30", "06:00") == at("2026-10-25 06:00")


def test_quiet_hours_that_begin_before_they_have_ended_go_on() -> None:
    # From 01:30 to 01:00 the day after; in October 01:00 comes again after 01:30 came first.
    assert ends("2026-10-25 00:15", "01:30", "01:00") == at("2026-10-26 01:00")


def test_a_day_that_was_skipped_has_its_moment_when_the_next_began() -> None:
    skipped = at("2011-12-30 10:00")
    assert first_at(date(2011, 12, 30), minutes("12:00"), APIA) == skipped
    assert last_at(date(2011, 12, 30), minutes("12:00"), APIA) == skipped


moments = some.integers(0, 364 * 24 * 60 * 60).map(
    lambda seconds: at("2026-01-01") + timedelta(seconds=seconds)
)
around_changes = some.builds(
    lambda day, offset: day + timedelta(minutes=offset),
    some.sampled_from([at("2026-03-29 01:00"), at("2026-10-25 01:00"), at("2026-10-03 15:30")]),
    some.integers(-30 * 60, 30 * 60),
)
half_hours = some.integers(0, 47).map(lambda number: number * 30)


def shown(moment: datetime, zone: ZoneInfo) -> int:
    """Return the minutes since midnight that the clock shows."""
    local = moment.astimezone(zone)
    return local.hour * 60 + local.minute


def by_the_clock(moment: datetime, begins: int, until: int, zone: ZoneInfo) -> bool:
    """Say whether the clock shows a time within quiet hours."""
    now = shown(moment, zone)
    return begins <= now < until if begins < until else now >= begins or now < until


@over(some.one_of(moments, around_changes), half_hours, half_hours, some.sampled_from(ZONES))
@settings(max_examples=300)
def test_nothing_rings_while_the_clock_shows_a_quiet_hour(
    moment: datetime, begins: int, until: int, zone: ZoneInfo
) -> None:
    if begins == until:
        return
    end = quiet_ends(moment, begins=begins, ends=until, zone=zone)
    leaves = end or moment
    assert not by_the_clock(leaves, begins, until, zone)
    assert leaves - moment < timedelta(hours=25)
    offsets = {(moment + timedelta(hours=h)).astimezone(zone).utcoffset() for h in range(-26, 27)}
    if end and len(offsets) == 1:  # and no longer than it must
        assert by_the_clock(moment, begins, until, zone)
        assert by_the_clock(end - MINUTE, begins, until, zone)
        assert shown(end, zone) == until


@over(some.one_of(moments, around_changes), half_hours, some.sampled_from(ZONES))
@settings(max_examples=200)
def test_the_latest_digest_is_less_than_a_day_ago_and_names_its_day(
    now: datetime, chosen: int, zone: ZoneInfo
) -> None:
    period, moment = last_digest(now, minutes=chosen, zone=zone)
    assert timedelta(0) <= now - moment <= timedelta(hours=25)
    assert moment.astimezone(zone).date() == period
    assert shown(moment, zone) >= chosen
    again = last_digest(moment, minutes=chosen, zone=zone)
    assert again == (period, moment)


def test_a_zone_that_nobody_knows_any_more_is_the_instances() -> None:
    assert zone_of("Atlantis/Centre", home="Europe/London") == LONDON
    assert zone_of(None, home="Europe/London") == LONDON
    assert zone_of("Asia/Kathmandu", home="Europe/London") == KATHMANDU


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-01-10 20:59:59", None),
        ("2026-01-10 21:00", "2026-01-11 08:00"),
        ("2026-01-11 07:59:59", "2026-01-11 08:00"),
        ("2026-01-11 08:00", None),
        ("2026-07-10 20:00", "2026-07-11 07:00"),  # an hour ahead in summer
    ],
)
def test_who_told_us_no_quiet_hours_is_left_alone_at_night(moment: str, until: str | None) -> None:
    found = night_ends(at(moment), time_zone="Europe/London")
    assert found == (None if until is None else at(until))
