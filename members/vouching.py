"""What the organisation's OpenID provider says of somebody, and whether it holds; no I/O.

OpenID Connect Core 1.0, section 3.1.3.7, and Back-Channel Logout 1.0, section 2.6. Signatures and
claims are looked at by joserfc and Authlib; what they leave to the client is here.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet, RSAKey

from config.settings import Settings, SettingsError
from storage.sealing import KeyFileError, read_secret

BACK = "/sign-in/openid/back"
ALGORITHMS = ("RS256", "PS256", "ES256")  # never "none", and none that takes a shared secret
LEEWAY = timedelta(minutes=1)  # between our clock and the provider's
STARTED = timedelta(minutes=10)  # for whatever the provider asks
ENDING = timedelta(minutes=5)
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_SUBJECT = 255
SHORTEST_RSA = 2048  # bits
TYPE_OF_ANY, TYPE_OF_LOGOUT = frozenset({"jwt"}), frozenset({"logout+jwt"})


class Why(StrEnum):
    """Why somebody is not vouched for: the word for it in the log, which says no more."""

    STATE = "state"
    TOO_LATE = "too_late"
    ISSUER_OF_ANSWER = "issuer_of_answer"
    NO_CODE = "no_code"
    CODE = "code"
    KEY = "key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    CLAIMS = "claims"
    TYPE = "type"
    SUBJECT = "subject"
    SIGNED_IN_WHEN = "signed_in_when"
    ACR = "acr"
    AMR = "amr"
    NOT_LINKED = "not_linked"
    NO_LOGOUT = "no_logout"
    LOGOUT_WHEN = "logout_when"


class NotVouchedFor(Exception):
    """The provider did not say who this is, or not so that it holds."""

    def __init__(self, why: Why) -> None:
        """Keep why, for the log."""
        super().__init__(why.value)
        self.why = why


class UnknownKey(NotVouchedFor):
    """What came is signed by a key that is not among those we know; there may be new ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an instance and its provider agreed on."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    back: str
    acrs: frozenset[str]
    amrs: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the terms, or None where nobody signs in that way; raises SettingsError."""
        if not settings.oidc_issuer:
            return None
        return cls(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            secret=_secret(settings.oidc_client_secret_file or Path()),
            back=settings.public_url + BACK,
            acrs=frozenset(settings.oidc_required_acr.split()),
            amrs=frozenset(settings.oidc_required_amr.split()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A way to the provider and back, as the browser that began it keeps it."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    at: int  # seconds since 1970

    @classmethod
    def begin(cls, now: datetime) -> Self:
        """Draw what this way is known by."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state=state, nonce=nonce, verifier=verifier, at=int(now.timestamp()))

    def code_of(self, answer: Mapping[str, str], terms: Terms, now: datetime) -> str:
        """Return the code that came back; raises NotVouchedFor unless it is an answer to this."""
        if not hmac.compare_digest(self.state.encode(), answer.get("state", "").encode()):
            raise NotVouchedFor(Why.STATE)
        if now.timestamp() - self.at > STARTED.total_seconds():
            raise NotVouchedFor(Why.TOO_LATE)
        if answer.get("iss", terms.issuer) != terms.issuer:
            raise NotVouchedFor(Why.ISSUER_OF_ANSWER)
        if not answer.get("code"):
            raise NotVouchedFor(Why.NO_CODE)
        return answer["code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Who somebody is to the provider, in which session there, and when they showed it."""

    subject: str = field(repr=False)
    session: str = field(repr=False)  # "" where the provider names none
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Whose session ended at the provider, or which one."""

    token: str = field(repr=False)  # each counts once
    subject: str = field(repr=False)
    session: str = field(repr=False)


def strong(keys: KeySet) -> KeySet:
    """Return the keys that are long enough to count: a short one is as good as none."""
    return KeySet([key for key in keys.keys if not _is_short(key)])


def _is_short(key: Key) -> bool:
    return isinstance(key, RSAKey) and key.raw_value.key_size < SHORTEST_RSA


def read_signed(token: str, keys: KeySet, terms: Terms) -> jwt.Token:
    """Return what a token says if one of the keys signed it; raises NotVouchedFor."""
    try:
        read = jwt.decode(token, keys, algorithms=ALGORITHMS)
    except InvalidKeyIdError:
        raise UnknownKey(Why.KEY) from None
    except (JoseError, ValueError, TypeError):
        raise NotVouchedFor(Why.SIGNATURE) from None
    if read.claims.get("iss") != terms.issuer:
        raise NotVouchedFor(Why.ISSUER)
    return read


def vouched_by(
    read: jwt.Token,
    terms: Terms,
    started: Started,
    *,
    access_token: str,
    longest: timedelta,
    now: datetime,
) -> Vouched:
    """Return whom an ID token stands for; raises NotVouchedFor.

    `longest` is how long ago somebody may have signed in at the provider.
    """
    _require_type(read, TYPE_OF_ANY)
    known = {"client_id": terms.client_id, "nonce": started.nonce, "access_token": access_token}
    _hold_to_claims(read, terms, known, now)
    at = _moment(read.claims.get("auth_time"), now - longest - LEEWAY, now + LEEWAY)
    if at is None:
        raise NotVouchedFor(Why.SIGNED_IN_WHEN)
    if terms.acrs and _text(read.claims, "acr") not in terms.acrs:
        raise NotVouchedFor(Why.ACR)
    if terms.amrs and not any(each in read.claims.get("amr", ()) for each in terms.amrs):
        raise NotVouchedFor(Why.AMR)
    return Vouched(
        subject=_subject(read.claims), session=_text(read.claims, "sid"), at=min(at, now)
    )


def ended_by(read: jwt.Token, terms: Terms, *, now: datetime) -> Ended:
    """Return whose session a logout token ends; raises NotVouchedFor."""
    claims = read.claims
    _require_type(read, TYPE_OF_ANY | TYPE_OF_LOGOUT)
    events = claims.get("events")
    if not isinstance(events, dict) or LOGOUT not in events or "nonce" in claims:
        raise NotVouchedFor(Why.NO_LOGOUT)
    if _moment(claims.get("iat"), now - ENDING, now + LEEWAY) is None:
        raise NotVouchedFor(Why.LOGOUT_WHEN)
    token = _text(claims, "jti")
    subject, session = _text(claims, "sub"), _text(claims, "sid")
    if not token or not (subject or session):
        raise NotVouchedFor(Why.NO_LOGOUT)
    _hold_to_claims(read, terms, {"client_id": terms.client_id}, now, without=("sub",))
    return Ended(token=token, subject=subject, session=session)


def _secret(path: Path) -> str:
    try:
        secret = read_secret(path).strip()
    except KeyFileError:
        secret = ""
    if not secret:
        message = (
            "BROLLY_OIDC_CLIENT_SECRET_FILE must be a file with the secret in it, which this "
            "account alone may read: look whether it is there, and run chmod 600 on it"
        )
        raise SettingsError(message)
    return secret


def _require_type(read: jwt.Token, types: frozenset[str]) -> None:
    """Raise NotVouchedFor for a token that says it is of another type; it need not say any."""
    said = str(read.header.get("typ", "")).lower().removeprefix("application/")
    if said and said not in types:
        raise NotVouchedFor(Why.TYPE)


def _hold_to_claims(
    read: jwt.Token,
    terms: Terms,
    known: Mapping[str, str],
    now: datetime,
    *,
    without: tuple[str, ...] = (),
) -> None:
    """Let Authlib look at audience, times, nonce and the rest; raises NotVouchedFor."""
    options = {"aud": {"essential": True, "value": terms.client_id}}
    held = CodeIDToken({**dict.fromkeys(without, "-"), **read.claims}, read.header, options, known)
    try:
        held.validate(int(now.timestamp()), int(LEEWAY.total_seconds()))
    except (JoseError, ValueError, TypeError):
        raise NotVouchedFor(Why.CLAIMS) from None


def _moment(said: object, first: datetime, last: datetime) -> datetime | None:
    """Return the moment of a number of seconds since 1970, if it lies within these two."""
    if not isinstance(said, int | float) or not first.timestamp() <= said <= last.timestamp():
        return None
    return datetime.fromtimestamp(said, UTC)


def _subject(claims: Mapping[str, Any]) -> str:
    subject = _text(claims, "sub")
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise NotVouchedFor(Why.SUBJECT)
    return subject


def _text(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that is text, or "" where there is none."""
    found = claims.get(name)
    return found if isinstance(found, str) else ""
