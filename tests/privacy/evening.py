"""One evening of an instance in this process: its servers, its worker, what it leaves behind."""

import signal
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine

from demo.gateway import Handle
from messages.model import Queue
from messages.providers import open_senders
from storage.valkey import arguments
from tests import given
from tests.privacy.traces import Seen, Watched, cells, files, redis_contents
from tests.servers import Server
from tests.whole import Whole
from workers import jobs
from workers.shift import Shift


class KeptValkey(Server):
    """A Valkey as an instance runs it: everything in its append-only file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, stop_by=signal.SIGTERM)
        socket = folder / "valkey.sock"
        self.url = f"unix://{socket}"
        self.client = Redis(unix_socket_path=str(socket))
        self._start(arguments(socket, folder), self._answers)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except RedisError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """One evening of an instance, and what it leaves behind."""

    house: Whole
    gateway: Handle
    kept: KeptValkey
    seen: Seen
    log: Path
    temporary: Path

    def browser(self) -> Watched:
        """Return a browser in which nobody is signed in."""
        visitor = Watched(self.house.app.test_client())
        visitor.seen_by = self.seen
        return visitor

    def signed_in(self, name: str) -> Watched:
        """Sign somebody in on the page."""
        visitor = self.browser()
        visitor.open("/sign-in").send(form="/sign-in", name=name, passphrase=given.PASSPHRASE)
        for code in given.codes():  # the first may have been used
            if visitor.path == "/sign-in/code":
                visitor.send(code=code)
        assert visitor.path in {"/check", "/desk"}, visitor.path
        return visitor

    def drain(self, queue: Queue) -> None:
        """Send what is due, as a worker of a queue does."""
        senders = open_senders(self.house.services.settings)
        shift = Shift(name=uuid4().hex, queue=queue, services=self.house.services, senders=senders)
        jobs.look(shift)
        jobs.sweep(shift)
        for sender in senders.values():
            sender.close()

    def traces(self) -> dict[str, bytes]:
        """Return all that is left behind, by place."""
        self.kept.client.save()
        url = self.house.services.settings.database
        engine = create_engine(url)
        with engine.connect() as connection:
            database = cells(connection)
        engine.dispose()
        if url.startswith("sqlite"):
            file = Path(url.removeprefix("sqlite:///"))
            database += b"".join(
                part.read_bytes() for part in file.parent.glob(f"{file.name}*") if part.is_file()
            )
        return {
            "database": database,
            "redis": redis_contents(self.kept.client),
            "redis's files": files(self.kept.folder),
            "log": self.log.read_bytes(),
            "temporary files": files(self.temporary),
            **self.seen.traces(),
        }
