"""A PostgreSQL that keeps what it committed when it is killed."""

import os
import signal
import time
from pathlib import Path

import psycopg

from chaos.programs import Program
from tests.servers import make_cluster

PATIENCE_SECONDS = 30.0
NAME = "brolly"
# The defaults for what matters here: a commit is on disk before it is confirmed.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "max_wal_size": "64MB",
    "min_wal_size": "16MB",
    "restart_after_crash": "on",
}


def a_cluster(folder: Path, *, log: Path) -> Program:
    """Make an empty cluster; return its server, which listens on a socket in the folder."""
    folder.mkdir(mode=0o700)
    binaries, account = make_cluster(folder)
    options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    return Program(
        name="postgresql",
        command=[str(binaries / "postgres"), "-D", str(folder), "-k", str(folder), *options],
        environment=os.environ,
        log=log,
        account={**account, "cwd": "/"},
        stop_by=signal.SIGINT,  # its "fast" shutdown
    )


def create_database(folder: Path) -> str:
    """Wait for the server, make a database and return its address."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            address = f"host={folder} user=postgres dbname=postgres"
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {NAME}")
            break
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
    return f"postgresql+psycopg://postgres@/{NAME}?host={folder}"
