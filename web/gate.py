"""The gate: finds who is asking, and holds every view to the access it declared."""

from datetime import UTC, datetime

import svcs
from flask import Flask, current_app, g, request

from members.actions import resume
from members.guard import access_of, forget_token, kept_token
from members.model import Account
from storage.engine import Singly
from storage.keys import Sealers
from web.services import SAFE_METHODS

OPEN = frozenset(  # whoever asks
    {"static", "health.alive", "health.ready", "leave.leave", "metrics.scrape"}
)


def stand_guard(app: Flask) -> None:
    """Find the account of each request and admit it, or not, before its view runs."""

    @app.before_request
    def _admit() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None or request.endpoint in OPEN:
            return
        token = kept_token()
        if token is not None:
            g.account = _find(token)
            if g.account is None:
                forget_token()
        access = access_of(view)
        if access is not None:
            access.admit(g.get("account"))


def _find(token: str) -> Account | None:
    """Look up whose token it is.

    A changing request is read whole first: nothing after this waits for a slow phone to send.
    """
    if request.method not in SAFE_METHODS:
        request.get_data(parse_form_data=True)
    singly, sealers = svcs.flask.get(Singly, Sealers)
    with singly.connect() as connection:
        return resume(connection, sealers, token=token, now=datetime.now(UTC))
