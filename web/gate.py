"""The gate: finds who is asking, and holds every view to the access it declared."""

from datetime import UTC, datetime

import svcs
from flask import Flask, current_app, g, request

from members.actions import owner_of, resume, waiting_sign_in
from members.factors import Waiting
from members.guard import access_of, forget_token, is_for_the_fresh, kept_token
from members.model import Account
from members.pages.proof import require_fresh
from storage.engine import Singly
from storage.keys import Sealers
from web.services import SAFE_METHODS

INTERFACE = "/api/"
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
        g.account = _who_asks()
        access = access_of(view)
        if access is not None:
            access.admit(g.get("account"))
        if is_for_the_fresh(view):
            require_fresh(datetime.now(UTC))


def _who_asks() -> Account | None:
    shown = _shown_token()
    if shown:
        return _owner_of(shown)
    token = kept_token()
    account = None if token is None else _find(token)
    if token is not None and account is None:
        g.waiting = _find_waiting(token)
        if g.waiting is None:
            forget_token()
    return account


def _find_waiting(token: str) -> Waiting | None:
    singly, sealers = svcs.flask.get(Singly, Sealers)
    with singly.connect() as connection:
        return waiting_sign_in(connection, sealers, token=token, now=datetime.now(UTC))


def _shown_token() -> str:
    """Return the token that a program shows, which counts nowhere but on the interface."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    of_a_program = request.path.startswith(INTERFACE) and scheme.lower() == "bearer"
    return token.strip() if of_a_program else ""


def _owner_of(token: str) -> Account | None:
    singly, sealers = svcs.flask.get(Singly, Sealers)
    with singly.connect() as connection:
        return owner_of(connection, sealers, token=token)


def _find(token: str) -> Account | None:
    """Look up whose token it is.

    A changing request is read whole first: nothing after this waits for a slow phone to send.
    """
    if request.method not in SAFE_METHODS:
        request.get_data(parse_form_data=True)
    singly, sealers = svcs.flask.get(Singly, Sealers)
    with singly.connect() as connection:
        return resume(connection, sealers, token=token, now=datetime.now(UTC))
