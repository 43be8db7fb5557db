"""The second step of signing in: who is asked for it, what is taken, and what opens before it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from argon2.low_level import hash_secret_raw
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from members import actions as members
from members import factors, passphrases
from members.guard import TOKEN, access_of
from members.model import STAFF, AccountState, NewAccount, Role
from members.records import AccountRow, SignInRow
from members.refusals import RecordsLocked, WrongCredentials
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE, QUICK, Person
from tests.members.visits import Visitor

BEFORE_ANY_STEP = {"public", "waits for a second step"}


def new_staff(
    session: Session, sealers: Sealers, name: str = "Ruth", hasher: PasswordHasher = QUICK
) -> Person:
    """Make somebody who works here and has set nothing up."""
    made = members.create_account(
        session,
        sealers,
        new=NewAccount(name=name, role=Role.CASEWORKER, state=AccountState.VETTED),
        passphrase=PASSPHRASE,
        now=datetime.now(UTC),
        hasher=hasher,
    )
    session.commit()
    return Person(id=made.account_id, name=name, passphrase=PASSPHRASE, role=Role.CASEWORKER)


def sign_in(visitor: Visitor, person: Person) -> Visitor:
    """Show the passphrase."""
    visitor.open("/sign-in")
    return visitor.fill("/sign-in", name=person.name, passphrase=person.passphrase)


def test_staff_sign_in_with_a_code_and_the_waiting_token_is_exchanged(
    visitor: Visitor, ruth: Person
) -> None:
    assert sign_in(visitor, ruth).path == "/sign-in/code"
    with visitor.client.session_transaction() as cookie:
        waiting = cookie[TOKEN]
    visitor.goes_to("/sign-in/code", "", code=given.codes()[1])
    with visitor.client.session_transaction() as cookie:
        full = cookie[TOKEN]
    assert full != waiting
    assert visitor.open("/account").path == "/account"
    with visitor.client.session_transaction() as cookie:
        cookie[TOKEN] = waiting
    assert visitor.open("/account").path == "/sign-in"


def test_a_wrong_code_is_told_and_signs_nobody_in(visitor: Visitor, ruth: Person) -> None:
    sign_in(visitor, ruth).fill("", code="000000")
    assert (visitor.status, "does not fit" in visitor.text) == (422, True)
    assert visitor.open("/account").path == "/sign-in/code"


def test_a_waiting_token_opens_nothing_but_its_page(
    app: Flask, visitor: Visitor, ruth: Person
) -> None:
    sign_in(visitor, ruth)
    with visitor.client.session_transaction() as cookie:
        kept = dict(cookie)
    walked = 0
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None
        if access.name in BEFORE_ANY_STEP or rule.rule.startswith("/api/"):
            continue
        for method in {"GET", "POST"} & (rule.methods or set()):
            values = dict.fromkeys(rule.arguments, UUID(int=1))
            path = app.url_map.bind("").build(rule.endpoint, values, method=method)
            with visitor.client.session_transaction() as cookie:
                cookie.update(kept)
            answer = visitor.client.open(path, method=method)
            assert answer.status_code in {303, 400}, (method, path)  # led away, or without a token
            if answer.status_code == 303:
                assert answer.headers["Location"] == "/sign-in", path
            walked += 1
    assert walked > 15
    assert visitor.open("/sign-in").path == "/sign-in/code"


def test_a_waiting_token_ends_after_five_minutes(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    token = members.sign_in(
        session, sealers, name=ruth.name, passphrase=PASSPHRASE, now=now, hasher=QUICK
    )
    just = now + factors.WAITING - timedelta(seconds=1)
    assert members.waiting_sign_in(session, sealers, token=token, now=just)
    over = now + factors.WAITING
    assert members.waiting_sign_in(session, sealers, token=token, now=over) is None
    assert members.resume(session, sealers, token=token, now=now) is None


def test_a_waiting_token_is_exchanged_once(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    token = members.sign_in(
        session, sealers, name=ruth.name, passphrase=PASSPHRASE, now=now, hasher=QUICK
    )
    full = members.finish_second_step(session, token=token, now=now)
    for over in (token, full):
        with pytest.raises(WrongCredentials):
            members.finish_second_step(session, token=over, now=now)
    assert session.scalar(select(func.count()).select_from(SignInRow)) == 1


def test_a_waiting_token_signs_in_its_own_account_and_leaves_others_waiting(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    sol = given.a_caseworker(session, sealers, now=now)
    first, second = (
        members.sign_in(
            session, sealers, name=each.name, passphrase=PASSPHRASE, now=now, hasher=QUICK
        )
        for each in (sol, ruth)
    )
    full = members.finish_second_step(session, token=second, now=now)
    signed_in = members.resume(session, sealers, token=full, now=now)
    assert signed_in
    assert signed_in.id == ruth.id
    waits = members.waiting_sign_in(session, sealers, token=first, now=now)
    assert waits
    assert waits.account.id == sol.id


def test_who_is_suspended_waits_for_nothing_any_more(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    token = members.sign_in(
        session, sealers, name=ruth.name, passphrase=PASSPHRASE, now=now, hasher=QUICK
    )
    session.execute(
        update(AccountRow).where(AccountRow.id == ruth.id).values(state=AccountState.SUSPENDED)
    )
    assert members.waiting_sign_in(session, sealers, token=token, now=now) is None


def test_a_waiting_token_that_was_ended_elsewhere_is_not_exchanged(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    token = members.sign_in(
        session, sealers, name=ruth.name, passphrase=PASSPHRASE, now=now, hasher=QUICK
    )
    members.sign_out_everywhere(session, account_id=ruth.id, now=now)
    with pytest.raises(WrongCredentials):
        members.finish_second_step(session, token=token, now=now)


def test_new_staff_reach_nothing_before_an_app_is_set_up(
    visitor: Visitor, session: Session, sealers: Sealers
) -> None:
    sign_in(visitor, new_staff(session, sealers))
    for path in ("/sign-in", "/account", "/sign-in/code", "/account/steps", "/desk/applicants"):
        assert visitor.open(path).path == "/sign-in/enrol", path
    visitor.fill("/begin")
    secret = visitor.markup.partition('class="code">')[2].partition("<")[0].replace(" ", "")
    assert 'class="qr"' in visitor.markup
    assert visitor.fill("/enrol", code="000000").status == 422
    visitor.fill("/enrol", code=factors.codes_at(secret, datetime.now(UTC))[1])
    assert visitor.markup.count('class="code"') == factors.CODES
    assert visitor.open("/account").path == "/account"
    assert "10 of 10 recovery codes are left" in visitor.text


def test_who_has_an_app_cannot_set_up_another_instead_of_showing_it(
    visitor: Visitor, ruth: Person
) -> None:
    token = sign_in(visitor, ruth).form("").fields["csrf_token"]
    for path in ("/sign-in/enrol/begin", "/sign-in/enrol"):
        answer = visitor.client.post(path, data={"csrf_token": token, "code": "000000"})
        assert answer.status_code == 403, path
    assert visitor.open("/sign-in/enrol").path == "/sign-in/code"


def test_a_member_needs_no_second_step_until_there_is_an_app(
    visitor: Visitor, member: Person, session: Session, sealers: Sealers, moment: datetime
) -> None:
    assert sign_in(visitor, member).path != "/sign-in/code"
    visitor.open("/account").fill("/sign-out")
    members.add_totp(session, sealers, account_id=member.id, secret=given.TOTP_SECRET, now=moment)
    session.commit()
    assert sign_in(visitor, member).path == "/sign-in/code"


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give a list that grows by one with each argon2id hash."""
    counted: list[int] = []

    def one_more(*args: Any, **named: Any) -> bytes:
        counted.append(1)
        return hash_secret_raw(*args, **named)

    monkeypatch.setattr("members.passphrases.hash_secret_raw", one_more)
    return counted


def test_a_name_costs_one_hash_and_is_answered_alike_whoever_it_is(
    visitor: Visitor, ruth: Person, member: Person, hashes: list[int]
) -> None:
    answers = set()
    for name in (ruth.name, "Rutn", "Rosa of Salford", "Rosa of Salfords"):
        hashes.clear()
        visitor.open("/sign-in").fill("/sign-in", name=name, passphrase="not the passphrase")
        assert len(hashes) == 1, name
        answers.add((visitor.status, len(visitor.markup.replace(name, ""))))
    assert member.name == "Rosa of Salford"
    assert len(answers) == 1


def test_the_right_passphrase_costs_one_hash_with_a_second_step_too(
    visitor: Visitor, session: Session, sealers: Sealers, hashes: list[int]
) -> None:
    sol = new_staff(session, sealers, "Sol", hasher=passphrases.STANDARD)
    hashes.clear()
    assert sign_in(visitor, sol).path == "/sign-in/enrol"
    assert len(hashes) == 1


def test_every_role_of_staff_is_asked(session: Session, sealers: Sealers, now: datetime) -> None:
    for role in STAFF:
        person = given.a_colleague(session, sealers, role, now=now)
        token = members.sign_in(
            session, sealers, name=person.name, passphrase=PASSPHRASE, now=now, hasher=QUICK
        )
        assert members.resume(session, sealers, token=token, now=now) is None
        with pytest.raises(RecordsLocked):
            members.reader(session, token=token, account_id=person.id)
