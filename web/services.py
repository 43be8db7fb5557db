"""The services of the app: what pages look up by type, and nothing global."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import svcs
from flask import Flask, current_app, request
from sqlalchemy.orm import Session, sessionmaker

from checker.evaluator import Evaluator
from checker.register import Register
from config.settings import Settings
from storage.engine import Counting
from storage.keys import Sealers
from storage.queue import JobQueue

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Services(Protocol):
    """What the app is built from: `workers.services.Services`, without the workers' libraries."""

    @property
    def settings(self) -> Settings:
        """Return what the instance was told."""
        ...

    @property
    def reading(self) -> sessionmaker[Session]:
        """Return sessions that only read."""
        ...

    @property
    def writing(self) -> sessionmaker[Session]:
        """Return sessions that write."""
        ...

    @property
    def counting(self) -> Counting:
        """Return sessions for counters."""
        ...

    @property
    def sealers(self) -> Sealers:
        """Return the sealers of all purposes."""
        ...

    @property
    def queue(self) -> JobQueue:
        """Return the queue that wakes workers."""
        ...

    @property
    def evaluator(self) -> Evaluator:
        """Return what evaluates under the register's key."""
        ...

    @property
    def register(self) -> Register:
        """Return the register."""
        ...

    def ready(self) -> Mapping[str, bool]:
        """Look at database, queue, register and workers; says which are well, raises nothing."""
        ...


def register_services(app: Flask, services: Services) -> None:
    """Let pages look services up by type; a Session lives as long as its request."""
    svcs.flask.init_app(app)
    for kind, service in (
        (Services, services),
        (Settings, services.settings),
        (Counting, services.counting),
        (Sealers, services.sealers),
        (JobQueue, services.queue),
        (Evaluator, services.evaluator),
        (Register, services.register),
    ):
        svcs.flask.register_value(app, kind, service)

    def session() -> Iterator[Session]:
        with (services.reading if only_reads() else services.writing)() as opened:
            yield opened

    svcs.flask.register_factory(app, Session, session)


def only_reads() -> bool:
    """Whether this request's own transaction writes nothing, so that it need not wait to write."""
    if request.method in SAFE_METHODS:
        return True
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "reads_only", False)
