"""The gate: finds who is asking, and holds every view to the access it declared."""

from datetime import UTC, datetime

import svcs
from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session

from members.actions import resume
from members.guard import access_of, forget_token, kept_token
from members.model import Account
from storage.keys import Sealers
from web.services import Services, only_reads

OPEN = frozenset({"static", "health.alive", "health.ready", "leave.leave"})  # whoever asks


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

    A changing request is read whole first, and looked up apart from its own transaction: nobody
    holds the database's write lock while a slow phone is still sending.
    """
    now, sealers = datetime.now(UTC), svcs.flask.get(Sealers)
    if only_reads():
        return resume(svcs.flask.get(Session), sealers, token=token, now=now)
    request.get_data(parse_form_data=True)
    with svcs.flask.get(Services).reading() as apart:
        return resume(apart, sealers, token=token, now=now)
