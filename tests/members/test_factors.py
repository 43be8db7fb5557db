"""Second factors: which codes are taken, once, and how factors come and go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from members import actions as members
from members import factors
from members.model import FREE_TRIES
from members.refusals import LastFactor, NoSuchFactor, TooManyTries, WrongCode
from storage.engine import writing
from storage.keys import Sealers
from tests import given
from tests.given import Person


def take(session: Session, sealers: Sealers, person: Person, code: str, now: datetime) -> bool:
    """Show a code as the pages do, and say whether it was taken."""
    members.count_code(session, sealers, account_id=person.id, now=now)
    session.commit()
    try:
        members.settle_code(session, sealers, account_id=person.id, code=code, now=now)
    except WrongCode:
        return False
    session.commit()
    return True


@pytest.mark.parametrize(
    ("seconds", "taken"),
    [(-31, False), (-30, True), (0, True), (59, True), (60, False), (90, False)],
)
def test_a_code_is_taken_one_step_early_or_late_and_no_more(
    session: Session, sealers: Sealers, ruth: Person, now: datetime, seconds: int, *, taken: bool
) -> None:
    code = given.codes(now)[1]  # at the start of its thirty seconds
    later = now + timedelta(seconds=seconds)
    assert take(session, sealers, ruth, code, later) is taken


def test_a_code_is_taken_once_and_none_before_it_any_more(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    before, code, following = given.codes(now)
    assert take(session, sealers, ruth, code, now)
    assert not take(session, sealers, ruth, code, now)
    assert not take(session, sealers, ruth, before, now)
    assert take(session, sealers, ruth, following, now)


@pytest.mark.parametrize("what", ["code of an app", "recovery code"])
def test_of_two_requests_with_one_code_one_signs_in(
    session: Session, engine: Engine, sealers: Sealers, ruth: Person, now: datetime, what: str
) -> None:
    recovery = members.make_codes(session, sealers, account_id=ruth.id)
    session.commit()
    code = given.codes(now)[1] if what == "code of an app" else recovery[0]

    def one(_number: int) -> bool:
        with writing(engine)() as own:
            try:
                members.settle_code(own, sealers, account_id=ruth.id, code=code, now=now)
            except WrongCode:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(one, range(4))) == [False, False, False, True]


def test_a_recovery_code_opens_once_however_it_is_typed(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    codes = members.make_codes(session, sealers, account_id=ruth.id)
    assert len({*codes}) == factors.CODES
    typed = factors.in_groups(codes[3]).lower().replace("0", "o").replace("1", "l")
    assert take(session, sealers, ruth, f" {typed} ", now)
    assert not take(session, sealers, ruth, codes[3], now)
    assert members.codes_left(session, account_id=ruth.id) == 9
    members.make_codes(session, sealers, account_id=ruth.id)
    assert not take(session, sealers, ruth, codes[4], now)


def test_the_codes_of_somebody_else_open_nothing(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    sol = given.a_member(session, sealers, now=now)
    members.add_totp(
        session, sealers, account_id=sol.id, secret=factors.new_secret(), now=now, label="phone"
    )
    [recovery, *_] = members.make_codes(session, sealers, account_id=ruth.id)
    session.commit()
    assert not take(session, sealers, sol, given.codes(now)[1], now)
    assert not take(session, sealers, sol, recovery, now)


def test_guessing_codes_gets_slow_for_the_account_and_no_other(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    sol = given.a_caseworker(session, sealers, now=now)
    session.commit()
    for _ in range(FREE_TRIES):
        assert not take(session, sealers, ruth, "000000", now)
    with pytest.raises(TooManyTries):
        take(session, sealers, ruth, given.codes(now)[1], now)
    session.rollback()
    assert take(session, sealers, sol, given.codes(now)[1], now)
    assert take(session, sealers, ruth, given.codes(now)[1], now + timedelta(seconds=5))


def test_staff_keep_their_last_app_and_members_need_not(
    session: Session, sealers: Sealers, ruth: Person, member: Person, now: datetime
) -> None:
    members.add_totp(session, sealers, account_id=member.id, secret=given.TOTP_SECRET, now=now)
    own = {
        each.id: members.list_factors(session, sealers, account_id=each.id)[0].id
        for each in (ruth, member)
    }
    with pytest.raises(LastFactor):
        members.remove_factor(session, account_id=ruth.id, factor_id=own[ruth.id])
    with pytest.raises(NoSuchFactor):
        members.remove_factor(session, account_id=member.id, factor_id=own[ruth.id])
    members.remove_factor(session, account_id=member.id, factor_id=own[member.id])
    assert not members.has_factor(session, member.id)


def test_a_last_app_takes_its_own_recovery_codes_with_it_and_nobody_elses(
    session: Session, sealers: Sealers, ruth: Person, member: Person, now: datetime
) -> None:
    members.add_totp(session, sealers, account_id=member.id, secret=given.TOTP_SECRET, now=now)
    for each in (ruth, member):
        members.make_codes(session, sealers, account_id=each.id)
    (app,) = members.list_factors(session, sealers, account_id=member.id)
    members.remove_factor(session, account_id=member.id, factor_id=app.id)
    assert members.codes_left(session, account_id=member.id) == 0
    assert members.codes_left(session, account_id=ruth.id) == factors.CODES


def test_a_right_code_forgets_the_wrong_ones_before_it(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    codes = members.make_codes(session, sealers, account_id=ruth.id)
    for code in codes[:2]:
        for _ in range(FREE_TRIES - 1):
            assert not take(session, sealers, ruth, "000000", now)
        assert take(session, sealers, ruth, code, now)


def test_a_new_app_counts_from_when_it_was_shown(
    session: Session, sealers: Sealers, member: Person, now: datetime
) -> None:
    members.begin_totp(session, sealers, account_id=member.id, label="", now=now)
    secret = members.begun_secret(session, sealers, account_id=member.id)
    assert secret
    code = factors.codes_at(secret, now)[1]
    members.confirm_totp(session, sealers, account_id=member.id, code=code, now=now)
    (app,) = members.list_factors(session, sealers, account_id=member.id)
    assert app.last_used_at == now
    assert not take(session, sealers, member, code, now)


def test_what_has_not_the_form_of_a_recovery_code_is_read_as_none() -> None:
    (code, *_) = factors.new_codes()
    assert factors.read_code(code) == code
    for other in (code[:-1], code[:-1] + "!", code + "A", "\u00fc" * len(code)):
        assert factors.read_code(other) == ""
