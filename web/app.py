"""Builds the Flask app: the rooms' pages, the services they look up, and what they all share."""

from collections.abc import Iterable
from types import TracebackType

from flask import Blueprint, Flask, g

from config.settings import Settings
from members.guard import current
from storage.sealing import read_secret
from web import words
from web.assets import serve_assets
from web.crowds import hold_crowds
from web.csrf import LIFE, ask_for_tokens, refuse_other_sites
from web.errors import log_failure, map_errors
from web.gate import stand_guard
from web.headers import add_headers
from web.labels import labels
from web.languages import set_up_languages
from web.navigation import set_up_navigation
from web.octets import drop_nul
from web.parts import set_up_parts
from web.refused import count_refusals
from web.rooms import rooms_of
from web.services import Services, register_services

LARGEST_FORM = 256 * 1024  # octets; a long report is a tenth of it
MOST_PARTS = 500


class Brolly(Flask):
    """Flask, except that it logs a failure without its words."""

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log class and places only: messages and arguments carry what people typed."""
        if exc_info[1] is not None:
            g.reference = log_failure(exc_info[1])


def create_app(services: Services, rooms: Iterable[Blueprint] | None = None) -> Flask:
    """Build the app on its services; raises UndeclaredRoute if a view is open to nobody knows whom.

    `rooms` are blueprints in place of the instance's own.
    """
    settings = services.settings
    app = Brolly("web", static_folder=None)
    app.config.update(_configuration(settings))
    register_services(app, services)
    count_refusals(app)
    add_headers(app, secure=settings.secure)
    refuse_other_sites(app, public_url=settings.public_url)
    drop_nul(app)
    stand_guard(app)
    set_up_languages(app, region=settings.home_region, time_zone=settings.time_zone)
    app.jinja_env.globals.update(settings=settings, current=current, words=words, labels=labels)
    serve_assets(app)
    for room in rooms_of(settings) if rooms is None else rooms:
        app.register_blueprint(room)
    ask_for_tokens(app)
    hold_crowds(app, settings)
    map_errors(app)
    set_up_navigation(app)
    set_up_parts(app)
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": read_secret(settings.key_file("session")).strip(),
        "SESSION_COOKIE_NAME": "__Host-brolly" if settings.secure else "brolly",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",  # Strict would drop the session on links in messages
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": LIFE,
        "MAX_CONTENT_LENGTH": LARGEST_FORM,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM,
        "MAX_FORM_PARTS": MOST_PARTS,
        "TEMPLATES_AUTO_RELOAD": False,
    }
