"""Digests: once a day, each new routine warning counted once, whatever was late or done twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts import actions
from alerts.composing import compose_digest
from alerts.model import Alert, Price
from checker.evaluator import LocalEvaluator
from members import actions as members
from members.model import Preferences, Severity
from messages import actions as messages
from messages.model import Channel
from messages.texts.segments import segments
from storage.keys import Sealers
from tests import given
from tests.given_reports import DRAFT, TwoCaseworkers

HOME = "Europe/London"
PRICE = Price(per_segment=0.05, currency="GBP", segments_per_second=10)
BASE = "https://check.example.org/updates"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SIX = 18 * 60  # minutes: 18:00, which is 18:00 UTC in March before the clocks change
ROUTINE = replace(DRAFT, severity=Severity.RISK)
AREAS = {"GB-MET": "Metropolitan", "GB-GMP": "Greater Manchester"}


class Post(TwoCaseworkers):
    """Two caseworkers, members with digests, and what these were sent."""

    def reader(self, number: int, **wishes: Any) -> given.Person:
        chosen: dict[str, Any] = {
            "areas": frozenset({"GB-MET"}),
            "by_sms": True,
            "by_email": False,
            "digest_at": SIX,
        }
        return given.a_member(
            self.session,
            self.sealers,
            now=self.now,
            phone=f"+447700900{number}",
            email=f"member{number}@example.org",
            preferences=Preferences(**chosen | wishes),
        )

    def publish(self, at: datetime, severity: Severity = Severity.RISK, **changes: Any) -> Alert:
        draft = replace(ROUTINE, severity=severity, **changes)
        warning = self.proposed(draft)
        _warning, alert = actions.publish(
            self.session,
            self.sealers,
            self.evaluator,
            warning_id=warning.id,
            by=self.colleague,
            link_base=BASE,
            price=PRICE,
            leaves_from=at,
            time_zone=HOME,
            now=at,
        )
        assert alert
        return alert

    def run(self, at: datetime) -> list[UUID]:
        """Do what the schedule does."""
        found = actions.routine_alerts(self.session, self.sealers, now=at)
        made = [
            actions.send_digest(
                self.session,
                self.sealers,
                due=due,
                alerts=found,
                link=BASE,
                time_zone=HOME,
                now=at,
            )
            for due in members.digests_due(self.session, now=at, time_zone=HOME)
        ]
        self.session.commit()
        return [each for each in made if each]

    def sent(self, person: given.Person, channel: Channel = Channel.SMS) -> list[str]:
        """Return the text keys of all that was made for somebody, oldest first."""
        own = person.sms_contact_id if channel is Channel.SMS else person.email_contact_id
        assert own
        rows = self.session.execute(
            text(
                "SELECT text_key FROM delivery JOIN cause ON cause.id = cause_id"
                " WHERE contact_id = :own AND channel = :channel ORDER BY cause.created_at"
            ),
            {
                "own": own.hex if self.session.get_bind().dialect.name == "sqlite" else own,
                "channel": channel,
            },
        )
        return [row.text_key for row in rows]


@pytest.fixture
def post(session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime) -> Post:
    return Post(session, sealers, evaluator, now)


@pytest.fixture
def due(now: datetime) -> datetime:
    """Give the moment of the first digest: six hours after the tests begin."""
    return now.replace(hour=18)


def test_a_digest_counts_the_routine_warnings_of_the_day(post: Post, due: datetime) -> None:
    reader = post.reader(100)
    for hours in (1, 2, 3):
        post.publish(post.now + hours * HOUR)
    assert post.sent(reader) == []
    assert len(post.run(due)) == 1
    assert post.sent(reader) == ["en/plain/3"]


def test_who_has_a_digest_gets_danger_at_once_and_not_in_it(post: Post, due: datetime) -> None:
    reader = post.reader(101)
    post.publish(post.now + HOUR, Severity.DANGER)
    assert post.sent(reader) == ["en/plain"]
    assert post.run(due) == []


def test_who_has_no_digest_gets_each_warning_and_no_digest(post: Post, due: datetime) -> None:
    reader = post.reader(102, digest_at=None)
    post.publish(post.now + HOUR)
    post.publish(post.now + 2 * HOUR)
    assert post.run(due) == []
    assert post.sent(reader) == ["en/plain", "en/plain"]


def test_nothing_comes_on_a_day_without_any(post: Post, due: datetime) -> None:
    reader = post.reader(103)
    post.publish(post.now + HOUR)
    post.run(due)
    assert post.run(due + DAY) == []
    assert post.sent(reader) == ["en/plain/1"]


def test_a_digest_is_made_once_however_often_it_is_asked_for(post: Post, due: datetime) -> None:
    reader = post.reader(104, by_email=True)
    post.publish(post.now + HOUR)
    for minutes in (0, 0, 1, 30, 23 * 60):
        post.run(due + timedelta(minutes=minutes))
    assert post.sent(reader) == ["en/plain/1"]
    assert post.sent(reader, Channel.EMAIL) == ["en/plain/1"]


def test_each_warning_is_counted_in_one_digest(post: Post, due: datetime) -> None:
    reader = post.reader(105)
    for days in range(4):
        post.publish(due + days * DAY - HOUR)
        post.run(due + days * DAY)
    assert post.sent(reader) == ["en/plain/1"] * 4


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


def test_what_was_told_before_a_digest_was_chosen_is_not_counted(post: Post, due: datetime) -> None:
    reader = post.reader(110, digest_at=None)
    post.publish(post.now + HOUR)
    choose(post, reader, post.now + 2 * HOUR, digest_at=SIX)
    assert post.run(due) == []
    post.publish(due - HOUR)
    post.run(due)
    assert post.sent(reader) == ["en/plain", "en/plain/1"]


def test_a_digest_chosen_after_its_hour_begins_the_day_after(post: Post, due: datetime) -> None:
    reader = post.reader(111, digest_at=None)
    choose(post, reader, due + HOUR, digest_at=SIX)
    post.publish(due + 2 * HOUR)
    assert post.run(due + 3 * HOUR) == []
    post.run(due + DAY)
    assert post.sent(reader) == ["en/plain/1"]


def test_a_recalled_alert_and_one_for_others_are_not_counted(post: Post, due: datetime) -> None:
    reader, other = post.reader(112), post.reader(113, areas=frozenset({"GB-GMP"}))
    recalled = post.publish(post.now + HOUR)
    actions.recall(post.session, recalled.id)
    post.publish(post.now + HOUR, areas=("GB-GMP",))
    post.run(due)
    assert (post.sent(reader), post.sent(other)) == ([], ["en/plain/1"])


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


def test_a_digest_counts_to_twenty(post: Post, due: datetime) -> None:
    reader, other = post.reader(120), post.reader(121, areas=frozenset({"GB-GMP"}))
    for number in range(21):
        areas = ("GB-MET", "GB-GMP") if number else ("GB-MET",)
        post.publish(post.now + HOUR, areas=areas)
    post.run(due)
    assert post.sent(reader) == ["en/plain/20+"]
    assert post.sent(other) == ["en/plain/20"]


def test_the_words_of_a_digest_say_a_number_and_nothing_else() -> None:
    texts = compose_digest(BASE, most=30)
    assert len({(each.channel, each.text_key) for each in texts}) == len(texts) == 2 * 3 * 21
    said = {each.text_key: each for each in texts if each.channel is Channel.SMS}
    assert said["en/plain/1"].body == f"1 update for your area: {BASE}"
    assert said["en/news/20+"].body == f"Your local newsletter: 20+ pieces: {BASE}"
    assert all(segments(each.body) == each.segments == 1 for each in said.values())
    assert len(compose_digest(BASE, most=2)) == 2 * 3 * 2


def choose(post: Post, reader: given.Person, at: datetime, **wishes: Any) -> None:
    """Change somebody's preferences."""
    chosen = replace(members.preferences(post.session, reader.id), **wishes)
    members.change_preferences(
        post.session, account_id=reader.id, chosen=chosen, known_areas=AREAS, now=at
    )


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
