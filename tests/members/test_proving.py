"""Showing once more who one is, before what a thief of a sign-in must not do."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from members import actions as members
from members import factors
from members.guard import is_for_the_fresh
from members.model import FREE_TRIES
from members.records import ContactCodeRow, SignInRow
from members.refusals import TooManyTries, WrongCredentials
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE, Person
from tests.members.conftest import SignIn
from tests.members.visits import Visitor

LATER = factors.FRESH + timedelta(seconds=1)
ASKED = {
    "members.rename",
    "members.begin_factor",
    "members.add_factor",
    "members.begin_passkey",
    "members.add_passkey",
    "members.remove_factor",
    "members.new_codes",
    "members.decide",
    "members.give_access",
    "members.keep_link",
    "members.remove_link",
    "members.ask_for_role",
    "members.take_role",
    "members.grant_approval",
    "members.ask_for_emergency",
}


@pytest.fixture
def stale(signed_in: SignIn, ruth: Person, session: Session) -> Iterator[Visitor]:
    """Give Ruth's browser, six minutes after she showed who she is."""
    visitor = signed_in(ruth)
    session.execute(update(SignInRow).values(proved_at=datetime.now(UTC) - LATER))
    session.commit()
    yield visitor
    visitor.client.__exit__(None, None, None)


def name_of(session: Session, sealers: Sealers, person: Person) -> str:
    """Return somebody's name, without the number that goes with a new one."""
    session.expire_all()
    name = members.get_account(session, sealers, account_id=person.id).name
    session.rollback()  # or it would stand in the way of the page
    return re.sub(r" \d{4}$", "", name)


def test_what_asks_is_declared(app: Flask) -> None:
    found = {name for name, view in app.view_functions.items() if is_for_the_fresh(view)}
    assert found == ASKED


def test_within_five_minutes_nobody_is_asked_again(
    signed_in: SignIn, ruth: Person, session: Session, sealers: Sealers
) -> None:
    visitor = signed_in(ruth)
    visitor.open("/account/name").fill("/name", name="Ruth of Salford")
    assert visitor.path == "/account"
    assert name_of(session, sealers, ruth) == "Ruth of Salford"


def test_after_that_what_was_typed_is_kept_and_sent_with_the_proof(
    stale: Visitor, ruth: Person, session: Session, sealers: Sealers
) -> None:
    stale.open("/account/name").fill("/name", name="Ruth of Salford")
    assert (stale.status, "Is it still you?" in stale.text) == (403, True)
    assert name_of(session, sealers, ruth) == "Ruth"
    assert stale.form("/name").fields["name"] == "Ruth of Salford"
    stale.fill("/name", passphrase=PASSPHRASE, second_code=given.codes()[1])
    assert stale.path == "/account"
    assert name_of(session, sealers, ruth) == "Ruth of Salford"
    stale.open("/account/name").fill("/name", name="Ruth again")  # within five minutes
    assert name_of(session, sealers, ruth) == "Ruth again"


@pytest.mark.parametrize(
    ("passphrase", "code"), [("not the passphrase", ""), (PASSPHRASE, "000000"), (PASSPHRASE, "")]
)
def test_half_a_proof_changes_nothing_and_keeps_what_was_typed(
    stale: Visitor, ruth: Person, session: Session, sealers: Sealers, passphrase: str, code: str
) -> None:
    stale.open("/account/name").fill("/name", name="Ruth of Salford")
    code = code or ("" if passphrase == PASSPHRASE else given.codes()[1])
    stale.fill("/name", passphrase=passphrase, second_code=code)
    assert stale.status == 403
    assert stale.form("/name").fields["name"] == "Ruth of Salford"
    assert PASSPHRASE not in stale.markup
    assert name_of(session, sealers, ruth) == "Ruth"


def test_guessing_codes_behind_the_right_passphrase_gets_slow(
    stale: Visitor, ruth: Person, session: Session, sealers: Sealers
) -> None:
    stale.open("/account/name").fill("/name", name="Ruth of Salford")
    for _ in range(FREE_TRIES):
        stale.fill("/name", passphrase=PASSPHRASE, second_code="000000")
        assert "This code does not fit, or was used already. Wait for the next one." in stale.text
    stale.fill("/name", passphrase=PASSPHRASE, second_code=given.codes()[1])
    assert "one try too many. Wait" in stale.text
    assert name_of(session, sealers, ruth) == "Ruth"
    with pytest.raises(TooManyTries):  # wherever else her codes are asked for
        members.count_code(session, sealers, account_id=ruth.id, now=datetime.now(UTC))


def test_a_proof_on_one_sign_in_proves_nothing_on_another(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    one, other = (given.a_sign_in(session, sealers, ruth, now=now) for _ in range(2))
    members.prove(session, token=one, now=now + LATER)

    def fresh(token: str) -> bool:
        return members.is_fresh(session, account_id=ruth.id, token=token, now=now + LATER)

    assert (fresh(one), fresh(other)) == (True, False)


def test_a_passphrase_is_changed_with_the_second_factor_only(
    stale: Visitor, ruth: Person, session: Session, sealers: Sealers
) -> None:
    new = "another set of words"
    stale.open("/account/passphrase")
    stale.fill("/passphrase", passphrase=PASSPHRASE, new_passphrase=new)
    assert (stale.status, "code does not fit" in stale.text) == (422, True)
    code = given.codes()[1]
    stale.fill("/passphrase", passphrase=PASSPHRASE, new_passphrase=new, second_code=code)
    assert stale.path == "/account"
    with pytest.raises(WrongCredentials):
        given.a_sign_in(session, sealers, ruth, now=datetime.now(UTC))


def test_a_change_of_factors_ends_all_other_sign_ins(signed_in: SignIn, ruth: Person) -> None:
    here, there = signed_in(ruth), signed_in(ruth)
    here.open("/account/steps").fill("/begin", label="my new phone")
    secret = here.markup.partition('class="code">')[2].partition("<")[0].replace(" ", "")
    assert there.open("/account").path == "/account"
    here.fill("/app", code=factors.codes_at(secret, datetime.now(UTC))[1])
    assert here.markup.count('class="code"') == factors.CODES
    assert there.open("/account").path == "/sign-in"
    here.open("/account/steps")
    assert "my new phone" in here.text
    assert "10 of 10 are left" in here.text


def test_the_last_app_of_staff_stays(signed_in: SignIn, ruth: Person) -> None:
    visitor = signed_in(ruth).open("/account/steps").fill("/remove")
    assert (visitor.status, "keeps at least one" in visitor.text) == (422, True)


@pytest.mark.parametrize("path", ["/account/phone", "/account/email"])
def test_another_contact_asks_too_for_it_leads_to_another_passphrase(
    stale: Visitor, session: Session, path: str
) -> None:
    typed = "07700 900123" if path.endswith("phone") else "ruth@example.org"
    stale.open(path).fill(path, address=typed)
    assert (stale.status, "Is it still you?" in stale.text) == (403, True)
    assert session.scalars(select(ContactCodeRow)).all() == []
    session.rollback()
    stale.fill(path, passphrase=PASSPHRASE, second_code=given.codes()[1])
    assert len(session.scalars(select(ContactCodeRow)).all()) == 1


def test_signing_out_elsewhere_never_asks(stale: Visitor, signed_in: SignIn, ruth: Person) -> None:
    there = signed_in(ruth)
    there.client.__exit__(None, None, None)
    stale.open("/account").fill("/sign-ins/end")
    assert stale.path == "/sign-in"
    assert there.open("/account").path == "/sign-in"
