"""What every test may ask for: databases, sessions, a Redis, keys, the time."""

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zlib import crc32

import hypothesis
import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from checker.register import Register
from cli.keys import RECOVERY_SECRET, create_missing_keys
from config.settings import Settings
from storage.engine import Singly, connect, writing
from storage.keys import Sealers, load_recovery_secret
from storage.migrating import upgrade
from storage.record_keys import RECOVERY, Reader
from tests.servers import PostgresServer, ValkeyServer, scratch_folder
from tests.statements import engine_with_statements

CHOSEN = os.environ.get("BROLLY_TEST_DATABASES", "")
DATABASES = CHOSEN.replace(",", " ").split() or ["sqlite", "postgresql"]
NEAR_A_DATABASE = frozenset({"session", "engine", "singly", "empty_database_url"})
DATABASE = "brolly"

for name in [name for name in os.environ if name.startswith("BROLLY_")]:
    del os.environ[name]  # the tests say what is set


# How fast an example runs says more about the machine than about the code.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes minutes; keep the tests of one browser, or instance, together.

    Tests of statements run on both databases. Where a whole instance stands in between, one of the
    two is enough, drawn by the name of the test, unless somebody says which.
    """
    if not CHOSEN:
        elsewhere = [item for item in items if not _is_its_turn(item)]
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if _is_its_turn(item)]
    items.sort(key=lambda item: item.get_closest_marker("takes_minutes") is None)
    for item in items:
        if item.get_closest_marker("browser"):
            database = next((kind for kind in DATABASES if kind in item.name), "any")
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{database}"))


def _is_its_turn(item: pytest.Item) -> bool:
    """Whether a test runs on the database in its name."""
    kind = next((each for each in DATABASES if each in item.name), None)
    if kind is None or NEAR_A_DATABASE & {*getattr(item, "fixturenames", ())}:
        return True
    itself = item.nodeid.replace(kind, "")
    return kind == DATABASES[crc32(itself.encode()) % len(DATABASES)]


# Outside


# Not by an audit hook, which would run at each `sys.settrace` as well: coverage calls that in every
# thread, and two at once fail.


def _only_here(name: str, of: object, where: Callable[..., object]) -> None:
    """Refuse what would leave this machine: a test that sends to the world is wrong."""
    original = getattr(of, name)

    def guarded(*args: Any, **kwargs: Any) -> object:
        host = where(*args)
        if host and not _is_this_machine(host.decode() if isinstance(host, bytes) else str(host)):
            message = f"a test tried to reach {host}"
            raise PermissionError(message)
        return original(*args, **kwargs)

    setattr(of, name, guarded)


def _host(_: object, address: object, *__: object) -> object:
    return address[0] if isinstance(address, tuple) else None  # a string is a Unix socket


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_only_here("connect", socket.socket, _host)
_only_here("connect_ex", socket.socket, _host)
_only_here("sendto", socket.socket, lambda *args: _host(args[0], args[-1]))
_only_here("getaddrinfo", socket, lambda host=None, *_: host)


# Servers: one of each per test worker, started when the first test asks


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """Give a folder for the servers and databases of this test worker."""
    folder = scratch_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(scratch: Path) -> Iterator[PostgresServer]:
    """Give this test worker's PostgreSQL."""
    with PostgresServer(scratch / "pg") as server:
        yield server


@pytest.fixture(scope="session")
def valkey(scratch: Path) -> Iterator[ValkeyServer]:
    """Give this test worker's Valkey."""
    with ValkeyServer(scratch / "valkey") as server:
        yield server


@pytest.fixture
def redis_url(valkey: ValkeyServer) -> str:
    """Give the address of an empty Redis."""
    valkey.client.flushall()
    return valkey.url


# Databases: migrated once per test worker, fresh for each test


@pytest.fixture(scope="session", autouse=True)
def _statements_written_once() -> Iterator[None]:
    """Let the engines of this test worker share the statements they wrote."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.engine.create_engine", engine_with_statements)
        yield


@pytest.fixture(params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test once for each kind of database."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a migrated database without rows."""
    if database_kind == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        database = template.with_name("test.sqlite3")
        shutil.copyfile(template, database)
        yield f"sqlite:///{database}"
        for left in template.parent.glob("test.sqlite3*"):
            left.unlink()
    else:
        migrated: MigratedPostgres = request.getfixturevalue("migrated_postgres")
        yield migrated.url
        migrated.delete_rows()


@pytest.fixture
def empty_database_url(
    database_kind: str, request: pytest.FixtureRequest, scratch: Path
) -> Iterator[str]:
    """Give the address of a database without tables."""
    name = f"empty{next(NUMBERS)}"
    if database_kind == "sqlite":
        yield f"sqlite:///{scratch / name}.sqlite3"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        yield server.create(name)
        server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(scratch: Path) -> Path:
    """Give a migrated SQLite file to copy."""
    template = scratch / "template.sqlite3"
    upgrade(f"sqlite:///{template}")
    return template


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> Iterator["MigratedPostgres"]:
    """Give a migrated database, and the means to empty it."""
    url = postgres.create(DATABASE)
    upgrade(url)
    with postgres.connect(DATABASE) as connection:
        yield MigratedPostgres(url, connection)


@pytest.fixture
def singly(database_url: str) -> Iterator[Singly]:
    """Connections on which each statement commits by itself."""
    connections = Singly.at(database_url)
    yield connections
    connections.engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Give an engine on a fresh database."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Give a session that may write; its commits are real."""
    with writing(engine)() as session:
        yield session


NUMBERS = count(1)

# To drop and copy a database would cost each test 50 ms in memory and 270 ms on a disk; to delete
# the rows takes 5. The triggers that guard foreign keys rest meanwhile.
DELETE_ROWS = """
DO $$
DECLARE found text;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR found IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE format('DELETE FROM %I', found);
    END LOOP;
END $$
"""


@dataclass(frozen=True, slots=True)
class MigratedPostgres:
    """A migrated database and a connection kept open to empty it."""

    url: str
    connection: psycopg.Connection

    def delete_rows(self) -> None:
        """Leave the tables empty, and nobody else connected."""
        self.connection.execute(DELETE_ROWS)


# Small things


@pytest.fixture
def now() -> datetime:
    """Give the moment at which the tests play."""
    return datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def keys(scratch: Path) -> Path:
    """Give a data folder whose `keys` folder holds all key files."""
    folder = scratch / "data"
    create_missing_keys(Settings(data_dir=folder))
    return folder


@pytest.fixture(scope="session")
def sealers(keys: Path) -> Sealers:
    """Give the sealers of a test instance."""
    return Sealers.load(Settings(data_dir=keys))


@pytest.fixture(scope="session")
def recovery(keys: Path) -> Reader:
    """Give what opens every record of a test instance: the key that real ones keep elsewhere."""
    return Reader(RECOVERY, load_recovery_secret(keys / "keys" / RECOVERY_SECRET))


@pytest.fixture(scope="session")
def evaluator(keys: Path) -> LocalEvaluator:
    """Give the evaluator of a test instance."""
    settings = Settings(data_dir=keys)
    return LocalEvaluator.load(settings.key_file("register"), settings.key_file("rotation_public"))


@pytest.fixture
def register(redis_url: str) -> Register:
    """Give the register of an empty Redis."""
    return Register.connect(redis_url)
