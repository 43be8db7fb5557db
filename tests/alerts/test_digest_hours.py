"""When a digest comes: at its member's hour, made up for when missed, never twice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from alerts import actions
from members import actions as members
from messages import actions as messages
from messages.model import Channel
from tests import given
from tests.alerts.digests import BASE, CHECK, DAY, HOME, HOUR, PRICE, ROUTINE, SIX, Post, choose


def test_a_warning_of_the_very_moment_is_counted_once(post: Post, due: datetime) -> None:
    reader = post.reader(106)
    post.publish(due)
    post.publish(due + timedelta(microseconds=1))
    post.run(due + HOUR)
    post.run(due + DAY)
    assert post.sent(reader) == ["en/plain/1", "en/plain/1"]


def test_a_digest_that_was_missed_is_made_up_for(post: Post, due: datetime) -> None:
    reader = post.reader(107)
    post.publish(post.now + HOUR)
    post.run(due + 5 * HOUR)  # the service was down at the hour
    post.publish(due + 8 * HOUR)
    post.publish(due + DAY + 8 * HOUR)
    post.run(due + 2 * DAY)  # and for a whole day
    assert post.sent(reader) == ["en/plain/1", "en/plain/2"]


def test_what_is_older_than_two_days_is_not_made_up_for(post: Post, due: datetime) -> None:
    reader = post.reader(108)
    post.publish(post.now)
    post.publish(due + 2 * DAY)
    post.run(due + 3 * DAY)
    assert post.sent(reader) == ["en/plain/1"]


def test_another_hour_loses_nothing_and_counts_nothing_twice(post: Post, due: datetime) -> None:
    reader = post.reader(109, digest_at=9 * 60)
    nine = due + DAY - 9 * HOUR
    post.publish(post.now + HOUR)
    post.run(nine)
    post.publish(nine + HOUR)
    choose(post, reader, due, digest_at=SIX)
    post.run(nine + 9 * HOUR)  # today's was at nine
    post.publish(nine + 10 * HOUR)
    post.run(nine + 9 * HOUR + DAY)
    assert post.sent(reader) == ["en/plain/1", "en/plain/2"]


def test_a_digest_chosen_after_its_hour_begins_the_day_after(post: Post, due: datetime) -> None:
    reader = post.reader(111, digest_at=None)
    choose(post, reader, due + HOUR, digest_at=SIX)
    post.publish(due + 2 * HOUR)
    assert post.run(due + 3 * HOUR) == []
    post.run(due + DAY)
    assert post.sent(reader) == ["en/plain/1"]


def test_an_alert_that_may_not_leave_yet_waits_for_the_next_digest(
    post: Post, due: datetime
) -> None:
    reader = post.reader(114)
    warning = post.proposed(ROUTINE)
    actions.publish(
        post.session,
        post.sealers,
        post.evaluator,
        warning_id=warning.id,
        by=post.colleague,
        link_base=BASE,
        check_link=CHECK,
        price=PRICE,
        leaves_from=due + HOUR,
        time_zone=HOME,
        now=due - HOUR,
    )
    assert post.run(due + 2 * HOUR) == []
    post.run(due + DAY)
    assert post.sent(reader) == ["en/plain/1"]


def test_the_hour_is_that_of_the_members_clock(post: Post, due: datetime) -> None:
    there = post.reader(115, time_zone="Asia/Kathmandu")
    here = post.reader(116, time_zone=HOME)
    home = post.reader(117)
    post.publish(post.now)
    post.run(datetime(2026, 3, 4, 12, 15, tzinfo=UTC))
    assert [post.sent(each) for each in (there, here, home)] == [["en/plain/1"], [], []]
    post.run(due)
    assert [post.sent(each) for each in (there, here, home)] == [["en/plain/1"]] * 3


def test_a_number_given_after_the_hour_gets_no_second_digest(post: Post, due: datetime) -> None:
    reader = post.reader(118)
    post.publish(post.now + HOUR)
    post.run(due)
    number = given.a_contact(
        post.session, post.sealers, Channel.SMS, "+447700900198", now=due + HOUR
    )
    members.give_contact(
        post.session, account_id=reader.id, channel=Channel.SMS, contact_id=number, now=due + HOUR
    )
    assert post.run(due + 2 * HOUR) == []
    post.publish(due + 3 * HOUR)
    assert len(post.run(due + DAY)) == 1


def test_a_late_digest_does_not_ring_at_night(post: Post, due: datetime) -> None:
    post.reader(119, by_email=True, quiet_from=22 * 60, quiet_until=7 * 60)
    post.publish(post.now + HOUR)
    [cause_id] = post.run(due + 6 * HOUR)
    at_midnight = messages.due(post.session, now=due + 6 * HOUR)
    in_the_morning = messages.due(post.session, now=due + 13 * HOUR)
    assert [each.channel for each in at_midnight if each.cause_id == cause_id] == [Channel.EMAIL]
    assert len([each for each in in_the_morning if each.cause_id == cause_id]) == 2


def test_the_clocks_going_back_makes_no_second_digest(post: Post) -> None:
    reader = post.reader(122, digest_at=90)  # 01:30, which comes twice on 25 October 2026
    change = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    post.publish(change - HOUR)
    for minutes in range(0, 120, 15):
        post.run(change + timedelta(minutes=minutes))
    assert post.sent(reader) == ["en/plain/1"]
    [due] = members.digests_due(post.session, now=change + HOUR, time_zone=HOME)
    assert (due.period, due.at) == (date(2026, 10, 25), change)


@pytest.mark.parametrize("before", [DAY, timedelta(minutes=1)])
def test_leaving_ends_the_digest(post: Post, due: datetime, before: timedelta) -> None:
    reader = post.reader(123)
    post.publish(post.now)
    members.leave(post.session, post.sealers, account_id=reader.id, now=due - before)
    assert post.run(due) == []
