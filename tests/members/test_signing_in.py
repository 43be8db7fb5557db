"""Signing in: who may, what is told, and how long it holds."""

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from members import actions as members
from members.model import ABSOLUTE, FREE_TRIES, IDLE, LONGEST_WAIT, NoSuchAccount
from members.records import AccountRow
from members.refusals import TooManyTries, WrongCredentials
from storage.engine import Singly
from storage.keys import Sealers
from tests import given
from tests.given import QUICK, Person

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def try_wrongly(session: Session, sealers: Sealers, name: str, now: datetime) -> type[Exception]:
    """Try a wrong passphrase as the page does, and return what came of it."""
    try:
        counted = members.count_try(session, sealers, name=name, now=now)
        session.commit()
        members.finish_sign_in(
            session, counted, passphrase="not the passphrase", now=now, hasher=QUICK
        )
    except (WrongCredentials, TooManyTries) as error:
        session.rollback()
        return type(error)
    pytest.fail("a wrong passphrase opened an account")


def test_a_member_signs_in_and_is_known_by_the_token(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now, name="Rosa of Salford")
    token = members.sign_in(
        session,
        sealers,
        name="  rosa  OF salford",
        passphrase=person.passphrase,
        now=now,
        hasher=QUICK,
    )
    account = members.resume(session, sealers, token=token, now=now)
    assert account is not None
    assert (account.id, account.name, account.may_check) == (person.id, "Rosa of Salford", True)


def test_no_token_and_no_name_shows_in_a_representation(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now, name="Rosa of Salford")
    counted = members.count_try(session, sealers, name=person.name, now=now)
    account = members.get_account(session, sealers, account_id=person.id)
    assert "argon2" not in repr(counted)
    assert "Rosa" not in repr(counted) + repr(account)


@pytest.mark.parametrize("state", ["unknown", "applied and declined", "suspended", "left"])
def test_whoever_may_not_sign_in_is_answered_like_a_wrong_passphrase(
    session: Session, sealers: Sealers, now: datetime, state: str
) -> None:
    person = in_state(session, sealers, state, now)
    session.commit()
    answers = [try_wrongly(session, sealers, person.name, now) for _ in range(FREE_TRIES + 1)]
    assert answers == [WrongCredentials] * FREE_TRIES + [TooManyTries]
    later = now + LONGEST_WAIT
    with pytest.raises(WrongCredentials):
        given.a_sign_in(session, sealers, person, now=later)


def in_state(session: Session, sealers: Sealers, state: str, now: datetime) -> Person:
    """Make somebody who may not sign in."""
    if state == "applied and declined":
        person = given.an_applicant(session, sealers, now=now)
        lead = given.a_lead(session, sealers, now=now)
        members.decline(session, account_id=person.id, by=lead.id, now=now)
        return person
    person = given.a_member(session, sealers, now=now)
    if state == "suspended":
        members.suspend(session, account_id=person.id, now=now)
    else:
        members.leave(session, sealers, account_id=person.id, now=now)
    return person


def test_tries_get_slow_but_never_for_more_than_fifteen_minutes(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    session.commit()
    waits = []
    for _ in range(20):
        assert try_wrongly(session, sealers, person.name, now) is WrongCredentials
        wait = wait_for(session, sealers, person.name, now)
        if wait:
            assert wait_for(session, sealers, person.name, now + wait - SECOND / 2) <= SECOND / 2
        waits.append(wait)
        now += wait
    assert waits[: FREE_TRIES - 1] == [timedelta()] * (FREE_TRIES - 1)
    assert waits[FREE_TRIES - 1 : FREE_TRIES + 2] == [5 * SECOND, 10 * SECOND, 20 * SECOND]
    assert max(waits) == waits[-1] == LONGEST_WAIT


def wait_for(session: Session, sealers: Sealers, name: str, now: datetime) -> timedelta:
    """Return how long a name has to wait, without counting a try."""
    try:
        members.count_try(session, sealers, name=name, now=now)
    except TooManyTries as error:
        return error.wait
    finally:
        session.rollback()
    return timedelta()


def test_the_right_passphrase_is_refused_while_the_wait_runs_and_taken_after_it(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    session.commit()
    for _ in range(FREE_TRIES):
        try_wrongly(session, sealers, person.name, now)
    with pytest.raises(TooManyTries):
        given.a_sign_in(session, sealers, person, now=now + 4 * SECOND)
    assert given.a_sign_in(session, sealers, person, now=now + 5 * SECOND)
    assert try_wrongly(session, sealers, person.name, now + 6 * SECOND) is WrongCredentials


def test_one_name_waiting_keeps_nobody_else_from_signing_in(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person, other = (given.a_member(session, sealers, now=now) for _ in range(2))
    session.commit()
    for _ in range(FREE_TRIES + 3):
        try_wrongly(session, sealers, person.name, now)
    assert given.a_sign_in(session, sealers, other, now=now)


def test_tries_are_forgotten_after_a_day(session: Session, sealers: Sealers, now: datetime) -> None:
    for _ in range(FREE_TRIES + 3):
        try_wrongly(session, sealers, "Nobody at all", now)
    tomorrow = now + timedelta(days=1, seconds=1)
    for _ in range(FREE_TRIES):
        assert try_wrongly(session, sealers, "Nobody at all", tomorrow) is WrongCredentials


def test_a_hash_of_yesterdays_cost_is_renewed_at_sign_in(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    person = given.a_member(session, sealers, now=now)
    members.sign_in(
        session, sealers, name=person.name, passphrase=person.passphrase, now=now, hasher=dearer
    )
    renewed = members.count_try(session, sealers, name=person.name, now=now).passphrase_hash
    assert renewed is not None
    assert "m=16,t=2" in renewed
    assert members.sign_in(
        session, sealers, name=person.name, passphrase=person.passphrase, now=now, hasher=dearer
    )


def test_a_sign_in_ends_after_fifteen_idle_minutes(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    token = given.a_sign_in(session, sealers, given.a_member(session, sealers, now=now), now=now)
    just_in_time = now + IDLE - SECOND
    assert members.resume(session, sealers, token=token, now=just_in_time)
    assert members.resume(session, sealers, token=token, now=just_in_time + IDLE) is None


def test_a_sign_in_ends_after_twelve_hours_however_busy(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    token = given.a_sign_in(session, sealers, given.a_member(session, sealers, now=now), now=now)
    moment = now
    while moment + 10 * MINUTE < now + ABSOLUTE:
        moment += 10 * MINUTE
        assert members.resume(session, sealers, token=token, now=moment)
    assert members.resume(session, sealers, token=token, now=now + ABSOLUTE) is None


def test_a_sign_in_is_marked_as_seen_at_most_once_a_minute(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    token = given.a_sign_in(session, sealers, person, now=now)
    seen = []
    for seconds in (0, 30, 59, 60, 90, 119, 120):
        moment = now + timedelta(seconds=seconds)
        members.resume(session, sealers, token=token, now=moment)
        [found] = members.list_sign_ins(session, account_id=person.id, token=token, now=moment)
        session.expire_all()
        seen.append((found.seen_at - now).total_seconds())
    assert seen == [0, 0, 0, 60, 60, 60, 120]


def test_reading_a_page_marks_the_sign_in_as_seen_in_a_write_of_its_own(
    session: Session, singly: Singly, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    token = given.a_sign_in(session, sealers, person, now=now)
    session.commit()
    later = now + 2 * MINUTE
    with singly.connect() as connection:
        assert members.resume(connection, sealers, token=token, now=later)
    [found] = members.list_sign_ins(session, account_id=person.id, token=token, now=later)
    assert found.seen_at == later


@pytest.mark.parametrize("how", ["signed out", "suspended", "left", "ended elsewhere"])
def test_an_ended_sign_in_opens_nothing_from_the_next_request_on(
    session: Session, engine: Engine, sealers: Sealers, now: datetime, how: str
) -> None:
    person = given.a_member(session, sealers, now=now)
    token = given.a_sign_in(session, sealers, person, now=now)
    session.commit()
    match how:
        case "signed out":
            members.sign_out(session, token=token, now=now)
        case "suspended":
            members.suspend(session, account_id=person.id, now=now)
        case "left":
            members.leave(session, sealers, account_id=person.id, now=now)
        case _:
            [found] = members.list_sign_ins(session, account_id=person.id, token="another", now=now)
            members.end_sign_in(session, account_id=person.id, sign_in_id=found.id, now=now)
    session.commit()
    with engine.connect() as connection:
        assert members.resume(connection, sealers, token=token, now=now) is None


@pytest.mark.parametrize("state", ["declined", "suspended", "left"])
def test_a_sign_in_that_was_not_ended_opens_nothing_once_the_account_is_closed(
    session: Session, sealers: Sealers, now: datetime, state: str
) -> None:
    person = given.a_member(session, sealers, now=now)
    token = given.a_sign_in(session, sealers, person, now=now)
    session.get_one(AccountRow, person.id).state = state
    session.flush()
    assert members.resume(session, sealers, token=token, now=now) is None


def test_nobody_ends_a_sign_in_of_somebody_else(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person, other = (given.a_member(session, sealers, now=now) for _ in range(2))
    token = given.a_sign_in(session, sealers, person, now=now)
    [found] = members.list_sign_ins(session, account_id=person.id, token=token, now=now)
    with pytest.raises(NoSuchAccount):
        members.end_sign_in(session, account_id=other.id, sign_in_id=found.id, now=now)
    assert found.is_this_one
    assert members.resume(session, sealers, token=token, now=now)


def test_a_member_sees_every_place_they_are_signed_in(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    first = given.a_sign_in(session, sealers, person, now=now)
    given.a_sign_in(session, sealers, person, now=now + MINUTE)
    given.a_sign_in(session, sealers, given.a_member(session, sealers, now=now), now=now)
    shown = members.list_sign_ins(session, account_id=person.id, token=first, now=now + 2 * MINUTE)
    assert [each.is_this_one for each in shown] == [False, True]


def test_signing_in_clears_away_what_ran_out(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    old = given.a_sign_in(session, sealers, person, now=now)
    tomorrow = now + timedelta(days=1)
    given.a_sign_in(session, sealers, person, now=tomorrow)
    shown = members.list_sign_ins(session, account_id=person.id, token=old, now=tomorrow)
    assert [each.is_this_one for each in shown] == [False]
    assert members.resume(session, sealers, token=old, now=now) is None


def test_a_changed_passphrase_signs_out_everywhere_and_the_old_one_opens_nothing(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    token = given.a_sign_in(session, sealers, person, now=now)
    members.change_passphrase(
        session,
        given.proved(session, sealers, person, now=now),
        name=person.name,
        new="another set of words",
        now=now,
        hasher=QUICK,
    )
    assert members.resume(session, sealers, token=token, now=now) is None
    with pytest.raises(WrongCredentials):
        given.a_sign_in(session, sealers, person, now=now)


@pytest.mark.parametrize("meanwhile", ["another passphrase", "suspended"])
def test_what_changes_while_the_passphrase_is_looked_at_counts(
    session: Session, sealers: Sealers, now: datetime, meanwhile: str
) -> None:
    person = given.a_member(session, sealers, now=now)
    first = members.count_try(session, sealers, name=person.name, now=now)
    second = members.count_try(session, sealers, name=person.name, now=now)
    if meanwhile == "suspended":
        members.suspend(session, account_id=person.id, now=now)
    else:
        proved = members.settle_try(session, first, passphrase=person.passphrase, hasher=QUICK)
        new = "seven warm stones in a row"
        members.change_passphrase(session, proved, name=person.name, new=new, now=now, hasher=QUICK)
    with pytest.raises(WrongCredentials):
        members.finish_sign_in(session, second, passphrase=person.passphrase, now=now, hasher=QUICK)
