"""The demo's page of messages: what the loopback gateway took, as a phone would show it."""

import json
from http import HTTPStatus
from urllib.error import URLError
from urllib.request import urlopen

import svcs
from flask import Blueprint, abort, render_template

from config.settings import Settings
from members.guard import public

pages = Blueprint("demo", __name__, template_folder="templates", url_prefix="/demo")
SECONDS = 2
NEWEST = 300  # a demo alert and its neighbours


@pages.get("/messages")
@public
def messages() -> str:
    """Show the messages that arrived, newest first."""
    gateway = svcs.flask.get(Settings).demo_gateway_url
    try:
        with urlopen(f"{gateway}/messages.json?limit={NEWEST}", timeout=SECONDS) as reply:  # noqa: S310 - loopback
            arrived = json.load(reply)["messages"]
        with urlopen(f"{gateway}/counts.json", timeout=SECONDS) as reply:  # noqa: S310 - loopback
            counts = json.load(reply)
    except (URLError, ValueError, OSError):
        abort(HTTPStatus.SERVICE_UNAVAILABLE)
    return render_template("demo/messages.html", arrived=arrived, counts=counts)
