"""When an alert is late, and when it only waits."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts import actions
from alerts.model import Alert, Lateness, lateness
from checker.evaluator import LocalEvaluator
from messages.model import Queue
from storage.keys import Sealers
from tests.alerts.published import publish_danger

T = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("queue", "wait", "found"),
    [
        (Queue.DANGER, 60 * SECOND, None),
        (Queue.DANGER, 61 * SECOND, Lateness.NOTHING_LEFT),
        (Queue.ROUTINE, 15 * MINUTE, None),
        (Queue.ROUTINE, 15 * MINUTE + SECOND, Lateness.NOTHING_LEFT),
    ],
)
def test_the_first_message_has_its_time(
    queue: Queue, wait: timedelta, found: Lateness | None
) -> None:
    assert (
        lateness(queue=queue, leaves_from=T, due_since=T, last_left_at=None, now=T + wait) is found
    )


@pytest.mark.parametrize("last_left_at", [None, T + MINUTE])
def test_the_clock_starts_when_quiet_hours_are_over(last_left_at: datetime | None) -> None:
    morning = T + 8 * 60 * MINUTE
    late = partial(
        lateness, queue=Queue.DANGER, leaves_from=T, due_since=morning, last_left_at=last_left_at
    )
    assert late(now=morning + 59 * SECOND) is None
    assert late(now=morning + 6 * MINUTE) is not None


def test_what_moves_is_not_late_however_long_it_takes() -> None:
    now = T + 300 * MINUTE
    late = partial(lateness, queue=Queue.ROUTINE, leaves_from=T, due_since=T, now=now)
    assert late(last_left_at=now - 5 * MINUTE) is None
    assert late(last_left_at=now - 5 * MINUTE - SECOND) is Lateness.STALLED


@pytest.fixture
def alert(session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime) -> Alert:
    """Give a danger alert to two contacts."""
    return publish_danger(session, sealers, evaluator, now=now)


def put(session: Session, change: str, only: str = "1=1") -> None:
    session.execute(text(f"UPDATE delivery SET {change} WHERE {only}"))  # noqa: S608 - the test's own


def how(session: Session, now: datetime) -> list[tuple[Lateness, int]]:
    return [(each.how, each.to_send) for each in actions.late(session, now=now)]


def test_an_alert_of_which_nothing_left_is_late(
    session: Session, alert: Alert, now: datetime
) -> None:
    assert how(session, now + 60 * SECOND) == []
    assert how(session, now + 61 * SECOND) == [(Lateness.NOTHING_LEFT, 2)]
    assert actions.late(session, now=now + MINUTE * 2, cause_ids=[alert.id]) == ()


@pytest.mark.parametrize("state", ["claimed", "sending"])
def test_what_a_dead_worker_holds_is_late_too(
    session: Session, alert: Alert, now: datetime, state: str
) -> None:
    del alert
    put(session, f"state = '{state}'")
    assert how(session, now + 61 * SECOND) == [(Lateness.NOTHING_LEFT, 2)]


def test_what_providers_put_off_is_late(session: Session, alert: Alert, now: datetime) -> None:
    del alert
    session.execute(
        text("UPDATE delivery SET attempts = 3, next_at = :later"),
        {
            "later": (now + 4 * MINUTE).replace(tzinfo=None)
            if is_sqlite(session)
            else now + 4 * MINUTE
        },
    )
    assert how(session, now + 61 * SECOND) == [(Lateness.NOTHING_LEFT, 2)]


def test_a_second_try_of_a_phone_that_was_off_is_not_late(
    session: Session, alert: Alert, now: datetime
) -> None:
    del alert
    later = now + 15 * MINUTE
    put(session, "state = 'delivered', left_at = next_at", "channel = 'email'")
    session.execute(
        text(
            "UPDATE delivery SET attempts = 1, former_id = 'SM1', left_at = next_at, "
            "next_at = :later WHERE channel = 'sms'"
        ),
        {"later": later.replace(tzinfo=None) if is_sqlite(session) else later},
    )
    assert how(session, now + 14 * MINUTE) == []


@pytest.mark.parametrize(
    "state", ["accepted", "delivered", "failed", "unknown", "suppressed", "recalled", "expired"]
)
def test_what_is_over_is_not_late(
    session: Session, alert: Alert, now: datetime, state: str
) -> None:
    del alert
    put(session, f"state = '{state}'")
    assert how(session, now + 61 * SECOND) == []


def test_a_paused_alert_is_not_late(session: Session, alert: Alert, now: datetime) -> None:
    actions.pause(session, alert.id)
    assert how(session, now + 61 * SECOND) == []


def test_an_alert_that_stands_still_is_late(session: Session, alert: Alert, now: datetime) -> None:
    del alert
    put(session, "state = 'accepted', left_at = next_at", "channel = 'email'")
    assert how(session, now + 5 * MINUTE) == []
    assert how(session, now + 5 * MINUTE + SECOND) == [(Lateness.STALLED, 1)]


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
