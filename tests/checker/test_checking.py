"""A check: what is listed is found, what is not is not, and nothing else is kept."""

from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from checker import actions
from checker.evaluator import LocalEvaluator
from checker.records import EntryRow
from checker.register import Register
from tests.checker.checks import Checks
from tests.checker.samples import EMAIL, LISTED, SEALER, UNLISTED, WARNING, a_payload, phone


def test_a_member_is_told_when_a_number_is_on_the_register(checks: Checks) -> None:
    assert checks.check(LISTED) == [WARNING]


def test_a_member_is_told_when_a_number_is_not_on_the_register(checks: Checks) -> None:
    assert checks.check(UNLISTED) == [None]


def test_several_are_answered_in_their_order(checks: Checks) -> None:
    checks.publish(EMAIL, a_payload(month="2025-12"))
    assert checks.check(UNLISTED, EMAIL, LISTED, UNLISTED, LISTED) == [
        None,
        a_payload(month="2025-12"),
        WARNING,
        None,
        WARNING,
    ]


def test_nothing_asked_is_nothing_answered(checks: Checks) -> None:
    assert checks.check() == []


def test_a_register_without_entries_answers(
    session: Session, evaluator: LocalEvaluator, register: Register, now: datetime
) -> None:
    actions.establish(session, evaluator, now=now)
    actions.rebuild(session, register, now=now)
    answers = actions.check(session, evaluator=evaluator, register=register, identifiers=[LISTED])
    assert [(each.identifier, each.found) for each in answers] == [(LISTED, None)]


def test_a_withdrawn_warning_is_no_longer_found(checks: Checks) -> None:
    checks.publish(LISTED)
    assert checks.check(LISTED) == [None]


def test_a_withdrawn_warning_can_come_back(checks: Checks) -> None:
    checks.publish(LISTED)
    checks.publish(LISTED, a_payload(month="2026-03"))
    assert checks.check(LISTED) == [a_payload(month="2026-03")]


def test_a_warning_counts_from_its_commit_on_while_redis_is_still_behind(checks: Checks) -> None:
    checks.list_warnings(UNLISTED, WARNING)
    checks.list_warnings(LISTED)
    assert checks.check(UNLISTED, LISTED, EMAIL) == [WARNING, None, None]
    checks.refresh()
    assert checks.check(UNLISTED, LISTED, EMAIL) == [WARNING, None, None]


def test_a_warning_that_reaches_redis_during_a_check_is_found(checks: Checks) -> None:
    checks.list_warnings(UNLISTED, WARNING)
    with checks.refreshed_once_redis_was_asked():
        assert checks.check(UNLISTED) == [WARNING]


def test_two_warnings_about_one_number_are_answered_as_one(checks: Checks) -> None:
    other = a_payload(regions=("GB-MET",), references=("W-2",))
    checks.publish(LISTED, WARNING, other)
    (found,) = checks.check(LISTED)
    assert found
    assert found.regions == ("GB-GMP", "GB-MET")
    assert found.references == ("W-7KQ2M4", "W-2")


def test_taking_off_what_was_never_listed_writes_nothing(checks: Checks) -> None:
    before = checks.card()
    checks.publish(UNLISTED)
    assert checks.card() == before
    assert checks.check(LISTED, UNLISTED) == [WARNING, None]


@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.sets(st.integers(min_value=200, max_value=299), max_size=8))
def test_exactly_what_is_listed_is_found(checks: Checks, listed: set[int]) -> None:
    for number in listed:
        checks.list_warnings(phone(number), a_payload(references=(f"W-{number}",)))
    checks.refresh()
    found = checks.check(*(phone(number) for number in range(200, 300)))
    references = [payload.references[0] if payload else "" for payload in found]
    for number in listed:
        checks.list_warnings(phone(number))
    assert references == [f"W-{n}" if n in listed else "" for n in range(200, 300)]


def test_neither_database_nor_redis_holds_an_identifier_or_a_warning(checks: Checks) -> None:
    actions.record_identifiers(
        checks.session, checks.evaluator, SEALER, identifiers=[LISTED, EMAIL], now=checks.now
    )
    rows = checks.session.execute(select(EntryRow.tag, EntryRow.entry))
    stored = b"".join(tag + (entry or b"") for tag, entry in rows)
    for key in checks.redis.scan_iter():
        stored += key + checks.redis.get(key)
    for secret in ("447700900123", "7700900123", "GB-GMP", "Arrives", "W-7KQ2M4", "example"):
        assert secret.encode() not in stored
