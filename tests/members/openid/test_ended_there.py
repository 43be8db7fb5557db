"""A session that ends at the provider ends what began with it here, by a signed word, once."""

import time

import pytest
from flask import Flask

from tests.given import Person
from tests.members.conftest import SignIn
from tests.members.openid.ways import FINISH, REFUSED, SUBJECT, Way
from tests.members.visits import Visitor
from tests.openid import LOGOUT, Provider, new_key

LONG_AGO = 1_700_000_000  # the same for every test worker that collects
ENDED = "/sign-in/openid/ended"
OF_RUTH = f"session of {SUBJECT}"


@pytest.fixture
def inside(way: Way, linked: Person) -> Way:
    """Give a caseworker who came by the provider."""
    way.arrive(SUBJECT)
    way.visitor.goes_to(FINISH, "", passphrase=linked.passphrase)
    return way


def said(app: Flask, token: str) -> int:
    """Tell the service, as the provider does: without a cookie."""
    return app.test_client().post(ENDED, data={"logout_token": token}).status_code


def is_in(way: Way) -> bool:
    return way.visitor.open("/account").path == "/account"


@pytest.mark.parametrize("whose", [{"sub": SUBJECT}, {"sid": OF_RUTH}])
def test_who_signs_out_there_is_signed_out_here_at_once(
    app: Flask, inside: Way, provider: Provider, whose: dict[str, str]
) -> None:
    assert said(app, provider.logout_token(**whose)) == 204
    assert not is_in(inside)


@pytest.mark.usefixtures("linked")
def test_who_is_on_the_way_in_is_stopped(app: Flask, way: Way) -> None:
    way.arrive(SUBJECT)
    assert said(app, way.provider.logout_token(sub=SUBJECT)) == 204
    assert way.visitor.open(FINISH).path == REFUSED


def test_sign_ins_with_the_passphrase_go_on(
    app: Flask, provider: Provider, signed_in: SignIn, inside: Way, linked: Person
) -> None:
    local = signed_in(linked)
    said(app, provider.logout_token(sub=SUBJECT))
    assert local.open("/account").path == "/account"
    assert not is_in(inside)


def test_a_logout_counts_once(app: Flask, inside: Way, linked: Person) -> None:
    token = inside.provider.logout_token(sub=SUBJECT)
    assert said(app, token) == 204
    again = Way(Visitor(app.test_client()), inside.provider)
    again.arrive(SUBJECT)
    again.visitor.goes_to(FINISH, "", passphrase=linked.passphrase)
    assert said(app, token) == 400
    assert is_in(again)


def test_a_logout_of_another_session_or_subject_ends_nothing(
    app: Flask, inside: Way, provider: Provider
) -> None:
    assert said(app, provider.logout_token(sub="somebody else")) == 204
    assert said(app, provider.logout_token(sid="another")) == 204
    assert said(app, provider.logout_token(sub=SUBJECT, sid="another")) == 204
    assert is_in(inside)


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "somebody else"},
        {"iss": "https://elsewhere.example"},
        {"nonce": "of a sign-in"},
        {"events": {}},
        {"events": None},
        {"jti": None},
        {"sub": None},
        {"iat": LONG_AGO},
        {"exp": LONG_AGO},
        {"exp": None},
    ],
    ids=str,
)
def test_a_logout_that_does_not_hold_ends_nothing(
    app: Flask, inside: Way, provider: Provider, wrong: dict[str, object]
) -> None:
    assert said(app, provider.logout_token(**({"sub": SUBJECT} | wrong))) == 400
    assert is_in(inside)


@pytest.mark.parametrize(
    ("typ", "status"),
    [("logout+jwt", 204), ("application/logout+jwt", 204), ("JWT", 204), ("at+jwt", 400)],
)
def test_a_logout_says_no_other_type(
    app: Flask, inside: Way, provider: Provider, typ: str, status: int
) -> None:
    assert said(app, provider.logout_token(typ, sub=SUBJECT)) == status
    assert is_in(inside) is (status == 400)


def test_a_logout_that_the_provider_did_not_sign_ends_nothing(
    app: Flask, inside: Way, provider: Provider
) -> None:
    now = int(time.time())
    claims = {"iss": provider.url, "aud": "brolly", "iat": now, "exp": now + 60, "jti": "1"}
    forged = claims | {"sub": SUBJECT, "events": {LOGOUT: {}}}
    assert said(app, provider.sign(forged, new_key())) == 400
    assert said(app, "") == 400
    assert is_in(inside)


def test_an_id_token_is_no_logout(app: Flask, inside: Way, provider: Provider) -> None:
    kept: list[str] = []

    def bend(provider: Provider, claims: dict[str, object]) -> str:
        kept.append(provider.sign(claims))
        return kept[-1]

    provider.bend = bend
    Way(Visitor(app.test_client()), provider).arrive(SUBJECT)
    assert said(app, kept[0]) == 400
    assert is_in(inside)
