"""`brolly up`: the whole service on one machine, supervised: what dies is started again."""

import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

import click

from cli.demo_instance import demo_children, demo_settings, load_demo_once, say_who_can_sign_in
from cli.embedded import valkey_child
from cli.keys import create_missing_keys, make_data_folder, missing_keys
from cli.web import serve
from config.settings import PREFIX, Settings, load_settings
from messages.commands import take_bounces
from messages.model import Queue
from storage.engine import connect
from storage.migrating import current, upgrade
from storage.redis_server import RedisError
from storage.redis_store import RedisStore
from web.phones import require_hours
from workers.running import AlreadyRunning, Running, hold
from workers.schedule import run_scheduler
from workers.supervising import Child, Supervisor
from workers.worker import run_worker

HOST = "127.0.0.1"
READY_SECONDS = 30.0
LOOK_SECONDS = 0.05
CAME_WITH = {  # the revisions of key files that came later
    f"{PREFIX}WATCH_KEY_FILE": "0006",
    f"{PREFIX}AUDIT_KEY_FILE": "0007",
    f"{PREFIX}RECORD_RECOVERY_PUBLIC_KEY_FILE": "0009",
}


class AlreadyUp(click.ClickException):
    """Another `brolly up` looks after this data folder."""

    exit_code = 3


class PortTaken(click.ClickException):
    """Another program listens on the port."""


class NotReady(click.ClickException):
    """The service did not answer in time."""


@click.command()
@click.option("--demo", is_flag=True, help="With demo data and loopback gateways for SMS and mail.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port on this machine (BROLLY_PORT).")
def up(*, demo: bool, port: int | None) -> None:
    """Run web, workers and scheduler, and Valkey if none is set; Ctrl-C stops all of it."""
    settings = load_settings()
    require_hours(settings)
    if port is not None:
        here = settings.public_url == f"http://{HOST}:{settings.port}"
        change = {"public_url": f"http://{HOST}:{port}"} if here else {}
        settings = settings.model_copy(update={"port": port, **change})
    if demo:
        settings = demo_settings(settings)
    with ExitStack() as stack:
        stack.enter_context(_only_one(settings))
        _require_port(settings.port)
        _require_redis("BROLLY_REDIS_URL", settings.redis_url)
        _require_redis("BROLLY_REGISTER_URL", settings.register_url)
        _run(settings)


def _run(settings: Settings) -> None:
    started = time.monotonic()
    supervisor = Supervisor()
    try:
        prepare_keys(settings)
        if settings.embedded_valkey:
            supervisor.start([valkey_child(settings)])
        _in_a_child("prepare", lambda: upgrade(settings.database))
        if settings.demo:
            supervisor.start(demo_children(settings))
            _in_a_child("load demo data", lambda: load_demo_once(settings))
        supervisor.start(service_children(settings))
        supervisor.watch(until=lambda: _answers(settings) or _late(started))
        if not supervisor.stopping:
            _say_ready(settings, started)
            supervisor.watch()
        click.echo("Stopping.", err=True)
    finally:
        supervisor.stop()


def service_children(settings: Settings) -> list[Child]:
    """Return the processes of the service: web, a worker a queue, the scheduler, bounces."""
    return [
        Child("web", lambda: serve(settings, host=HOST, port=settings.port)),
        *(Child(f"worker-{queue}", _worker(queue, settings)) for queue in Queue),
        Child("scheduler", lambda: run_scheduler(settings)),
        *_bounce_children(settings),
    ]


def _bounce_children(settings: Settings) -> list[Child]:
    """Return what listens for bounces, if mails have a domain to come back to."""
    if not settings.bounce_domain:
        return []
    return [Child("bounces", lambda: take_bounces(settings, port=settings.bounce_port))]


def prepare_keys(settings: Settings) -> None:
    """Make the keys of a new instance; refuse to make new ones for a database in use.

    Where a setting says that a key is, it has to be: a mistyped path would get a key of its own.
    """
    missing = missing_keys(settings)
    if not missing:
        return
    for setting, path in missing.items():
        if getattr(settings, setting.removeprefix(PREFIX).lower()):
            message = f"{setting}: there is no {path}: mend the path, or run `brolly keys create`"
            raise click.ClickException(message)
    make_data_folder(settings)
    lost = _lost(settings, missing)
    if lost:
        names = ", ".join(map(str, lost))
        message = (
            f"this database was sealed with keys that are not here ({names}): restore the key "
            "files. New ones would not open what is stored."
        )
        raise click.ClickException(message)
    create_missing_keys(settings)


def _lost(settings: Settings, missing: Mapping[str, Path]) -> list[Path]:
    """Return which missing key files this database was used with: an older one had fewer."""
    engine = connect(settings.database)
    revision = current(engine)
    engine.dispose()
    if revision is None:
        return []
    return [path for setting, path in missing.items() if revision >= CAME_WITH.get(setting, "")]


def _worker(queue: Queue, settings: Settings) -> Callable[[], None]:
    return lambda: run_worker(queue, settings)


def _in_a_child(name: str, run: Callable[[], None]) -> None:
    """Run a step in a process of its own, so that its memory goes with it."""
    child = Child(name, run)
    child.start()
    _, status = os.waitpid(child.pid, 0)
    if status:
        message = f"could not {name}: see the lines above, or run `brolly doctor`"
        raise click.ClickException(message)


def _only_one(settings: Settings) -> IO[str]:
    make_data_folder(settings)
    one = Running(process=os.getpid(), url=settings.public_url, demo=settings.demo)
    try:
        return hold(settings.data_dir, one)
    except AlreadyRunning as error:
        message = f"already running: {error}. Stop that one first, or use it."
        raise AlreadyUp(message) from None


def _require_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            message = f"port {port} is taken by another program: choose one with --port"
            raise PortTaken(message) from None


def _require_redis(name: str, url: str) -> None:
    """Look once whether a Redis that others run is there: later, its absence is lived through."""
    if not url:
        return
    try:
        RedisStore.at(url).get(["brolly:nothing"])
    except RedisError as error:
        message = f"{name}: Redis cannot be reached ({type(error).__name__}): start it, or mend it"
        raise click.ClickException(message) from None


def _answers(settings: Settings) -> bool:
    time.sleep(LOOK_SECONDS)
    try:
        with urlopen(f"http://{HOST}:{settings.port}/healthz", timeout=1) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def _late(started: float) -> bool:
    if time.monotonic() - started > READY_SECONDS:
        message = "the service did not answer in time: see the lines above, or `brolly doctor`"
        raise NotReady(message)
    return False


def _say_ready(settings: Settings, started: float) -> None:
    click.echo(f"Ready in {time.monotonic() - started:.1f} s: {settings.public_url}")
    if settings.demo:
        say_who_can_sign_in(settings)
    click.echo("Ctrl-C stops it.")
    sys.stdout.flush()
