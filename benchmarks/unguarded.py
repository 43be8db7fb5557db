"""Brolly without its guards: what `guards` compares it with; no part of the service.

Left out are the headers, Fetch Metadata, NUL in what was typed, the gate (who asks, by which
access, proved how lately), form tokens, the limits on crowds, Flask's signed cookie, and entries
in the audit. Who asks is remembered by the token, which comes in plain. Looking for a report's
opening in the audit stays, and so does what a page spends of a budget: pages do that themselves.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import svcs
from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin

from members import actions as members
from members.guard import TOKEN
from members.model import Account
from storage.audit import Auditor
from web.app import create_app
from workers.services import Services

GUARDS = frozenset(
    {"flask_wtf.csrf", "web.crowds", "web.csrf", "web.gate", "web.headers", "web.octets"}
)


def unguarded(services: Services) -> Flask:
    """Build the app and take its guards off."""
    app = create_app(services)
    for hooks in (
        app.before_request_funcs,
        app.after_request_funcs,
        app.template_context_processors,
    ):
        everywhere: list[Callable[..., Any]] = hooks[None]
        everywhere[:] = [each for each in everywhere if each.__module__ not in GUARDS]
    app.session_interface = _Plain()
    app.jinja_env.globals["csrf_token"] = lambda: ""
    svcs.flask.register_value(app, Auditor, _Silent())

    @cache
    def owner(token: str) -> Account | None:
        with services.singly.connect() as connection:
            return members.resume(connection, services.sealers, token=token, now=datetime.now(UTC))

    @app.before_request
    def _remember() -> None:
        g.account = owner(request.cookies.get(app.config["SESSION_COOKIE_NAME"], ""))

    return app


class _Plain(SessionInterface):
    """A session that is what the cookie says, and is never written."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        return SecureCookieSession({TOKEN: request.cookies.get(self.get_cookie_name(app), "")})

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep nothing."""


class _Silent:
    """An auditor that writes nothing down."""

    def record(self, *told: object, **more: object) -> int:
        del told, more
        return 0

    record_alone = record
