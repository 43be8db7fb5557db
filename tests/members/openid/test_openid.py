"""Signing in with the organisation's account, against a real provider on this machine."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from members import actions as members
from members.guard import TOKEN
from members.model import Role
from members.records import AccountRow, OpenIdVisitRow
from members.refusals import RecordsLocked
from storage.keys import Sealers
from tests.given import Person
from tests.members.openid.ways import AWAY, FINISH, REFUSED, SUBJECT, Way
from tests.members.visits import Visitor
from tests.openid import Provider


def token_of(visitor: Visitor) -> str:
    with visitor.client.session_transaction() as cookie:
        return str(cookie.get(TOKEN, ""))


def test_a_caseworker_signs_in_with_the_provider_and_the_passphrase(
    way: Way, session: Session, sealers: Sealers, linked: Person
) -> None:
    assert way.arrive(SUBJECT) == FINISH
    assert way.visitor.open("/account").path == "/sign-in"
    assert way.visitor.goes_to(FINISH, "", passphrase=linked.passphrase) == "/account"
    assert way.visitor.open("/account").path == "/account"
    held = members.held_key(session, token=token_of(way.visitor), account_id=linked.id)
    assert held.public_key == members.holders(session, sealers)[linked.id]
    assert session.scalars(select(OpenIdVisitRow)).all() == []


def test_the_page_that_asked_for_the_sign_in_follows_it(way: Way, linked: Person) -> None:
    way.visitor.open("/account/steps")
    way.arrive(SUBJECT)
    assert way.visitor.goes_to(FINISH, "", passphrase=linked.passphrase) == "/account/steps"


def test_an_address_elsewhere_is_not_followed(way: Way, linked: Person) -> None:
    way.arrive(SUBJECT)
    with way.visitor.client.session_transaction() as cookie:
        cookie["next"] = "https://elsewhere.example/"
    assert way.visitor.goes_to(FINISH, "", passphrase=linked.passphrase) == "/desk"


def test_an_operator_needs_no_passphrase_and_holds_no_key(
    way: Way, session: Session, operator: Person
) -> None:
    assert way.arrive("operator") == FINISH
    assert "passphrase" not in way.visitor.open(FINISH).markup
    assert way.visitor.goes_to(FINISH, "") == "/account"
    with pytest.raises(RecordsLocked):
        members.held_key(session, token=token_of(way.visitor), account_id=operator.id)


def test_without_or_with_a_wrong_passphrase_a_caseworker_stays_outside(
    way: Way, linked: Person
) -> None:
    way.arrive(SUBJECT)
    for typed in ("", "another kettle"):
        way.visitor.open(FINISH)
        assert way.visitor.fill("", passphrase=typed).status == 422
        assert "not your passphrase" in way.visitor.text
    assert token_of(way.visitor) == ""
    assert way.visitor.goes_to(FINISH, "", passphrase=linked.passphrase) == "/desk"


def test_passphrases_get_slow_after_the_provider_too(way: Way, linked: Person) -> None:
    way.arrive(SUBJECT)
    for _ in range(6):
        way.visitor.open(FINISH)
        way.visitor.fill("", passphrase="another kettle")
    assert way.visitor.status == 429
    assert linked.passphrase not in way.visitor.markup


@pytest.mark.usefixtures("operator")
def test_a_visit_counts_once_and_for_five_minutes(way: Way, session: Session) -> None:
    way.arrive("operator")
    with way.visitor.client.session_transaction() as cookie:
        kept = dict(cookie)
    assert way.visitor.goes_to(FINISH, "") == "/account"
    with way.visitor.client.session_transaction() as cookie:
        cookie.clear()
        cookie.update(kept)
    assert way.visitor.open(FINISH).path == REFUSED
    way.arrive("operator")
    ago = datetime.now(UTC) - timedelta(minutes=5)
    session.execute(update(OpenIdVisitRow).values(created_at=ago))
    session.commit()
    assert way.visitor.open(FINISH).path == REFUSED


def test_a_sign_in_by_the_provider_is_as_fresh_as_it_was_there(
    way: Way, provider: Provider, session: Session, operator: Person
) -> None:
    provider.signed_in_ago = 600
    way.arrive("operator")
    way.visitor.goes_to(FINISH, "")
    now, token = datetime.now(UTC), token_of(way.visitor)
    assert not members.is_fresh(session, account_id=operator.id, token=token, now=now)


def test_whoever_is_not_linked_reads_the_same_words_as_at_any_refusal(way: Way) -> None:
    assert way.arrive("somebody@organisation.example") == REFUSED
    unlinked = way.visitor.open(REFUSED).text
    assert way.arrive("") == REFUSED  # said no at the provider
    assert way.visitor.open(REFUSED).text == unlinked
    assert way.visitor.status == 422


@pytest.mark.parametrize(
    "change", [{"state": "suspended"}, {"role": Role.MEMBER, "grant_id": None}]
)
def test_who_may_not_sign_in_is_refused_whatever_the_provider_says(
    way: Way, session: Session, linked: Person, change: dict[str, str | None]
) -> None:
    assert way.arrive(SUBJECT) == FINISH
    session.execute(update(AccountRow).where(AccountRow.id == linked.id).values(**change))
    session.commit()
    assert way.visitor.open(FINISH).path == REFUSED
    assert way.arrive(SUBJECT) == REFUSED


def test_nothing_of_the_provider_is_kept_in_an_address_a_page_or_a_log(
    way: Way, linked: Person
) -> None:
    with capture_logs() as logged:
        back = way.back(SUBJECT)
        code = re.findall(r"code=([^&]+)", back)[0]
        assert way.lands(back) == FINISH
        page = way.visitor.open(FINISH).markup
        assert way.lands(back) == REFUSED
    assert [line["why"] for line in logged if "why" in line] == ["state"]
    for secret in (code, SUBJECT, linked.name):
        assert secret not in page + repr(logged)


def test_a_provider_that_is_away_is_told_and_the_passphrase_still_opens(
    way: Way, provider: Provider, linked: Person
) -> None:
    provider.url += "/moved"  # it names another issuer, so it is not the one agreed on
    assert way.out() == AWAY
    assert "Harbour Trust does not answer" in way.visitor.open(AWAY).text
    way.visitor.open("/sign-in")
    way.visitor.fill("/sign-in", name=linked.name, passphrase=linked.passphrase)
    assert way.visitor.path == "/sign-in/code"
