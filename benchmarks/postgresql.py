"""A PostgreSQL to measure on: its own cluster, as durable as it comes, with memory for its work."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from chaos.postgresql import create_database
from tests.servers import make_cluster

OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "max_connections": "100",
    "max_wal_size": "4GB",
}


@contextmanager
def a_postgresql() -> Iterator[str]:
    """Give the address of an empty database on a server of its own."""
    with tempfile.TemporaryDirectory(prefix="brolly-bench-pg-") as outer:
        folder = Path(outer) / "pg"
        Path(outer).chmod(0o711)
        folder.mkdir(mode=0o700)
        binaries, account = make_cluster(folder)
        options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
        command = [str(binaries / "postgres"), "-D", str(folder), "-k", str(folder), *options]
        server = subprocess.Popen(  # noqa: S603 - a server of our own
            command, env=os.environ, cwd="/", stderr=subprocess.DEVNULL, **account
        )
        try:
            yield create_database(folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)


@contextmanager
def a_database(name: str) -> Iterator[dict[str, str]]:
    """Give the setting for SQLite, which is the instance's own, or for a PostgreSQL."""
    with a_postgresql() if name == "PostgreSQL" else nullcontext("") as url:
        yield {"database_url": url} if url else {}
