"""Pages of the house itself: home, help, tips, what is kept, accessibility."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from members.guard import current, public
from web.navigation import way

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
    return render_template("web/help.html")


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
