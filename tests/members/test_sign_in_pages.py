"""Signing in and out through the pages."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from members import actions as members
from members.guard import NEXT, TOKEN
from members.model import FREE_TRIES, STAFF, Role
from members.pages.landing import is_local
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE
from tests.members.conftest import SignIn
from tests.members.visits import Visitor

WRONG = "do not go together"


def sign_in(visitor: Visitor, name: str, passphrase: str = PASSPHRASE) -> Visitor:
    """Fill in the form."""
    visitor.open("/sign-in")
    return visitor.fill("/sign-in", name=name, passphrase=passphrase)


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.MEMBER, "/check"),
        (Role.PRACTITIONER, "/check"),
        (Role.CASEWORKER, "/desk"),
        (Role.LEAD, "/desk"),
        (Role.OPERATOR, "/account"),
        (Role.RESEARCHER, "/account"),
    ],
)
def test_everybody_lands_where_they_work(
    visitor: Visitor,
    session: Session,
    sealers: Sealers,
    now: datetime,
    role: Role,
    first: str,
) -> None:
    person = given.a_colleague(session, sealers, role, now=now)
    session.commit()
    landed = visitor.goes_to("/sign-in", "/sign-in", name=person.name, passphrase=PASSPHRASE)
    if role in STAFF:
        assert landed == "/sign-in/code"
        landed = visitor.goes_to(landed, "", code=given.codes()[1])
    assert landed == first


def test_an_applicant_lands_at_their_account(
    visitor: Visitor, session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.an_applicant(session, sealers, now=now)
    session.commit()
    sign_in(visitor, person.name)
    assert visitor.path == "/account"
    assert "getting to know you" in visitor.text


def test_whoever_was_sent_to_sign_in_goes_on_to_where_they_wanted(
    visitor: Visitor, member: given.Person
) -> None:
    visitor.open("/account/preferences")
    assert visitor.path == "/sign-in"
    visitor.fill("/sign-in", name=member.name, passphrase=PASSPHRASE)
    assert visitor.path == "/account/preferences"


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("/account", True),
        ("/updates/W7K3M9QX?x=1", True),
        ("", False),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("javascript:alert(1)", False),
        ("/\t/evil.example", False),
        ("/\n//evil.example", False),
        ("account", False),
    ],
)
def test_only_a_page_of_our_own_is_gone_on_to(address: str, *, local: bool) -> None:
    assert is_local(address) is local


def test_an_address_elsewhere_is_not_gone_on_to(visitor: Visitor, member: given.Person) -> None:
    visitor.open("/sign-in")
    with visitor.client.session_transaction() as cookie:
        cookie[NEXT] = "//evil.example/"
    form = visitor.form("/sign-in")
    sent = {**form.fields.to_dict(), "name": member.name, "passphrase": PASSPHRASE}
    assert visitor.client.post("/sign-in", data=sent).headers["Location"] == "/check"


def test_a_wrong_passphrase_keeps_the_name_and_never_the_passphrase(
    visitor: Visitor, member: given.Person
) -> None:
    sign_in(visitor, member.name, "not the passphrase")
    assert visitor.status == 422
    assert WRONG in visitor.text
    assert visitor.form("/sign-in").fields["name"] == member.name
    assert "not the passphrase" not in visitor.markup


def test_known_unknown_and_closed_names_are_answered_alike(
    visitor: Visitor, member: given.Person, session: Session, sealers: Sealers, now: datetime
) -> None:
    declined = given.an_applicant(session, sealers, now=now, name="Rosa of Stafford")
    lead = given.a_lead(session, sealers, now=now)
    members.decline(session, account_id=declined.id, by=lead.id, now=now)
    session.commit()
    for _ in range(FREE_TRIES + 1):
        answers = set()
        for name in (member.name, "Rosa of Bradford", declined.name):
            sign_in(visitor, name, "not the passphrase")
            plain = re.sub(r'name="csrf_token" value="[^"]*"', "", visitor.markup)
            answers.add((visitor.status, plain.replace(name, "NAME")))
        assert len(answers) == 1
    assert visitor.status == 429
    assert "one try too many" in visitor.text
    assert int(visitor.headers["Retry-After"]) > 0


def test_a_new_sign_in_starts_with_an_empty_cookie(visitor: Visitor, member: given.Person) -> None:
    visitor.open("/sign-in")
    with visitor.client.session_transaction() as cookie:
        cookie["draft"] = "of whoever was here before"
        cookie[TOKEN] = "planted"
    visitor.open("/sign-in")
    visitor.fill("/sign-in", name=member.name, passphrase=PASSPHRASE)
    with visitor.client.session_transaction() as cookie:
        assert "draft" not in cookie
        assert cookie[TOKEN] != "planted"
        assert set(cookie) <= {TOKEN, "csrf_token"}


def test_a_new_sign_in_ends_the_one_before_in_the_same_browser(
    visitor: Visitor, member: given.Person, session: Session
) -> None:
    visitor.open("/sign-in")
    fields = visitor.form("/sign-in").fields.to_dict()
    for _ in range(2):
        sent = {**fields, "name": member.name, "passphrase": PASSPHRASE}
        assert visitor.client.post("/sign-in", data=sent).status_code == 303
        visitor.open("/account")
        fields["csrf_token"] = visitor.form("/sign-out").fields["csrf_token"]
    shown = members.list_sign_ins(session, account_id=member.id, token="", now=datetime.now(UTC))
    assert len(shown) == 1


def test_signing_out_ends_it_on_the_server_too(
    visitor: Visitor, app: Flask, member: given.Person
) -> None:
    sign_in(visitor, member.name)
    with visitor.client.session_transaction() as cookie:
        token = cookie[TOKEN]
    visitor.open("/account")
    visitor.fill("/sign-out")
    copied = Visitor(app.test_client())
    with copied.client.session_transaction() as cookie:
        cookie[TOKEN] = token
    assert copied.open("/account").path == "/sign-in"


def test_whoever_is_signed_in_is_not_asked_again(
    signed_in: SignIn, session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.an_operator(session, sealers, now=now)
    assert signed_in(person).open("/sign-in").path == "/account"


@pytest.mark.parametrize("path", ["/sign-in", "/join", "/join/done", "/closed"])
def test_titles_say_nothing_of_what_this_is(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    assert visitor.status == 200
    assert not re.search("sex|harm|danger|warn|alert|safety", visitor.title.lower())
