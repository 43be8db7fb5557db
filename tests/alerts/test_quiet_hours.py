"""Quiet hours: when what is published at night may leave, for whom, by which channel."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from alerts import actions
from alerts.model import Estimate
from checker.evaluator import LocalEvaluator
from members.model import Severity
from messages import actions as messages
from messages.model import Channel, DeliveryState
from storage.keys import Sealers
from tests.alerts.test_publishing import BASE, PRICE, Office
from tests.given_reports import DRAFT

NIGHT = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 5, 7, 0, tzinfo=UTC)
QUIET = {"quiet_from": 22 * 60, "quiet_until": 7 * 60}


@pytest.fixture
def office(session: Session, sealers: Sealers, evaluator: LocalEvaluator) -> Office:
    return Office(session, sealers, evaluator, NIGHT)


def leaving(office: Office, at: datetime) -> dict[Channel, int]:
    """Return how many deliveries could be claimed at a moment, and give them back."""
    found = {}
    for each in messages.due(office.session, now=at):
        claim = messages.claim(
            office.session,
            cause_id=each.cause_id,
            channel=each.channel,
            token=each.cause_id,
            now=at,
        )
        found[each.channel] = len(claim.deliveries)
        messages.release(office.session, token=claim.token, ids=list(claim.deliveries), now=at)
    return found


def test_a_text_message_waits_for_the_morning_and_a_mail_does_not(office: Office) -> None:
    office.member(301, **QUIET)
    office.member(302)
    office.publish(office.proposed())
    assert leaving(office, NIGHT) == {Channel.SMS: 1, Channel.EMAIL: 2}
    assert leaving(office, MORNING) == {Channel.SMS: 2, Channel.EMAIL: 2}


def test_danger_rings_at_night_for_those_who_allowed_it(office: Office) -> None:
    office.member(303, **QUIET, danger_in_quiet=True)
    office.publish(office.proposed())
    assert leaving(office, NIGHT)[Channel.SMS] == 1


def test_allowing_danger_does_not_allow_the_rest(office: Office) -> None:
    office.member(304, **QUIET, danger_in_quiet=True)
    office.publish(office.proposed(replace(DRAFT, severity=Severity.RISK)))
    assert Channel.SMS not in leaving(office, NIGHT)
    assert leaving(office, MORNING)[Channel.SMS] == 1


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        (None, datetime(2026, 3, 5, 7, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 3, 5, 1, 15, tzinfo=UTC)),
        ("America/New_York", NIGHT),  # half past six in the evening
    ],
)
def test_the_night_is_that_of_the_member(office: Office, zone: str | None, ends: datetime) -> None:
    office.member(305, **QUIET, time_zone=zone, by_email=False)
    office.publish(office.proposed())
    before = ends.replace(second=0) if ends == NIGHT else ends.replace(hour=ends.hour - 1)
    assert leaving(office, before) == ({Channel.SMS: 1} if ends == NIGHT else {})
    assert leaving(office, ends) == {Channel.SMS: 1}


def test_what_leaves_after_the_night_began_waits_too(office: Office) -> None:
    evening = NIGHT.replace(hour=21, minute=50)
    office.now = evening
    office.member(306, **QUIET, by_email=False)
    office.publish(office.proposed(replace(DRAFT, severity=Severity.RISK)), leaves_from=NIGHT)
    assert leaving(office, NIGHT) == {}
    assert leaving(office, MORNING) == {Channel.SMS: 1}


def test_what_may_leave_after_the_night_does_not_leave_before(office: Office) -> None:
    office.now = MORNING.replace(hour=6, minute=45)
    later = MORNING.replace(minute=30)
    office.member(307, **QUIET, by_email=False)
    office.publish(office.proposed(replace(DRAFT, severity=Severity.RISK)), leaves_from=later)
    assert leaving(office, MORNING) == {}
    assert leaving(office, later) == {Channel.SMS: 1}


def estimate_of(office: Office, **changes: Any) -> Estimate:
    warning = office.proposed(replace(DRAFT, **changes))
    return actions.estimate(
        office.session,
        warning,
        link=f"{BASE}/{warning.reference}",
        price=PRICE,
        leaves_from=NIGHT,
        time_zone="Europe/London",
    )


def test_the_estimate_says_how_many_wait_and_how_many_find_it_in_a_digest(office: Office) -> None:
    office.member(308, **QUIET)
    office.member(309, **QUIET, danger_in_quiet=True)
    office.member(310, digest_at=9 * 60)
    danger, risk = estimate_of(office), estimate_of(office, severity=Severity.RISK)
    assert (danger.sms_recipients, danger.wait_for_morning, danger.in_digests) == (3, 1, 0)
    assert (risk.sms_recipients, risk.wait_for_morning, risk.in_digests) == (2, 2, 1)


def test_however_many_choices_there_are_it_is_one_expansion(office: Office) -> None:
    for number in range(40):
        office.member(400 + number, quiet_from=30 * number, quiet_until=(30 * number + 60) % 1440)
    alert = office.publish(office.proposed())
    assert alert
    progress = actions.progress(office.session, alert.id)
    assert progress.count(DeliveryState.PENDING) == 80
