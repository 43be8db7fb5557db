"""What the tests of the members' pages share: an app, a queue that remembers, a browser."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from checker.register import Register
from config.settings import Settings
from members.guard import TOKEN
from members.pages import pages
from storage.engine import Singly, reading, writing
from storage.keys import Sealers
from storage.redis_store import RedisStore
from tests import given
from tests.compiled import sharing
from tests.members.visits import Visitor
from tests.stand import RecordingQueue, Stand
from web.app import create_app
from web.rooms import HOUSE

SignIn = Callable[[given.Person], Visitor]


@pytest.fixture
def queue() -> RecordingQueue:
    """Give a queue that remembers."""
    return RecordingQueue()


@pytest.fixture
def settings(keys: Path) -> Settings:
    """Give the settings of the app."""
    return Settings(data_dir=keys)


@pytest.fixture
def app(
    engine: Engine, singly: Singly, sealers: Sealers, settings: Settings, queue: RecordingQueue
) -> Flask:
    """Give an app with the pages of members on a real database; nobody asks its Redis."""
    stand = Stand(
        settings=settings,
        reading=reading(engine),
        writing=writing(engine),
        singly=singly,
        sealers=sealers,
        evaluator=LocalEvaluator.load(
            settings.key_file("register"), settings.key_file("rotation_public")
        ),
        register=Register(RedisStore(Redis)),
        queue=queue,
    )
    return sharing(create_app(stand, (*HOUSE, pages)))


@pytest.fixture
def visitor(app: Flask) -> Iterator[Visitor]:
    """Give somebody with a browser who is not signed in."""
    with app.test_client() as client:
        yield Visitor(client)


@pytest.fixture
def signed_in(app: Flask, session: Session, sealers: Sealers) -> SignIn:
    """Give a way to be somebody, in a browser of their own."""

    def as_somebody(person: given.Person) -> Visitor:
        token = given.a_sign_in(session, sealers, person, now=datetime.now(UTC))
        session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie[TOKEN] = token
        return Visitor(client)

    return as_somebody


@pytest.fixture
def member(session: Session, sealers: Sealers) -> given.Person:
    """Give a member without contacts."""
    person = given.a_member(session, sealers, now=datetime.now(UTC), name="Rosa of Salford")
    session.commit()
    return person


@pytest.fixture
def ruth(session: Session, sealers: Sealers) -> given.Person:
    """Give a caseworker whose app is set up."""
    person = given.a_caseworker(session, sealers, now=datetime.now(UTC), name="Ruth")
    session.commit()
    return person


@pytest.fixture
def moment() -> datetime:
    """Give the time of the pages, which is the time."""
    return datetime.now(UTC)
