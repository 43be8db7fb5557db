"""The services that an app in a test stands on, and queues that wake nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session, sessionmaker

from checker.evaluator import Evaluator
from checker.register import Register
from config.settings import Settings
from messages.model import Queue
from storage.audit import Auditor
from storage.engine import Singly
from storage.keys import Sealers
from storage.queue import JobQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Services of an app; their health is what the test says."""

    settings: Settings
    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    singly: Singly
    sealers: Sealers
    evaluator: Evaluator
    register: Register
    queue: JobQueue
    found: Mapping[str, bool] = field(default_factory=dict)
    alive: Mapping[Queue, int] | None = None

    @property
    def auditor(self) -> Auditor:
        """Return what writes the audit down."""
        return Auditor(self.sealers.audit, self.writing.begin)

    def ready(self) -> Mapping[str, bool]:
        """Say what the test put down."""
        return self.found

    def workers(self) -> Mapping[Queue, int] | None:
        """Say what the test put down."""
        return self.alive


class SilentQueue:
    """A queue that wakes nobody."""

    def wake(self, job: str, *ids: str, queue: str) -> None:
        """Let them sleep."""


@dataclass(frozen=True, slots=True)
class RecordingQueue:
    """A queue that remembers whom it was asked to wake."""

    woken: list[tuple[str, ...]] = field(default_factory=list)

    def wake(self, job: str, *ids: str, queue: str) -> None:
        """Remember."""
        self.woken.append((queue, job, *ids))
