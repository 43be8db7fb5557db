"""Passkeys: what a browser is asked, and what its answer proves (W3C WebAuthn); no I/O.

Ours are second factors: the passphrase came first. So that they are there is enough, as it is for
an app; devices that can are asked to check a finger or a PIN besides.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from members.factors import ISSUER, OWNER
from members.refusals import WrongPasskey

CHALLENGE_BYTES = 32
HANDLE_BYTES = 32
ANSWERED_WITHIN = timedelta(minutes=5)
LONGEST_ANSWER = 20_000
MILLISECONDS = 1000
USUAL_PORTS = {"http": 80, "https": 443}
ASKED_OF_DEVICES = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.DISCOURAGED,  # a device need not list it
    user_verification=UserVerificationRequirement.PREFERRED,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys count: the name they are bound to, and the origin a browser tells."""

    name: str
    origin: str

    @property
    def has_passkeys(self) -> bool:
        """Whether browsers make passkeys here: they make none for a bare IP address."""
        try:
            ip_address(self.name)
        except ValueError:
            return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """What is kept of a passkey, sealed: neither part tells whose it is."""

    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)  # COSE (RFC 9052)
    transports: tuple[str, ...] = ()

    def packed(self) -> str:
        """Return it as text."""
        ways = list(self.transports)
        octets = map(bytes_to_base64url, (self.credential_id, self.public_key))
        return json.dumps([*octets, ways])

    @classmethod
    def unpacked(cls, text: str) -> "Passkey":
        """Return what `packed` made a text of."""
        credential_id, public_key, ways = json.loads(text)
        return cls(
            credential_id=base64url_to_bytes(credential_id),
            public_key=base64url_to_bytes(public_key),
            transports=tuple(ways),
        )


def place_of(public_url: str) -> Place:
    """Return where passkeys count, by the address that people open."""
    parts = urlsplit(public_url)
    name, port = parts.hostname or "", parts.port
    host = f"[{name}]" if ":" in name else name
    shown = "" if port in {None, USUAL_PORTS.get(parts.scheme)} else f":{port}"
    return Place(name, f"{parts.scheme}://{host}{shown}")


def new_challenge() -> bytes:
    """Return what one answer is made for."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def creation_options(place: Place, challenge: bytes, known: Sequence[Passkey]) -> str:
    """Return what a browser is told to make a passkey; those that are known make no second one.

    The handle is drawn anew each time: two passkeys of one account have nothing in common.
    """
    options = webauthn.generate_registration_options(
        rp_id=place.name,
        rp_name=ISSUER,
        user_name=OWNER,
        user_display_name=OWNER,
        user_id=secrets.token_bytes(HANDLE_BYTES),
        challenge=challenge,
        timeout=_patience(),
        authenticator_selection=ASKED_OF_DEVICES,
        exclude_credentials=_described(known),
    )
    return webauthn.options_to_json(options)


def request_options(place: Place, challenge: bytes, known: Sequence[Passkey]) -> str:
    """Return what a browser is told to use one of these passkeys."""
    options = webauthn.generate_authentication_options(
        rp_id=place.name,
        challenge=challenge,
        timeout=_patience(),
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options)


def read_new(place: Place, challenge: bytes, answer: str) -> tuple[Passkey, int]:
    """Return the passkey that a browser made, and how often it says it was used.

    Raises WrongPasskey.
    """
    with _refused():
        told = parse_registration_credential_json(_short(answer))
        made = webauthn.verify_registration_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=place.name,
            expected_origin=place.origin,
        )
        ways = tuple(each.value for each in told.response.transports or ())
    passkey = Passkey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        transports=ways,
    )
    return passkey, made.sign_count


def shown_id(answer: str) -> bytes:
    """Return which passkey an answer is of, unproved; raises WrongPasskey."""
    with _refused():
        return parse_authentication_credential_json(_short(answer)).raw_id


def read_shown(place: Place, challenge: bytes, passkey: Passkey, answer: str) -> int:
    """Return how often a passkey says it was used, if the answer is its own; raises WrongPasskey.

    Whether that number went back is for who keeps it.
    """
    with _refused():
        return webauthn.verify_authentication_response(
            credential=_short(answer),
            expected_challenge=challenge,
            expected_rp_id=place.name,
            expected_origin=place.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
        ).new_sign_count


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=each.credential_id,
            transports=[AuthenticatorTransport(way) for way in each.transports] or None,
        )
        for each in known
    ]


def _patience() -> int:
    return int(ANSWERED_WITHIN.total_seconds()) * MILLISECONDS


def _short(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise WrongPasskey
    return answer


@contextmanager
def _refused() -> Iterator[None]:
    """Take whatever the library finds wrong as one refusal, without its words."""
    try:
        yield
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise WrongPasskey from None
