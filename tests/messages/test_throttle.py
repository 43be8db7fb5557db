"""Fewer in flight when the provider falters, more again as it recovers."""

from datetime import timedelta

from messages.model import Accepted, Postponed, Refused, Unknown
from messages.throttle import Throttle

ACCEPTED = Accepted(provider_id="SM")
BUSY = Postponed(reason="too_many_requests")


def test_it_starts_wide_open() -> None:
    assert Throttle(16).room(0, now=0) == 16
    assert Throttle(16).room(12, now=0) == 4
    assert Throttle(16).room(20, now=0) == 0


def test_a_fault_halves_what_may_be_in_flight_once_a_round() -> None:
    throttle = Throttle(16)
    for _ in range(8):  # all were under way together
        throttle.note(BUSY, sent_at=1, now=2)
    assert throttle.allowed == 8
    throttle.note(BUSY, sent_at=3, now=4)
    assert throttle.allowed == 4


def test_it_never_goes_below_one() -> None:
    throttle = Throttle(2)
    for second in range(1, 20):
        throttle.note(Unknown(reason="x"), sent_at=second, now=second + 0.5)
    assert throttle.room(0, now=1000) == 1


def test_it_opens_again_by_about_one_a_round() -> None:
    throttle = Throttle(16)
    throttle.note(BUSY, sent_at=0, now=1)
    for _ in range(8):
        throttle.note(ACCEPTED, sent_at=2, now=3)
    assert 8.9 < throttle.allowed < 9
    for _ in range(500):
        throttle.note(ACCEPTED, sent_at=4, now=5)
    assert throttle.room(0, now=6) == 16


def test_a_provider_that_says_when_is_heeded_up_to_a_bound() -> None:
    throttle = Throttle(16)
    asked = Postponed(reason="too_many_requests", retry_after=timedelta(seconds=3))
    throttle.note(asked, sent_at=1, now=10)
    assert throttle.room(0, now=12.9) == 0
    assert throttle.room(0, now=13) == 8
    long = Postponed(reason="too_many_requests", retry_after=timedelta(hours=3))
    throttle.note(long, sent_at=20, now=21)
    assert throttle.room(0, now=51) > 0


def test_faults_in_a_row_make_pauses_that_double_and_an_acceptance_ends_them() -> None:
    throttle = Throttle(16)
    pauses = []
    for second in range(100, 1000, 100):
        throttle.note(BUSY, sent_at=second, now=second)
        pauses.append(max(0.0, throttle.paused_until - second))
    assert pauses == [0, 0, 0.25, 0.5, 1, 2, 4, 5, 5]
    throttle.note(ACCEPTED, sent_at=1000, now=1000)
    throttle.note(BUSY, sent_at=1001, now=1001)
    assert throttle.room(0, now=1001) >= 1


def test_a_refusal_is_the_recipients_and_not_the_providers_trouble() -> None:
    throttle = Throttle(16)
    throttle.note(Refused(reason="bad_number_21211"), sent_at=1, now=2)
    assert throttle.room(0, now=2) == 16
