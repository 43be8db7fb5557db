"""Pages of the house itself: home, help, tips, what is kept, accessibility."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from config.settings import Settings
from members.guard import current, public
from storage.engine import Singly
from web.navigation import way
from web.phones import helplines, when_we_answer

pages = Blueprint("home", __name__)

FIRST_SCREENS = ("reports.queue", "checker.check", "members.account")  # the first that is open


@pages.get("/")
@public
def start() -> str | Response:
    """Show a visitor three doors; whoever is signed in goes straight to their first screen."""
    if current() is not None:
        first = next(filter(None, map(way, FIRST_SCREENS)), "")
        if first:
            return redirect(first, HTTPStatus.SEE_OTHER)
    return render_template("web/home.html")


@pages.get("/help")
@public
def get_help() -> str:
    """Show ways to a caseworker, and what to do in an emergency."""
    settings, singly = svcs.flask.get(Settings, Singly)
    now = datetime.now(UTC)
    return render_template(
        "web/help.html",
        when=when_we_answer(settings, now),
        helplines=helplines(singly, country=settings.home_region, now=now),
    )


@pages.get("/tips")
@public
def tips() -> str:
    """Show ways of staying safer at work."""
    return render_template("web/tips.html")


@pages.get("/data")
@public
def data_notice() -> str:
    """Say what is kept, for how long, and who sees it."""
    return render_template("web/data.html")


@pages.get("/accessibility")
@public
def accessibility() -> str:
    """Say how usable the pages are, and what to do where they are not."""
    return render_template("web/accessibility.html")
