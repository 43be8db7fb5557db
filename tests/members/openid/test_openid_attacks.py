"""What an attacker sends in the place of the provider's answer; nobody is signed in by it."""

import base64
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from members import openid
from members.openid import OpenIdProvider, ProviderAway
from members.records import OpenIdVisitRow
from members.vouching import Started, Terms
from tests.given import Person
from tests.members.openid.ways import AWAY, FINISH, REFUSED, SUBJECT, THERE, Way
from tests.members.visits import Visitor
from tests.openid import CLIENT, Bend, Claims, Provider, new_key

ELSEWHERE = "https://elsewhere.example"


def saying(**changes: object) -> Bend:
    """Bend a token to say something else; None leaves a claim out."""

    def bend(provider: Provider, claims: Claims) -> str:
        said = {name: value for name, value in (claims | changes).items() if value is not None}
        return provider.sign(said)

    return bend


def older(seconds: int, *names: str) -> Bend:
    """Bend a token so that it was made earlier."""
    return lambda provider, claims: provider.sign(
        claims | {name: claims[name] - seconds for name in names}
    )


def encoded(said: bytes) -> bytes:
    return base64.urlsafe_b64encode(said).rstrip(b"=")


def by_hand(header: dict[str, str], claims: Claims) -> bytes:
    """Write a token without its signature: no library writes one like these."""
    return b".".join(encoded(json.dumps(each).encode()) for each in (header, claims))


def unsigned(_: Provider, claims: Claims) -> str:
    """Say that no signature is needed."""
    return by_hand({"alg": "none"}, claims).decode() + "."


def signed_by_the_public_key(provider: Provider, claims: Claims) -> str:
    """Take the public key, which everybody has, for a shared secret."""
    said = by_hand({"alg": "HS256", "kid": str(provider.key.kid)}, claims)
    signature = hmac.digest(provider.key.as_pem(private=False), said, "sha256")
    return b".".join((said, encoded(signature))).decode()


def signed_by_another_key(provider: Provider, claims: Claims) -> str:
    """Sign with a key of one's own, and name the provider's."""
    return provider.sign(claims, new_key())


def changed_after(provider: Provider, claims: Claims) -> str:
    """Change what was signed."""
    head, _, signature = provider.sign(claims | {"sub": "somebody else"}).split(".")
    return f"{head}.{encoded(json.dumps(claims).encode()).decode()}.{signature}"


def of_a_logout(provider: Provider, claims: Claims) -> str:
    """Say in the header that it is a logout token."""
    return provider.sign(claims, typ="logout+jwt")


BENT: dict[str, Bend] = {
    "another audience": saying(aud=["somebody else"]),
    "another audience, issued to us": saying(aud=["somebody else"], azp=CLIENT),
    "several audiences, and issued to another of them": saying(aud=[CLIENT, "x"], azp="x"),
    "several audiences, and issued to nobody": saying(aud=[CLIENT, "x"]),
    "another issuer": saying(iss=ELSEWHERE),
    "another nonce": saying(nonce="of another sign-in"),
    "no nonce": saying(nonce=None),
    "no subject": saying(sub=None),
    "a subject that is no text": saying(sub=7),
    "an empty subject": saying(sub=""),
    "no end": saying(exp=None),
    "an end that is over": older(4_000, "exp", "iat"),
    "a time that has not come": older(-4_000, "exp", "iat", "auth_time"),
    "no time of signing in": saying(auth_time=None),
    "a sign-in there of an hour ago": older(3_600, "auth_time"),
    "a sign-in at no time": saying(auth_time=float("nan")),
    "one factor": saying(amr=["pwd"]),
    "no word on factors": saying(amr=None),
    "another access token": saying(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "the type of a logout": of_a_logout,
    "no signature": unsigned,
    "the public key as a secret": signed_by_the_public_key,
    "another key": signed_by_another_key,
    "what was changed after signing": changed_after,
    "no token": lambda _, __: "",
    "rubbish": lambda _, __: "a.b.c",
}


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """What is refused before a database is asked is the same on both."""
    return str(request.param)


def nobody(session: Session) -> bool:
    found = session.scalars(select(OpenIdVisitRow)).all()
    session.rollback()  # on SQLite nobody else writes meanwhile
    return not found


@pytest.mark.parametrize("bent", BENT)
@pytest.mark.usefixtures("linked")
def test_a_bent_token_lets_nobody_in(
    way: Way, provider: Provider, session: Session, bent: str
) -> None:
    provider.bend = BENT[bent]
    assert way.arrive(SUBJECT) == REFUSED
    assert nobody(session)
    provider.bend = None
    assert way.arrive(SUBJECT) == FINISH  # by the same way, unbent


CHANGED = {
    "no state": ("state=", "stat="),
    "another state": ("state=", "state=x"),
    "no issuer": ("iss=", "is="),
    "another issuer": ("iss=", "iss=x"),
    "no code": ("code=", "cod="),
    "another code": ("code=", "code=x"),
    "an error": ("code=", "error=access_denied&cod="),
}


@pytest.mark.parametrize("what", CHANGED)
@pytest.mark.usefixtures("linked")
def test_an_answer_that_was_changed_lets_nobody_in(way: Way, session: Session, what: str) -> None:
    assert way.lands(way.back(SUBJECT).replace(*CHANGED[what])) == REFUSED
    assert nobody(session)


@pytest.mark.usefixtures("linked")
def test_an_answer_counts_in_the_browser_that_asked(way: Way, app: Flask, session: Session) -> None:
    victim = Way(Visitor(app.test_client()), way.provider)
    victim.out()
    assert victim.lands(way.back(SUBJECT)) == REFUSED  # the attacker's own code, for the victim
    assert Way(Visitor(app.test_client()), way.provider).lands(way.back(SUBJECT)) == REFUSED
    assert nobody(session)


@pytest.mark.usefixtures("linked")
def test_a_code_counts_once(way: Way) -> None:
    back = way.back(SUBJECT)
    with way.visitor.client.session_transaction() as cookie:
        kept = dict(cookie)
    assert way.lands(back) == FINISH
    assert way.lands(back) == REFUSED  # the browser forgot that it asked
    with way.visitor.client.session_transaction() as cookie:
        cookie.clear()
        cookie.update(kept)
    assert way.lands(back) == REFUSED  # and where it remembers, the provider refuses


@pytest.mark.usefixtures("linked")
def test_a_stolen_code_is_worth_nothing_without_what_the_browser_kept(way: Way, app: Flask) -> None:
    """The thief has a state of their own and somebody else's code: PKCE tells them apart."""
    code = parse_qs(urlsplit(way.back(SUBJECT)).query)["code"][0]
    thief = Way(Visitor(app.test_client()), way.provider)
    own = parse_qs(urlsplit(thief.back("thief")).query)["code"][0]
    thief.out()
    back = thief.back("thief").replace(own, "-")
    mine = parse_qs(urlsplit(back).query)["code"][0]
    assert thief.lands(back.replace(mine, code)) == REFUSED


@pytest.mark.usefixtures("linked")
def test_what_leads_to_the_provider_carries_no_more_than_it_must(way: Way) -> None:
    asked = parse_qs(urlsplit(way.out()).query)
    assert set(asked) == {
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "max_age",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    }
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/sign-in/openid/back"]


def test_where_to_go_afterwards_cannot_be_said_in_the_address(way: Way, linked: Person) -> None:
    back = way.back(SUBJECT, f"{THERE}?next={ELSEWHERE}")
    assert way.lands(f"{back}&next={ELSEWHERE}") == FINISH
    assert way.visitor.goes_to(FINISH, "", passphrase=linked.passphrase) == "/desk"


@pytest.mark.usefixtures("linked")
def test_new_keys_of_the_provider_are_fetched_and_old_ones_no_longer_taken(
    way: Way, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert way.arrive(SUBJECT) == FINISH
    old = provider.key
    provider.rotate()
    monkeypatch.setattr(openid, "AGAIN", timedelta())
    assert way.arrive(SUBJECT) == FINISH
    provider.bend = lambda provider, claims: provider.sign(claims, old, kid=str(old.kid))
    assert way.arrive(SUBJECT) == REFUSED


@pytest.mark.usefixtures("linked")
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_short_key_of_the_provider_lets_nobody_in(
    way: Way, provider: Provider, session: Session
) -> None:
    provider.key = new_key(1024)
    way.arrive(SUBJECT)
    assert nobody(session)


@pytest.mark.usefixtures("linked")
def test_unknown_keys_do_not_make_us_ask_again_and_again(way: Way, provider: Provider) -> None:
    provider.bend = lambda provider, claims: provider.sign(claims, kid="unheard of")
    for _ in range(3):
        assert way.arrive(SUBJECT) == REFUSED
    assert provider.asked.count("/keys") == 1


def test_a_provider_that_is_slow_holds_up_one_visitor_and_not_for_long(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "SECONDS", 0.3)
    provider.slow = 1.5
    asking = OpenIdProvider(terms(provider))
    now, began = datetime.now(UTC), time.monotonic()
    with pytest.raises(ProviderAway):
        asking.way_there(Started.begin(now), longest=timedelta(minutes=15), now=now)
    assert time.monotonic() - began < 1


def test_while_somebody_waits_for_the_provider_others_are_told_at_once(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "TURN", 0.05)
    asking = OpenIdProvider(terms(provider))
    now = datetime.now(UTC)
    with asking._taking_turns(), pytest.raises(ProviderAway):  # noqa: SLF001 - another's turn
        asking.look(now)
    asking.look(now)


def test_a_provider_that_is_away_is_not_asked_by_everybody_who_comes(
    way: Way, provider: Provider
) -> None:
    provider.url += "/moved"
    assert [way.out() for _ in range(3)] == [AWAY] * 3
    assert len(provider.asked) == 1


def test_a_provider_that_sends_us_elsewhere_is_not_followed(
    way: Way, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "redirects", True)
    assert way.out() == AWAY


def terms(provider: Provider) -> Terms:
    return Terms(
        issuer=provider.url,
        client_id=CLIENT,
        secret="-",
        back="http://127.0.0.1:8000/sign-in/openid/back",
        acrs=frozenset(),
        amrs=frozenset({"otp"}),
    )
