"""Asks the organisation's OpenID provider: what it offers, its keys, and what a code stands for.

One question at a time in each process, and none longer than a few seconds: a provider that is away
holds up one visitor, never the service. Nothing of an answer is logged.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.addresses import require_safe
from members.vouching import (
    Ended,
    NotVouchedFor,
    Started,
    Terms,
    UnknownKey,
    Vouched,
    Why,
    ended_by,
    read_signed,
    strong,
    vouched_by,
)

OFFERED = "/.well-known/openid-configuration"
SECONDS = 4.0  # to connect, and for each part of an answer
TURN = 0.5  # seconds to wait while another visitor's question is out
LARGEST = 256 * 1024  # octets
KEPT = timedelta(hours=1)
AGAIN = timedelta(seconds=10)  # or anybody could make us ask all day
BASIC, POSTED = "client_secret_basic", "client_secret_post"


class Trouble(StrEnum):
    """What is wrong with the provider, in words for the operator."""

    BUSY = "it is being asked already, and takes long"
    SILENT = "it does not answer as it should"
    ODD = "it answers with something else than an OpenID provider's description"
    LONG = "its answer is too long"
    ISSUER = "it names another issuer: write BROLLY_OIDC_ISSUER exactly as it does"
    UNSAFE = "an address that it names is missing, or not https"
    METHOD = "it takes no client secret (client_secret_basic or client_secret_post)"
    KEYS = "its keys cannot be read"


class ProviderAway(Exception):
    """The provider does not answer, or not as an OpenID provider does."""

    def __init__(self, trouble: Trouble) -> None:
        """Keep what is wrong."""
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a provider says of itself, and its keys."""

    authorisation: str
    token: str
    method: str
    names_itself: bool
    keys: KeySet
    at: datetime


class OpenIdProvider:
    """The provider, and what was learnt of it within the hour."""

    def __init__(self, terms: Terms) -> None:
        """Ask nothing yet: the service starts without its provider, too."""
        self.terms = terms
        self._offer: Offer | None = None
        self._asked_at: datetime | None = None
        self._turn = threading.BoundedSemaphore(1)

    def way_there(self, started: Started, *, longest: timedelta, now: datetime) -> str:
        """Return where a browser goes to sign in; raises ProviderAway."""
        offer = self._recent(now)
        if offer is None:
            with self._taking_turns():
                offer = self._known(now)
        wanted = {"acr_values": " ".join(sorted(self.terms.acrs))} if self.terms.acrs else {}
        address, _ = self._client(offer.method).create_authorization_url(
            offer.authorisation,
            state=started.state,
            nonce=started.nonce,
            code_verifier=started.verifier,
            max_age=int(longest.total_seconds()),
            **wanted,
        )
        return str(address)

    def who_came_back(
        self, started: Started, answer: Mapping[str, str], *, longest: timedelta, now: datetime
    ) -> Vouched:
        """Return whom the provider vouches for; raises NotVouchedFor and ProviderAway."""
        code = started.code_of(answer, self.terms, now)
        with self._taking_turns():
            offer = self._known(now)
            if offer.names_itself and "iss" not in answer:
                raise NotVouchedFor(Why.ISSUER_OF_ANSWER)  # RFC 9207: it may be another's
            given = self._exchange(offer, code, started)
            read = self._read(str(given.get("id_token", "")), now)
        return vouched_by(
            read,
            self.terms,
            started,
            access_token=str(given.get("access_token", "")),
            longest=longest,
            now=now,
        )

    def who_left(self, token: str, *, now: datetime) -> Ended:
        """Return whose session ended there; raises NotVouchedFor and ProviderAway."""
        with self._taking_turns():
            read = self._read(token, now)
        return ended_by(read, self.terms, now=now)

    def look(self, now: datetime) -> None:
        """Ask what the provider offers; raises ProviderAway, which says what is wrong."""
        with self._taking_turns():
            self._ask(now)

    @contextmanager
    def _taking_turns(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=TURN):
            raise ProviderAway(Trouble.BUSY)
        try:
            yield
        finally:
            self._turn.release()

    def _read(self, token: str, now: datetime) -> jwt.Token:
        """Read what the provider signed, by new keys of its if it changed them."""
        offer = self._known(now)
        try:
            return read_signed(token, offer.keys, self.terms)
        except UnknownKey:
            if now - offer.at < AGAIN:
                raise
        return read_signed(token, self._ask(now).keys, self.terms)

    def _known(self, now: datetime) -> Offer:
        recent = self._recent(now)
        if recent is None and self._asked_at and abs(now - self._asked_at) < AGAIN:
            raise ProviderAway(Trouble.SILENT)  # it was asked just now, and did not answer
        return recent or self._ask(now)

    def _recent(self, now: datetime) -> Offer | None:
        offer = self._offer
        return offer if offer is not None and now - offer.at < KEPT else None

    def _ask(self, now: datetime) -> Offer:
        self._asked_at = now
        said = self._fetch(self.terms.issuer.rstrip("/") + OFFERED)
        if said.get("issuer") != self.terms.issuer:
            raise ProviderAway(Trouble.ISSUER)
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        authorisation, token, keys = (_safe(said, name) for name in names)
        self._offer = Offer(
            authorisation=authorisation,
            token=token,
            method=_method(said),
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
            keys=_keys(self._fetch(keys)),
            at=now,
        )
        return self._offer

    def _fetch(self, address: str) -> dict[str, Any]:
        with self._client(BASIC) as client, _as_away():
            got = client.get(address, withhold_token=True, allow_redirects=False, stream=True)
            got.raise_for_status()
            octets = got.raw.read(LARGEST + 1, decode_content=True)
            if len(octets) > LARGEST:
                raise ProviderAway(Trouble.LONG)
            got._content = octets  # noqa: SLF001 - requests reads without a limit
            said = got.json()
        if not isinstance(said, dict):
            raise ProviderAway(Trouble.ODD)
        return said

    def _exchange(self, offer: Offer, code: str, started: Started) -> Mapping[str, object]:
        """Hand a code in; raises NotVouchedFor where the provider does not take it."""
        with self._client(offer.method) as client, _as_away():
            try:
                given: Mapping[str, object] = client.fetch_token(
                    offer.token,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=started.verifier,
                    redirect_uri=self.terms.back,
                    allow_redirects=False,
                )
            except AuthlibBaseError:
                raise NotVouchedFor(Why.CODE) from None
            return given

    def _client(self, method: str) -> OAuth2Session:
        client = OAuth2Session(
            self.terms.client_id,
            self.terms.secret,
            token_endpoint_auth_method=method,
            scope="openid",
            redirect_uri=self.terms.back,
            code_challenge_method="S256",
            default_timeout=SECONDS,
        )
        client.trust_env = False  # no proxy, no .netrc: what is asked is what is set
        return client


@contextmanager
def _as_away() -> Iterator[None]:
    """Say of every failure on the way only what kind it is."""
    try:
        yield
    except (OSError, ValueError):
        raise ProviderAway(Trouble.SILENT) from None


def _safe(said: Mapping[str, Any], name: str) -> str:
    """Return an address that the provider names; raises ProviderAway."""
    address = said.get(name)
    try:
        require_safe(str(address))
    except ValueError:
        raise ProviderAway(Trouble.UNSAFE) from None
    return str(address)


def _method(said: Mapping[str, Any]) -> str:
    offered = said.get("token_endpoint_auth_methods_supported", [BASIC])
    for method in (BASIC, POSTED):
        if method in offered:
            return method
    raise ProviderAway(Trouble.METHOD)


def _keys(said: Mapping[str, Any]) -> KeySet:
    try:
        return strong(KeySet.import_key_set({"keys": said["keys"]}))
    except (JoseError, ValueError, TypeError, KeyError):
        raise ProviderAway(Trouble.KEYS) from None
