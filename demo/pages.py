"""The demo's pages: codes of its staff, messages that arrived, and a phone to text back from."""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.error import URLError
from urllib.request import Request, urlopen

import svcs
from flask import Blueprint, abort, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config.settings import Settings
from demo.accounts import STAFF, demo_secret, is_demo_name
from members import actions as members
from members import factors
from members.guard import public
from storage.keys import Sealers

pages = Blueprint("demo", __name__, template_folder="templates", url_prefix="/demo")
SECONDS = 15  # as long as Twilio waits for the answer of a webhook, on which a text back depends
NEWEST = 300  # a demo alert and its neighbours
LONGEST_TEXT = 160


@pages.get("")
@public
def codes() -> str:
    """Show what the phones of the demo's staff would: their codes of this moment."""
    session, sealers = svcs.flask.get(Session, Sealers)
    now = datetime.now(UTC)
    people = [
        (account.name, factors.codes_at(demo_secret(sealers.members, account.name), now)[1:])
        for role in STAFF
        for account in members.list_accounts(session, sealers, role=role)
        if is_demo_name(account.role, account.name)
    ]
    return render_template("demo/codes.html", people=sorted(people))


@pages.get("/messages")
@public
def messages() -> str:
    """Show the messages that arrived, newest first."""
    return _page({})


@pages.post("/messages")
@public
def text_back() -> str | tuple[str, int] | Response:
    """Text the service from the phone that a message went to, as its owner would."""
    phone, body = (request.form.get(name, "").strip() for name in ("phone", "body"))
    if not phone.startswith("+") or not phone[1:].isdecimal():
        errors = {"phone": _("Write a number that a message went to, such as +447700900000.")}
        return _page(errors), HTTPStatus.UNPROCESSABLE_ENTITY
    if not body or len(body) > LONGEST_TEXT:
        errors = {"body": _("Write what the phone says, in at most 160 characters.")}
        return _page(errors), HTTPStatus.UNPROCESSABLE_ENTITY
    settings = svcs.flask.get(Settings)
    to = settings.twilio_messaging_service_sid or settings.twilio_from
    sent = {"from": phone, "to": to, "body": body}
    try:
        with urlopen(  # noqa: S310 - loopback
            Request(  # noqa: S310 - loopback
                f"{settings.demo_gateway_url}/control/inbound", json.dumps(sent).encode()
            ),
            timeout=SECONDS,
        ):
            pass
    except (ValueError, OSError):
        abort(HTTPStatus.SERVICE_UNAVAILABLE)
    return redirect("/demo/messages", HTTPStatus.SEE_OTHER)


def _page(errors: dict[str, str]) -> str:
    gateway = svcs.flask.get(Settings).demo_gateway_url
    try:
        with urlopen(f"{gateway}/messages.json?limit={NEWEST}", timeout=SECONDS) as reply:  # noqa: S310 - loopback
            arrived = json.load(reply)["messages"]
        with urlopen(f"{gateway}/counts.json", timeout=SECONDS) as reply:  # noqa: S310 - loopback
            counts = json.load(reply)
    except (URLError, ValueError, OSError):
        abort(HTTPStatus.SERVICE_UNAVAILABLE)
    return render_template(
        "demo/messages.html", arrived=arrived, counts=counts, typed=request.form, errors=errors
    )
