"""An instance to be killed: real programs on loopback, members, and a gateway that never dies."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import Engine, NullPool, create_engine

from benchmarks.instance import environment, free_port
from chaos import digests
from chaos.disk import Disk, a_disk
from chaos.oracle import addresses
from chaos.postgresql import a_cluster, create_database
from chaos.programs import Program
from chaos.schedule import POSTGRESQL, SCHEDULER, SECOND, SQLITE, VALKEY, WEB, WORKER
from cli.keys import create_missing_keys
from config.settings import Settings, load_settings
from demo.commands.load import load_once
from demo.gateway import Handle, running_alone
from demo.gateway.ledger import Fingerprints
from storage.migrating import upgrade
from storage.valkey import arguments, wait_for_valkey
from workers.services import Services

MEGABYTES = {SQLITE: 64, POSTGRESQL: 512}  # PostgreSQL's programs may have to be copied there
SEGMENTS_PER_SECOND = 120
OUT_OF_REACH = ("13", 30003)  # phones with this ending are, for good
KEPT_BY_GATEWAY = 10_000_000
READY_SECONDS = 60.0
SETTINGS = {
    "BROLLY_TWILIO_FROM": "+447700900999",
    "BROLLY_MAIL_FROM": "updates@example.org",
    "BROLLY_SMS_SEGMENTS_PER_SECOND": str(SEGMENTS_PER_SECOND),
    "BROLLY_SENDING_CONCURRENCY": "8",
    "BROLLY_WEB_PROCESSES": "1",
}


class NotReady(Exception):
    """The instance did not start; its programs' words are in the folder of logs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A running instance, what it stands on, and how the ledger writes its people's addresses."""

    settings: Settings
    environment: Mapping[str, str]
    disk: Disk
    gateway: Handle
    programs: Mapping[str, Program]
    engine: Engine
    addresses: Mapping[str, str]

    def start_all(self) -> None:
        """Start whatever does not run, as a supervisor of the machine would."""
        for program in self.programs.values():
            program.start()


@contextmanager
def an_instance(*, database: str, members: int, seed: int, **more: str) -> Iterator[Instance]:
    """Give a running instance with members; its folder is kept if an error leaves this block.

    `more` are settings by their names in the environment.
    """
    folder = Path(tempfile.mkdtemp(prefix="brolly-chaos-"))
    folder.chmod(0o711)
    with ExitStack() as stack:
        disk = stack.enter_context(a_disk(folder / "disk", megabytes=MEGABYTES[database]))
        gateway = stack.enter_context(
            running_alone(
                ledger=folder / "ledger.jsonl",
                keep=KEPT_BY_GATEWAY,
                seed=seed,
                step_seconds=0.05,
            )
        )
        programs: dict[str, Program] = {}
        stack.callback(_stop, programs)
        url = _database(database, disk.folder, folder, programs)
        settings = _settings(url, disk.folder, gateway, more)
        yield _instance(settings, disk, gateway, programs, members=members, seed=seed, logs=folder)
    shutil.rmtree(folder, ignore_errors=True)


def _instance(
    settings: Settings,
    disk: Disk,
    gateway: Handle,
    programs: dict[str, Program],
    *,
    members: int,
    seed: int,
    logs: Path,
) -> Instance:
    for ending in ("0998", "0999"):
        gateway.set_ending(ending, None)  # nobody has these
    gateway.set_ending(*OUT_OF_REACH)
    create_missing_keys(settings)
    upgrade(settings.database)
    programs |= _programs(settings, logs)
    programs[VALKEY].start()
    wait_for_valkey(settings.valkey_socket)
    with Services.open(settings) as services:
        load_once(services, number=members, seed=seed)
        with services.reading() as session:
            known = addresses(session, services.sealers.contacts, Fingerprints(gateway.auth_token))
    instance = Instance(
        settings=settings,
        environment=environment(settings),
        disk=disk,
        gateway=gateway,
        programs=programs,
        engine=create_engine(settings.database, poolclass=NullPool),
        addresses=known,
    )
    digests.choose(instance.engine, time_zone=settings.time_zone)
    instance.start_all()
    _wait_until_ready(settings)
    return instance


def _settings(url: str, folder: Path, gateway: Handle, more: Mapping[str, str]) -> Settings:
    port = free_port()
    data = folder / "data"
    data.mkdir(mode=0o700)
    return load_settings(
        SETTINGS
        | {
            "BROLLY_DATA_DIR": str(data),
            "BROLLY_DATABASE_URL": url,
            "BROLLY_PORT": str(port),
            "BROLLY_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "BROLLY_TWILIO_ACCOUNT_SID": gateway.account_sid,
            "BROLLY_TWILIO_AUTH_TOKEN": gateway.auth_token,
            "BROLLY_TWILIO_API_BASE": gateway.url,
            "BROLLY_SMTP_URL": gateway.smtp_url,
        }
        | dict(more)
    )


def _database(database: str, disk: Path, logs: Path, programs: dict[str, Program]) -> str:
    """Return the address of an empty database, its server started; none for SQLite's own file."""
    if database == SQLITE:
        return ""
    folder = disk / "postgresql-data"
    programs[POSTGRESQL] = a_cluster(folder, log=logs / "postgresql.log")
    programs[POSTGRESQL].start()
    return create_database(folder)


def _programs(settings: Settings, logs: Path) -> dict[str, Program]:
    valkey = settings.data_dir / "valkey"
    valkey.mkdir(mode=0o700)
    commands = {
        VALKEY: arguments(settings.valkey_socket, valkey),
        WEB: _brolly("web"),
        WORKER: _brolly("worker"),
        SECOND: _brolly("worker", "--queue", "danger"),
        SCHEDULER: _brolly("scheduler"),
    }
    return {
        name: Program(
            name=name,
            command=command,
            environment=environment(settings),
            log=logs / f"{name}.log",
        )
        for name, command in commands.items()
    }


def _brolly(*words: str) -> list[str]:
    return [sys.executable, "-m", "cli", *words]


def _wait_until_ready(settings: Settings) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{settings.public_url}/readyz", timeout=5) as answer:  # noqa: S310 - ours
                if answer.status == HTTPStatus.OK:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise NotReady


def _stop(programs: Mapping[str, Program]) -> None:
    for program in reversed(list(programs.values())):
        program.stop()
