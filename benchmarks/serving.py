"""Serves one of the apps to compare, by Granian as `brolly web` does."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime

import svcs
from flask import Blueprint, Flask, render_template, request
from granian import Granian
from granian.constants import Interfaces
from sqlalchemy import text
from sqlalchemy.orm import Session

from checker import actions as checker
from checker.identifiers import read
from checker.model import Answer, Identifier, Limits
from checker.pages import Outcome
from config.areas import load_areas
from config.settings import Settings, load_settings
from members.guard import current_account, may_check, reads_only
from storage.engine import Counting
from web.app import create_app
from web.rooms import rooms_of
from workers.services import Services

PLAIN_TABLE = "plain_number"


def bare() -> Flask:
    """Return an app with one route that reads a form field and answers a word."""
    app = Flask("bare")

    @app.post("/check")
    def check() -> str:
        return f"ok {len(request.form['entry'])}"

    return app


def brolly() -> Flask:
    """Return Brolly as it is."""
    return create_app(Services.open(load_settings()))


def plain() -> Flask:
    """Return Brolly with the same page over a table of numbers in plain."""
    settings = load_settings()
    services = Services.open(settings)
    pages = Blueprint("plain", __name__)

    @pages.post("/plain")
    @may_check
    @reads_only
    def check() -> str:
        settings, counting, session = svcs.flask.get(Settings, Counting, Session)
        typed = request.form["entry"]
        (identifier,) = read(typed, region=settings.home_region).identifiers
        with counting.begin() as counter:
            checker.spend(
                counter,
                account_id=current_account().id,
                elements=1,
                now=datetime.now(UTC),
                limits=Limits(burst=settings.check_burst, daily=settings.check_daily),
            )
        answer = _plain_answer(session, identifier)
        return render_template(
            "checker/check.html",
            typed=typed,
            outcome=Outcome(answers=(answer,)),
            areas=load_areas(settings),
        )

    return create_app(services, (*rooms_of(settings), pages))


def _plain_answer(session: Session, identifier: Identifier) -> Answer:
    statement = text(f"SELECT number FROM {PLAIN_TABLE} WHERE number = :number")  # noqa: S608 - a constant
    session.execute(statement, {"number": identifier.value}).one_or_none()
    return Answer(identifier, None)


APPS: dict[str, Callable[[], Flask]] = {"bare": bare, "brolly": brolly, "plain": plain}


def main(app: str, port: int) -> None:
    """Serve until told to stop."""
    settings = load_settings()
    server = Granian(
        app,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=settings.web_threads,
        websockets=False,
        log_enabled=False,
        log_access=False,
    )
    server.serve(target_loader=APPS[app], wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
