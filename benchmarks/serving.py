"""Serves one of the apps to compare, by Granian as `brolly web` does."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime

import svcs
from flask import Blueprint, Flask, request, session
from flask_wtf.csrf import CSRFProtect
from granian import Granian
from granian.constants import Interfaces
from sqlalchemy import Connection, text

from benchmarks.instance import PAYLOAD
from benchmarks.unguarded import unguarded
from checker import actions as checker
from checker.identifiers import read
from checker.model import Answer, Identifier, Limits
from checker.pages.checking import Outcome, shown
from checker.watches import WatchToken
from config.settings import Settings, load_settings
from members.guard import current_account, may_check
from storage.engine import Singly
from storage.sealing import read_secret
from web.app import create_app
from web.rooms import rooms_of
from workers.services import Services

PLAIN_TABLE = "plain_number"
COUNT = text(
    "INSERT INTO least VALUES (:who, 1) ON CONFLICT (who) DO UPDATE SET n = least.n + 1 RETURNING n"
)
READ = text(f"SELECT number FROM {PLAIN_TABLE} WHERE number = :number")  # noqa: S608 - a constant
LEAST = (
    '<form method="post"><input name="csrf_token" value="{{ csrf_token() }}">'
    '<input name="entry"></form>{{ answer }}'
)


def bare() -> Flask:
    """Return an app with one route that reads a form field and answers a word."""
    app = Flask("bare")

    @app.post("/check")
    def check() -> str:
        return f"ok {len(request.form['entry'])}"

    return app


def least() -> Flask:
    """Return an app with the least page that knows who asks and counts: no register, no words.

    A signed cookie, a form token, one statement that reads, one that counts, and a template of one
    line: what any check must do before it looks anything up.
    """
    app, settings = Flask("least"), load_settings()
    app.config.update(
        SECRET_KEY=read_secret(settings.key_file("session")), WTF_CSRF_CHECK_DEFAULT=False
    )
    protect = CSRFProtect(app)
    page, singly = app.jinja_env.from_string(LEAST), Singly.at(settings.database)

    @app.get("/check")
    def form() -> str:
        session["who"] = 1
        return page.render(answer="")

    @app.post("/check")
    def check() -> str:
        protect.protect()
        with singly.connect() as connection:
            asked = {"who": session["who"], "number": request.form["entry"]}
            connection.execute(COUNT, asked)
            found = connection.execute(READ, asked).one_or_none()
        return page.render(answer="yes" if found else "no")

    with singly.connect() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS least (who INT PRIMARY KEY, n INT)"))
    return app


def brolly() -> Flask:
    """Return Brolly as it is."""
    return create_app(Services.open(load_settings()))


def without_guards() -> Flask:
    """Return Brolly without its guards."""
    return unguarded(Services.open(load_settings()))


def plain() -> Flask:
    """Return Brolly with the same page over a table of numbers in plain."""
    settings = load_settings()
    services = Services.open(settings)
    pages = Blueprint("plain", __name__)

    @pages.post("/plain")
    @may_check
    def check() -> str:
        settings, singly = svcs.flask.get(Settings, Singly)
        typed = request.form["entry"]
        (identifier,) = read(typed, region=settings.home_region).identifiers
        with singly.connect() as connection:
            checker.spend(
                connection,
                account_id=current_account().id,
                elements=1,
                now=datetime.now(UTC),
                limits=Limits(burst=settings.check_burst, daily=settings.check_daily),
            )
            answer = _plain_answer(connection, identifier)
        return shown(typed, Outcome(answers=(answer,)))

    return create_app(services, (*rooms_of(settings), pages))


def _plain_answer(connection: Connection, identifier: Identifier) -> Answer:
    found = connection.execute(READ, {"number": identifier.value}).one_or_none()
    return Answer(identifier, PAYLOAD if found else None, WatchToken(1, bytes(32)))


APPS: dict[str, Callable[[], Flask]] = {
    "bare": bare,
    "least": least,
    "plain": plain,
    "brolly": brolly,
    "unguarded": without_guards,
}


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
