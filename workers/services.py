"""What a program of the service works with, opened once from the settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from checker import actions as checker
from checker.evaluator import Evaluator
from checker.register import Register
from checker.remote_evaluator import evaluator_of
from config.settings import Settings
from messages.model import Queue
from storage.audit import Auditor
from storage.engine import Singly, connect, reading, writing
from storage.keys import Sealers
from storage.queue import JobQueue
from storage.redis_server import redis_client
from workers.queues import RqQueue, live_workers, workers_by_queue
from workers.readiness import Looks

READY_SECONDS = 2.0  # whoever asks whether all is well hears within this, hung servers or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services of one process; opened after a fork, never shared across one."""

    settings: Settings
    engine: Engine
    singly: Singly
    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    sealers: Sealers
    evaluator: Evaluator
    register: Register
    redis: Redis = field(repr=False)
    queue: JobQueue
    looks: Looks = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Say what has to be well."""
        looks: dict[str, Callable[[], object]] = {
            "database": self._ask_database,
            "queue": self.redis.ping,
            "register": self.prove_register,
            "workers": self._find_worker,
        }
        object.__setattr__(self, "looks", Looks(looks, within=READY_SECONDS))

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Read the key files and prepare connections; raises KeyFileError. Nothing connects yet."""
        engine = connect(settings.database)
        redis = redis_client(settings.redis)
        return cls(
            settings=settings,
            engine=engine,
            singly=Singly.at(settings.database),
            reading=reading(engine),
            writing=writing(engine),
            sealers=Sealers.load(settings),
            evaluator=evaluator_of(settings),
            register=Register.connect(settings.register),
            redis=redis,
            queue=RqQueue(redis),
        )

    @property
    def auditor(self) -> Auditor:
        """Return what writes the audit down."""
        return Auditor(self.sealers.audit, self.writing.begin)

    def close(self) -> None:
        """Close connections."""
        self.evaluator.close()
        self.engine.dispose()
        self.singly.engine.dispose()
        self.redis.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def prove_register(self) -> None:
        """Find the register's canary; raises RegisterUnavailable."""
        with self.reading() as session:
            checker.prove_register(session, evaluator=self.evaluator, register=self.register)

    def workers(self) -> dict[Queue, int] | None:
        """Return how many workers of each queue are alive, or None if Redis cannot be asked."""
        try:
            return workers_by_queue(self.redis)
        except RedisError:
            return None

    def ready(self) -> dict[str, bool]:
        """Look at database, queue, register and workers; says which are well, in two seconds."""
        return self.looks.all()

    def _ask_database(self) -> None:
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def _find_worker(self) -> None:
        if not live_workers(self.redis):
            message = "no worker is alive"
            raise OSError(message)
