"""`brolly web`: serves the pages with Granian, without an access log."""

from wsgiref.types import WSGIApplication

import click
from granian import Granian
from granian.constants import Interfaces

from config.settings import Settings, load_settings
from web.app import create_app
from web.phones import require_hours
from workers.services import Services
from workers.supervising import die_with_parent


@click.command()
@click.option("--port", type=int, help="Port on the loopback interface (BROLLY_PORT).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
def web(*, port: int | None, host: str) -> None:
    """Serve the web pages (behind a proxy that speaks https)."""
    settings = load_settings()
    require_hours(settings)
    with Services.open(settings):
        pass  # what cannot be opened is said here, and not by a serving process that ends
    serve(settings, host=host, port=settings.port if port is None else port)


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until told to stop; no access log, for it would say who looked at what and when."""
    server = Granian(
        "web.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=settings.web_threads,
        respawn_failed_workers=True,
        websockets=False,
        log_enabled=False,
        log_access=False,
    )
    server.serve(target_loader=lambda: _app(settings), wrap_loader=False)


def _app(settings: Settings) -> WSGIApplication:
    """Build the app in the serving process, after the fork: connections are not shared across one.

    Without its parent it would go on answering beside the next one's.
    """
    die_with_parent()
    return create_app(Services.open(settings))
