"""Brolly without its guards: what `guards` compares it with; no part of the service.

Left out are the headers, Fetch Metadata, NUL in what was typed, the gate (by which access, proved
how lately), form tokens, the limits on crowds, and entries in the audit. What any site with
accounts does stays: Flask's cookie, and one statement that finds who is signed in, for pages say
so. Looking for a report's opening in the audit stays, and so does what a page spends of a budget:
pages do that themselves.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import svcs
from flask import Flask, g

from members import actions as members
from members.guard import kept_token
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
    app.jinja_env.globals["csrf_token"] = lambda: ""
    svcs.flask.register_value(app, Auditor, _Silent())

    @app.before_request
    def _who() -> None:
        token = kept_token()
        if token is None:
            return
        with services.singly.connect() as connection:
            g.account = members.resume(
                connection, services.sealers, token=token, now=datetime.now(UTC)
            )

    return app


class _Silent:
    """An auditor that writes nothing down."""

    def record(self, *told: object, **more: object) -> int:
        del told, more
        return 0

    record_alone = record
