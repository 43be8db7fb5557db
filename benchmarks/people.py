"""People who are signed in, and the requests that their browsers would send."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from benchmarks.instance import form_post
from demo.accounts import PASSPHRASES
from members import actions as members
from members.guard import TOKEN
from members.model import Role
from web.app import create_app
from workers.services import Services

NAME = "brolly"  # of the cookie, where there is no HTTPS
BROWSER = b"Sec-Fetch-Site: same-origin\r\n"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in: the token, and the cookie and form token that a browser has."""

    token: str = field(repr=False)
    cookie: str = field(repr=False)
    form_token: str = field(repr=False)

    def get(self, path: str) -> bytes:
        """Return the request of a page."""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode() + BROWSER
        return head + f"Cookie: {NAME}={self.cookie}\r\n\r\n".encode()

    def post(self, path: str, **fields: str) -> bytes:
        """Return the form of a page."""
        filled = {**fields, "csrf_token": self.form_token}
        return _by_a_browser(form_post(path, filled, f"{NAME}={self.cookie}"))


def signed_in(services: Services, name: str, role: Role) -> Person:
    """Sign somebody in, and make what their browser would have."""
    app, now = create_app(services), datetime.now(UTC)
    with services.writing() as opened:
        token = members.sign_in(
            opened, services.sealers, name=name, passphrase=PASSPHRASES[role], now=now
        )
        if members.waiting_sign_in(opened, services.sealers, token=token, now=now):
            token = members.finish_second_step(opened, token=token, now=now)
        opened.commit()
    with app.test_request_context():
        session[TOKEN] = token
        form_token = generate_csrf()
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer  # noqa: S101 - the app has its secret
        return Person(token, str(signer.dumps(dict(session))), form_token)


def _by_a_browser(post: bytes) -> bytes:
    return post.replace(b"\r\n", b"\r\n" + BROWSER, 1)
