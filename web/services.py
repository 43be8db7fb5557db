"""The services of the app: what pages look up by type, and nothing global."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import svcs
from flask import Flask, request
from sqlalchemy.orm import Session, sessionmaker

from checker.evaluator import Evaluator
from checker.register import Register
from config.settings import Settings
from members.openid import OpenIdProvider
from members.vouching import Terms
from messages.model import Queue
from storage.audit import Auditor
from storage.engine import Singly
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
    def singly(self) -> Singly:
        """Return connections on which each statement commits by itself."""
        ...

    @property
    def sealers(self) -> Sealers:
        """Return the sealers of all purposes."""
        ...

    @property
    def auditor(self) -> Auditor:
        """Return what writes the audit down."""
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

    def workers(self) -> Mapping[Queue, int] | None:
        """Return how many workers of each queue are alive, or None if nobody can say."""
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
        (Singly, services.singly),
        (Sealers, services.sealers),
        (Auditor, services.auditor),
        (JobQueue, services.queue),
        (Evaluator, services.evaluator),
        (Register, services.register),
    ):
        svcs.flask.register_value(app, kind, service)

    terms = Terms.of(services.settings)
    if terms is not None:
        svcs.flask.register_value(app, OpenIdProvider, OpenIdProvider(terms))

    def session() -> Iterator[Session]:
        only_reads = request.method in SAFE_METHODS
        with (services.reading if only_reads else services.writing)() as opened:
            yield opened

    svcs.flask.register_factory(app, Session, session)
