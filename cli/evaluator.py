"""`brolly evaluator`: the process that holds the register's key, and nothing else."""

from pathlib import Path
from wsgiref.types import WSGIApplication

import click
from granian import Granian
from granian.constants import Interfaces

from checker.evaluating import evaluator_app
from checker.evaluator import RegisterKeys
from config.settings import Settings, load_settings
from workers.supervising import die_with_parent

OWNER_AND_GROUP = 0o660


@click.command()
@click.option("--socket", "socket", type=click.Path(path_type=Path), help="A Unix socket to make.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port, in place of a socket.")
@click.option("--certificate", type=click.Path(exists=True, path_type=Path), help="For TLS: PEM.")
@click.option("--certificate-key", type=click.Path(exists=True, path_type=Path), help="Its key.")
def evaluator(
    *,
    socket: Path | None,
    host: str,
    port: int | None,
    certificate: Path | None,
    certificate_key: Path | None,
) -> None:
    """Evaluate blinded elements under the register's key for web and workers elsewhere.

    It needs BROLLY_REGISTER_KEY_FILE and BROLLY_EVALUATOR_TOKEN, and no database.
    """
    settings = load_settings()
    keys = RegisterKeys.load(settings.key_file("register"))
    if not settings.evaluator_token:
        message = (
            "BROLLY_EVALUATOR_TOKEN: set a long random one, here and where web and workers run"
        )
        raise click.ClickException(message)
    _require_a_place(socket, host, port, with_tls=bool(certificate and certificate_key))
    for pair in keys.pairs:
        click.echo(f"public key {pair.public.hex()}")
    server = Granian(
        "checker.evaluating:evaluator_app",
        address=host,
        port=port or 0,
        uds=socket,
        uds_permissions=OWNER_AND_GROUP,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.web_threads,
        respawn_failed_workers=True,
        websockets=False,
        log_enabled=False,
        log_access=False,
        ssl_cert=certificate,
        ssl_key=certificate_key,
    )
    server.serve(target_loader=lambda: _app(settings), wrap_loader=False)


def _require_a_place(socket: Path | None, host: str, port: int | None, *, with_tls: bool) -> None:
    if (socket is None) == (port is None):
        message = "name either a --socket or a --port"
        raise click.UsageError(message)
    if port is not None and host != "127.0.0.1" and not with_tls:
        message = "beyond this machine only with --certificate and --certificate-key"
        raise click.UsageError(message)


def _app(settings: Settings) -> WSGIApplication:
    die_with_parent()
    return evaluator_app(RegisterKeys.load(settings.key_file("register")), settings.evaluator_token)
