"""Digests: once a day, each new routine warning counted once, whatever was late or done twice."""

from datetime import datetime, timedelta

from alerts import actions
from alerts.composing import compose_digest
from members.model import Severity
from messages.model import Channel
from messages.texts.segments import segments
from tests.alerts.digests import BASE, DAY, HOUR, SIX, Post, choose


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


def test_what_was_told_before_a_digest_was_chosen_is_not_counted(post: Post, due: datetime) -> None:
    reader = post.reader(110, digest_at=None)
    post.publish(post.now + HOUR)
    choose(post, reader, post.now + 2 * HOUR, digest_at=SIX)
    assert post.run(due) == []
    post.publish(due - HOUR)
    post.run(due)
    assert post.sent(reader) == ["en/plain", "en/plain/1"]


def test_a_recalled_alert_and_one_for_others_are_not_counted(post: Post, due: datetime) -> None:
    reader, other = post.reader(112), post.reader(113, areas=frozenset({"GB-GMP"}))
    recalled = post.publish(post.now + HOUR)
    actions.recall(post.session, recalled.id)
    post.publish(post.now + HOUR, areas=("GB-GMP",))
    post.run(due)
    assert (post.sent(reader), post.sent(other)) == ([], ["en/plain/1"])


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


def test_a_digest_counts_however_many_warnings_there_were(post: Post, due: datetime) -> None:
    reader, other = post.reader(124), post.reader(125, areas=frozenset({"GB-GMP"}))
    post.publish_unnamed(post.now + HOUR, "GB-GMP")  # the oldest of all, and the only one there
    for _each in range(101):
        post.publish_unnamed(post.now + 2 * HOUR, "GB-MET")
    assert len(actions.routine_alerts(post.session, post.sealers, now=due)) == 102
    post.run(due)
    assert post.sent(reader) == ["en/plain/20+"]
    assert post.sent(other) == ["en/plain/1"]


def test_warnings_that_are_each_addressed_otherwise_are_counted_once_each(
    post: Post, due: datetime
) -> None:
    reader, other = post.reader(126), post.reader(127, areas=frozenset({"XX-40"}))
    for number in range(41):
        post.publish_unnamed(post.now + HOUR, "GB-MET" if number < 15 else "GB-GMP", f"XX-{number}")
    post.run(due)
    assert post.sent(reader) == ["en/plain/15"]
    assert post.sent(other) == ["en/plain/1"]
