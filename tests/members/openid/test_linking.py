"""Linking an account with one at the provider: by its owner, freshly, and nobody else's."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from members import actions as members
from members import factors
from members.model import NotForThisRole, Role
from members.records import OpenIdLinkRow, SignInRow
from members.refusals import LinkRefused
from storage.keys import Sealers
from tests import given
from tests.given import Person
from tests.members.conftest import SignIn
from tests.members.openid.ways import FINISH, REFUSED, SUBJECT, Way, link
from tests.members.visits import Visitor
from tests.openid import Provider

OWN, BEGIN, CONFIRM = "/account/openid", "/account/openid/begin", "/account/openid/confirm"


def links(session: Session) -> set[UUID]:
    found = set(session.scalars(select(OpenIdLinkRow.account_id)))
    session.rollback()  # on SQLite nobody else writes meanwhile
    return found


def test_staff_link_their_account_and_sign_in_with_it(
    signed_in: SignIn, app: Flask, provider: Provider, session: Session, ruth: Person
) -> None:
    way, elsewhere = Way(signed_in(ruth), provider), signed_in(ruth)
    assert way.lands(way.back(SUBJECT, BEGIN)) == CONFIRM
    assert links(session) == set()  # nothing is linked before its owner says so
    assert way.visitor.goes_to(CONFIRM, "/confirm") == OWN
    assert "Linked since" in way.visitor.open(OWN).text
    assert elsewhere.open("/account").path == "/sign-in"
    assert Way(Visitor(app.test_client()), provider).arrive(SUBJECT) == FINISH


def test_linking_asks_who_one_is(
    signed_in: SignIn, provider: Provider, session: Session, ruth: Person
) -> None:
    way = Way(signed_in(ruth), provider)
    session.execute(update(SignInRow).values(proved_at=datetime.now(UTC) - factors.FRESH))
    session.commit()
    way.lands(way.back(SUBJECT, BEGIN))
    way.visitor.open(CONFIRM).fill("/confirm")
    assert "Is it still you?" in way.visitor.text
    assert links(session) == set()
    code = given.codes()[1]
    way.visitor.fill("/confirm", passphrase=ruth.passphrase, second_code=code)
    assert links(session) == {ruth.id}


def test_nobody_links_what_somebody_else_is_linked_with(
    signed_in: SignIn, provider: Provider, session: Session, sealers: Sealers, linked: Person
) -> None:
    other = given.a_lead(session, sealers, now=datetime.now(UTC))
    session.commit()
    way = Way(signed_in(other), provider)
    way.lands(way.back(SUBJECT, BEGIN))
    way.visitor.open(CONFIRM).fill("/confirm")
    assert (way.visitor.status, "cannot be linked" in way.visitor.text) == (422, True)
    assert links(session) == {linked.id}


def test_an_answer_for_one_account_links_no_other(
    signed_in: SignIn, provider: Provider, session: Session, sealers: Sealers, ruth: Person
) -> None:
    other = given.a_lead(session, sealers, now=datetime.now(UTC))
    session.commit()
    asked, away = Way(signed_in(ruth), provider), Way(signed_in(other), provider)
    back = asked.back(SUBJECT, BEGIN)
    with asked.visitor.client.session_transaction() as cookie:
        kept = {name: value for name, value in cookie.items() if name.startswith("openid")}
    with away.visitor.client.session_transaction() as cookie:
        cookie.update(kept)
    assert away.lands(back) == REFUSED
    assert away.visitor.open(CONFIRM).path == OWN


def test_a_link_that_was_taken_away_opens_nothing(
    signed_in: SignIn, app: Flask, provider: Provider, session: Session, linked: Person
) -> None:
    halfway = Way(Visitor(app.test_client()), provider)
    assert halfway.arrive(SUBJECT) == FINISH
    assert signed_in(linked).goes_to(OWN, "/remove") == OWN
    assert halfway.visitor.open(FINISH).path == REFUSED
    assert halfway.arrive(SUBJECT) == REFUSED
    assert links(session) == set()


def test_another_account_there_takes_the_place_of_the_first(
    signed_in: SignIn, app: Flask, provider: Provider, linked: Person
) -> None:
    way = Way(signed_in(linked), provider)
    assert way.lands(way.back("ruth@new.example", BEGIN)) == CONFIRM
    assert way.visitor.goes_to(CONFIRM, "/confirm") == OWN
    later = Way(Visitor(app.test_client()), provider)
    assert later.arrive(SUBJECT) == REFUSED
    assert later.arrive("ruth@new.example") == FINISH


def test_a_sign_in_there_of_long_ago_links_nothing(
    signed_in: SignIn, provider: Provider, ruth: Person
) -> None:
    way = Way(signed_in(ruth), provider)
    provider.signed_in_ago = 600
    assert way.lands(way.back(SUBJECT, BEGIN)) == REFUSED
    assert "did not work" in way.visitor.open(REFUSED).text


def test_members_are_never_linked(
    signed_in: SignIn, session: Session, sealers: Sealers, provider: Provider, member: Person
) -> None:
    visitor = signed_in(member)
    for page in (OWN, BEGIN, CONFIRM):
        assert visitor.open(page).status == 404
    assert "Harbour Trust" not in visitor.open("/account").text
    with pytest.raises(NotForThisRole):
        link(session, sealers, provider, member, "member")


def test_the_database_refuses_a_second_account_for_one_subject(
    session: Session, sealers: Sealers, linked: Person
) -> None:
    now = datetime.now(UTC)
    other = given.a_colleague(session, sealers, Role.RESEARCHER, now=now)
    mark = session.scalars(select(OpenIdLinkRow.subject_fingerprint)).one()
    with pytest.raises(LinkRefused):
        members.link(session, account_id=other.id, mark=mark, now=now)
    members.link(session, account_id=linked.id, mark=mark, now=now)


def test_who_leaves_leaves_no_link(session: Session, sealers: Sealers, linked: Person) -> None:
    members.leave(session, sealers, account_id=linked.id, now=datetime.now(UTC))
    session.commit()
    assert links(session) == set()
