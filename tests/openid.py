"""A real OpenID provider on this machine, and what an attacker may make of its answers.

Authlib's authorisation server: discovery, keys, a page to sign in, codes with PKCE, ID tokens
signed by real keys. `bend` changes a token before it is signed, or in place of that.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import urllib3
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.wrappers import Response as AnyResponse

from tests.web.served import serving

CLIENT, SECRET = "brolly", "a secret between the two"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LOGIN = """<!doctype html><title>The organisation</title><h1>The organisation</h1>
<form method="post"><label>Name <input name="subject"></label><button>Go on</button></form>"""

Claims = dict[str, Any]
Bend = Callable[["Provider", Claims], str]


_NUMBERS = cycle(range(8))


def new_key(bits: int = 2048) -> RSAKey:
    """Return another key pair than the last seven times."""
    return _key(next(_NUMBERS), bits)


@cache
def _key(_: int, bits: int) -> RSAKey:
    """Make a key pair once: it takes as long as a test."""
    return RSAKey.generate_key(bits, {"use": "sig", "alg": "RS256"}, auto_kid=True)


class Client(ClientMixin):  # type: ignore[misc] # Authlib has no types
    """The one client: it has to name where it is exactly, and to prove itself."""

    def __init__(self, back: str) -> None:
        self.back = back

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.back

    def get_allowed_scope(self, scope: str) -> str:
        return "openid" if "openid" in scope.split() else ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method, endpoint) == ("client_secret_basic", "token")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc] # Authlib has no types
    """A code, for whom and for what."""

    code: str
    subject: str
    redirect_uri: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    provider: "Provider"

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return "openid"

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time()) - self.provider.signed_in_ago

    def get_acr(self) -> str:
        return self.provider.acr

    def get_amr(self) -> list[str]:
        return self.provider.amr


@dataclass
class Provider:
    """The provider as a test sees it."""

    url: str = ""
    acr: str = ""
    amr: list[str] = field(default_factory=lambda: ["pwd", "otp"])
    signed_in_ago: int = 0
    slow: float = 0.0
    says_iss: bool = True
    redirects: bool = False
    key: RSAKey = field(default_factory=new_key)
    bend: Bend | None = None
    codes: dict[str, Code] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def rotate(self) -> None:
        """Sign with another key from now on, and name that one alone."""
        self.key = new_key()

    def sign(self, claims: Claims, key: RSAKey | None = None, **header: str) -> str:
        """Return a token that says so."""
        key = key or self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **header}, claims, key)

    def logout_token(self, typ: str = "logout+jwt", /, **changes: object) -> str:
        """Return a token by which the provider ends a session."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_hex(8),
            "events": {LOGOUT: {}},
        }
        said = {name: value for name, value in (claims | changes).items() if value is not None}
        return self.sign(said, typ=typ)

    def come_from(self, there: str, subject: str) -> str:
        """Sign in on the page of an address; return the address the browser is sent back to."""
        answer = urllib3.request("POST", there, fields={"subject": subject}, redirect=False)
        assert answer.status == 302, answer.data
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"


@contextmanager
def providing(back: str) -> Iterator[Provider]:
    """Run a provider that sends people back to an address."""
    provider = Provider()
    with serving(_app(provider, back)) as url:
        provider.url = url
        yield provider


@dataclass(frozen=True)
class Pages:
    """What the provider answers with."""

    provider: Provider
    server: AuthorizationServer

    def wait(self) -> AnyResponse | None:
        """Remember what was asked, and take as long as the test says, or send elsewhere."""
        self.provider.asked.append(request.path)
        time.sleep(self.provider.slow)
        elsewhere = self.provider.redirects and "twice" not in request.args
        return redirect(f"{request.path}?twice=yes", 307) if elsewhere else None

    def offer(self) -> Response:
        """Say where everything is."""
        url, says_iss = self.provider.url, self.provider.says_iss
        return jsonify(
            issuer=url,
            jwks_uri=f"{url}/keys",
            authorization_endpoint=f"{url}/authorization",
            token_endpoint=f"{url}/token",
            authorization_response_iss_parameter_supported=says_iss,
        )

    def keys(self) -> Response:
        """Give the public keys."""
        return jsonify(KeySet([self.provider.key]).as_dict(private=False))

    def authorise(self) -> Response | str:
        """Ask who it is, and send back with a code; nobody said no."""
        if request.method == "GET":
            return LOGIN
        subject = request.form["subject"] or None
        grant = self.server.get_consent_grant(end_user=subject or "nobody")
        answer: Response = self.server.create_authorization_response(
            grant_user=subject, grant=grant
        )
        if self.provider.says_iss:
            answer.headers["Location"] += f"&iss={self.provider.url}"
        return answer

    def token(self) -> Response:
        """Exchange a code."""
        answer: Response = self.server.create_token_response()
        return answer


def _app(provider: Provider, back: str) -> Flask:
    app, client = Flask("provider"), Client(back)
    server = AuthorizationServer(app, {CLIENT: client}.get, _keep_nothing)
    grant = type("Grant", (Grant,), {"provider": provider})
    server.register_grant(grant, [Tokens(provider), CodeChallenge(required=True)])
    pages = Pages(provider, server)
    app.before_request(pages.wait)
    app.add_url_rule("/.well-known/openid-configuration", view_func=pages.offer)
    app.add_url_rule("/keys", view_func=pages.keys)
    app.add_url_rule("/authorization", view_func=pages.authorise, methods=["GET", "POST"])
    app.add_url_rule("/token", view_func=pages.token, methods=["POST"])
    return app


def _keep_nothing(token: Claims, asked: object) -> None:
    """Keep no access token: nothing is opened with it."""


class Grant(AuthorizationCodeGrant):  # type: ignore[misc] # Authlib has no types
    """Codes, each used once."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)
    provider: Provider

    def save_authorization_code(self, code: str, asked: OAuth2Request) -> None:
        said = asked.payload.data
        self.provider.codes[code] = Code(
            code,
            asked.user,
            asked.payload.redirect_uri,
            said.get("nonce", ""),
            said["code_challenge"],
            said["code_challenge_method"],
            self.provider,
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        del client
        return self.provider.codes.get(code)

    def delete_authorization_code(self, code: Code) -> None:
        del self.provider.codes[code.code]

    def authenticate_user(self, code: Code) -> str:
        return code.subject


class Tokens(OpenIDCode):  # type: ignore[misc] # Authlib has no types
    """ID tokens, bent where a test says so."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, asked: OAuth2Request) -> bool:
        del asked
        return any(each.nonce == nonce for each in self.provider.codes.values())

    def get_client_claims(self, client: Client) -> Claims:
        return {"iss": self.provider.url, "aud": [client.get_client_id()]}

    def get_encode_header(self, client: Client) -> Claims:
        del client
        return {"alg": "RS256", "kid": self.provider.key.kid}

    def resolve_client_private_key(self, client: Client) -> RSAKey:
        del client
        return self.provider.key

    def generate_user_info(self, user: str, scope: str) -> Claims:
        del scope
        return {"sub": user, "sid": f"session of {user}"}

    def encode_id_token(self, token: Claims, asked: OAuth2Request) -> str:
        signed: str = super().encode_id_token(token, asked)
        if self.provider.bend is None:
            return signed
        return self.provider.bend(self.provider, jwt.decode(signed, self.provider.key).claims)
