"""Digests and notices by the schedule: once, by however many schedulers, with or without Redis."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from alerts import actions as alerts
from alerts.model import Price
from members.model import Preferences, Severity
from messages import actions as messages
from messages.records import ContactRow
from storage.base import new_id
from storage.redis_server import redis_client
from tests import given
from tests.given_reports import DRAFT, TwoCaseworkers
from workers.digesting import digest, flag_numbers, hold_back, make_digests
from workers.services import Services
from workers.shift import Shift

READERS = 40
PRICE = Price(per_segment=0.05, currency="GBP", segments_per_second=10)
DUE = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
LATER = DUE + timedelta(minutes=5)


def a_day_with_a_warning(services: Services, at: datetime = DUE, *, digest_at: int = 1080) -> None:
    """Publish a routine warning to people with a digest."""
    before = at - timedelta(hours=6)
    with services.writing.begin() as session:
        office = TwoCaseworkers(session, services.sealers, services.evaluator, before)
        for number in range(READERS):
            given.a_member(
                session,
                services.sealers,
                now=before,
                phone=f"+447700900{number:03}",
                email=f"member{number}@example.org",
                preferences=Preferences(
                    everywhere=True, by_sms=True, by_email=True, digest_at=digest_at
                ),
            )
        publish(session, services, office, Severity.RISK)


def publish(
    session: Session, services: Services, office: TwoCaseworkers, severity: Severity
) -> None:
    """Publish a warning at the time of the office."""
    alerts.publish(
        session,
        services.sealers,
        services.evaluator,
        warning_id=office.proposed(replace(DRAFT, severity=severity)).id,
        by=office.colleague,
        link_base="https://check.example.org/updates",
        check_link="https://check.example.org/check",
        price=PRICE,
        leaves_from=office.now,
        time_zone="Europe/London",
        now=office.now,
    )


def counts(services: Services) -> tuple[int, int, int]:
    """Return how many digests, deliveries and causes there are."""
    with services.reading() as session:
        return (
            session.scalar(text("SELECT count(*) FROM digest")) or 0,
            session.scalar(text("SELECT count(*) FROM delivery")) or 0,
            session.scalar(text("SELECT count(*) FROM cause WHERE kind = 'digest'")) or 0,
        )


def test_many_schedulers_at_once_make_each_digest_once(services: Services) -> None:
    a_day_with_a_warning(services)
    with ThreadPoolExecutor(6) as pool:
        for made in [pool.submit(make_digests, services, now=LATER) for _ in range(6)]:
            made.result()
    assert counts(services) == (2 * READERS, 2 * READERS, 1)


def test_a_digest_that_is_made_wakes_the_routine_queue(services: Services) -> None:
    a_day_with_a_warning(services)
    make_digests(services, now=LATER)
    assert services.redis.llen("rq:queue:routine") == 2


def test_what_is_being_published_at_the_hour_is_waited_for(services: Services) -> None:
    a_day_with_a_warning(services)
    make_digests(services, now=DUE + timedelta(seconds=30))
    assert counts(services) == (0, 0, 0)
    make_digests(services, now=DUE + timedelta(seconds=60))
    assert counts(services)[0] == 2 * READERS


def test_between_the_full_looks_only_fresh_digests_are_looked_for(services: Services) -> None:
    a_day_with_a_warning(services)
    make_digests(services, now=LATER, due_since=DUE + timedelta(seconds=1))
    assert counts(services) == (0, 0, 0)
    make_digests(services, now=LATER, due_since=DUE)
    assert counts(services)[0] == 2 * READERS


def test_the_schedule_looks_at_all_hours_first_and_then_rests(shift: Shift) -> None:
    services = shift.services
    digest(shift)
    a_day_with_a_warning(services, datetime.now(UTC), digest_at=0)
    digest(shift)  # a moment later
    assert counts(services) == (0, 0, 0)
    services.redis.flushall()
    digest(shift)
    made, _deliveries, causes = counts(services)
    assert (made, causes) in {(2 * READERS, 1), (0, 0)}  # none just before six in the morning


def test_without_redis_digests_are_made_all_the_same(shift: Shift) -> None:
    services = shift.services
    services.redis.connection_pool.disconnect()
    away = replace(services, redis=redis_client("redis://127.0.0.1:1/0"))
    a_day_with_a_warning(services)
    make_digests(away, now=LATER)
    digest(replace(shift, services=away))
    assert counts(services)[0] == 2 * READERS


@pytest.mark.parametrize(
    ("severity", "danger_in_quiet", "rings"),
    [
        (Severity.DANGER, False, False),
        (Severity.DANGER, True, True),
        (Severity.RISK, True, False),
    ],
)
def test_what_was_delayed_into_quiet_hours_waits_for_their_end(
    services: Services, severity: Severity, *, danger_in_quiet: bool, rings: bool
) -> None:
    evening, night = DUE + timedelta(hours=3), DUE + timedelta(hours=5)
    with services.writing.begin() as session:
        office = TwoCaseworkers(session, services.sealers, services.evaluator, evening)
        given.a_member(
            session,
            services.sealers,
            now=evening,
            phone="+447700900123",
            preferences=Preferences(
                everywhere=True,
                by_sms=True,
                by_email=False,
                quiet_from=22 * 60,
                quiet_until=7 * 60,
                danger_in_quiet=danger_in_quiet,
            ),
        )
        given.a_member(session, services.sealers, now=evening, phone="+447700900124")
        publish(session, services, office, severity)
    hold_back(services, now=evening)
    assert due(services, evening) == 2
    hold_back(services, now=night)
    assert due(services, night) == 1 + rings
    assert due(services, night.replace(hour=7) + timedelta(days=1)) == 2


def due(services: Services, now: datetime) -> int:
    """Return how many deliveries could be claimed."""
    with services.writing() as session:  # nothing is kept
        return sum(
            len(
                messages.claim(
                    session, cause_id=each.cause_id, channel=each.channel, token=new_id(), now=now
                ).deliveries
            )
            for each in messages.due(session, now=now)
        )


@pytest.mark.parametrize("times", [1, 3])
def test_owners_of_numbers_that_failed_are_mailed_once(services: Services, times: int) -> None:
    now = datetime.now(UTC)
    with services.writing.begin() as session:
        person = given.a_member(
            session,
            services.sealers,
            now=now,
            phone="+447700900123",
            email="rosa@example.org",
        )
        failed = update(ContactRow).where(ContactRow.id == person.sms_contact_id)
        session.execute(failed.values(bad_since=now))
    with ThreadPoolExecutor(times) as pool:
        for done in [pool.submit(flag_numbers, services, now=now) for _ in range(times)]:
            done.result()
    with services.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM delivery")) == 1
    assert services.redis.llen("rq:queue:service") == 1
