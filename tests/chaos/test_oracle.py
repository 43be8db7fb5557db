"""The oracle: who should get what, and the count of what came of it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from alerts.model import Price
from chaos.campaign import Outcome
from chaos.oracle import Doubtful, Key, addresses, expectations, judge, reference_in
from chaos.schedule import KILLS, POSTGRESQL, SQLITE, TROUBLES, plan
from checker.evaluator import LocalEvaluator
from demo.accounts import demo_members
from demo.gateway.ledger import Entry, Fingerprints
from demo.loading import load_people
from demo.publishing import publish_one_more
from messages.model import Channel
from storage.keys import Sealers

PRICE = Price(per_segment=0.04, currency="GBP", segments_per_second=10)
FIRST, SECOND = (Key("W-1", "sms", to) for to in ("first", "second"))
BY_MAIL = Key("W-1", "email", "third")
EVERYBODY = (FIRST, SECOND, BY_MAIL)


def entry(key: Key, *, delivery: str = "", number: int = 0) -> Entry:
    return Entry(
        delivery=delivery or f"delivery-{key.to}",
        channel=key.channel,
        to=key.to,
        body="",
        at="",
        id=f"{key.reference}/{key.to}/{number}",
    )


def outcome_of(*entries: Entry, doubtful: tuple[Doubtful, ...] = ()) -> Outcome:
    references = {each.id: each.id.partition("/")[0] for each in entries}
    tallies = judge(EVERYBODY, entries, references=references, doubtful=doubtful)
    return Outcome(tallies=tallies, drained=True)


def test_it_is_good_if_everybody_got_one() -> None:
    outcome = outcome_of(*map(entry, EVERYBODY))
    assert [(each.expected, each.arrived) for each in outcome.tallies] == [(2, 2), (1, 1)]
    assert outcome.passed


def test_one_who_got_nothing_is_lost() -> None:
    outcome = outcome_of(entry(FIRST), entry(BY_MAIL))
    assert [each.lost for each in outcome.tallies] == [1, 0]
    assert not outcome.passed


def test_one_who_got_it_by_another_channel_is_lost_and_unexpected() -> None:
    wrong = Key("W-1", "email", "second")
    outcome = outcome_of(entry(FIRST), entry(wrong), entry(BY_MAIL))
    assert [(each.lost, each.unexpected) for each in outcome.tallies] == [(1, 0), (0, 1)]


def test_an_update_of_another_alert_does_not_count() -> None:
    outcome = outcome_of(entry(FIRST), entry(Key("W-2", "sms", "second")), entry(BY_MAIL))
    assert (outcome.tallies[0].lost, outcome.tallies[0].unexpected) == (1, 1)


def test_a_second_message_is_a_duplicate() -> None:
    outcome = outcome_of(*map(entry, EVERYBODY), entry(FIRST, number=2))
    assert [(each.duplicate, each.marked) for each in outcome.tallies] == [(1, 0), (0, 0)]
    assert not outcome.passed


@pytest.mark.parametrize(("key", "good"), [(BY_MAIL, True), (FIRST, False)])
def test_a_duplicate_that_says_so_is_good_only_where_no_callback_tells(
    *, key: Key, good: bool
) -> None:
    said = Doubtful(f"delivery-{key.to}", key.channel, unknown=False, resent=True)
    outcome = outcome_of(*map(entry, EVERYBODY), entry(key, number=2), doubtful=(said,))
    assert sum(each.marked for each in outcome.tallies) == 1
    assert outcome.passed is good
    outcome.callbacks_suppressed = True
    assert outcome.passed


def test_what_did_not_drain_or_vanished_is_not_good() -> None:
    outcome = outcome_of(*map(entry, EVERYBODY))
    outcome.drained = False
    assert not outcome.passed
    outcome.drained, outcome.vanished = True, 1
    assert not outcome.passed


def test_a_text_names_its_alert() -> None:
    assert reference_in("News: http://127.0.0.1:8000/updates/W-2F7QX3M") == "W-2F7QX3M"
    assert reference_in("Your code is 123456") == ""


def test_it_expects_what_the_publication_counts(
    session: Session, sealers: Sealers, evaluator: LocalEvaluator
) -> None:
    now = datetime.now(UTC)
    desk = load_people(session, sealers, number=60, seed=3, now=now)
    known = addresses(session, sealers.contacts, Fingerprints("token"))
    alerts = [
        publish_one_more(
            session,
            sealers,
            evaluator,
            desk=desk,
            public_url="",
            price=PRICE,
            time_zone="Europe/London",
            now=now,
        )
        for _ in range(3)
    ]
    session.flush()
    found = expectations(session.connection(), known, known=[str(alerts[0].id)])
    assert found.keys() == {str(each.id) for each in alerts[1:]}
    for alert in alerts[1:]:
        keys = found[str(alert.id)]
        by = {channel: sum(key.channel == channel for key in keys) for channel in Channel}
        assert by[Channel.SMS] == alert.estimate.sms_recipients
        assert by[Channel.EMAIL] == alert.estimate.email_recipients
    assert len(known) == sum(bool(each.phone) + bool(each.email) for each in demo_members(60, 3))


def test_a_schedule_is_the_same_for_the_same_seed() -> None:
    first, second, other = (list(plan(kills=40, seed=seed, database=SQLITE)) for seed in (5, 5, 6))
    assert first == second
    assert first != other
    assert sum(step.is_kill for step in first) == 40


def test_a_long_schedule_has_every_blow() -> None:
    steps = list(plan(kills=1250, seed=1, database=POSTGRESQL))
    assert {step.blow for step in steps} == KILLS.keys() | TROUBLES.keys()
    assert any(POSTGRESQL in step.targets for step in steps)
    assert not any(len(set(step.targets)) != len(step.targets) for step in steps)
