"""The pages of messages, in this process or served over real HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from config.settings import Settings
from messages import pages
from tests.compiled import sharing
from tests.web.served import SECONDS_TO_END
from web.app import create_app
from web.rooms import HOUSE
from workers.services import Services

TOKEN = "loopback-token"
PUBLIC = "https://check.example.org"


def settings_for(keys: Path, database_url: str, **others: Any) -> Settings:
    """Return the settings of an instance that sends through Twilio."""
    given: dict[str, Any] = {
        "data_dir": keys,
        "database_url": database_url,
        "redis_url": "unix:///nowhere.sock",
        "public_url": PUBLIC,
        "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_token": TOKEN,
        "twilio_from": "+447700900999",
    }
    return Settings(**(given | others))


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """Give an app with the pages of messages and the house's own."""
    with Services.open(settings) as services:
        yield sharing(create_app(services, (*HOUSE, pages.pages)))


@contextmanager
def served(app: Flask, port: int) -> Iterator[None]:
    """Serve an app on a port of this machine."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=[SECONDS_TO_END], daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


class Quiet(WSGIRequestHandler):
    """Says nothing of what it serves."""

    def log(self, *args: object) -> None:
        """Say nothing."""
