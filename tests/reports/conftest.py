"""What the tests of reports share: an evaluator, a browser on the pages, somebody at the desk."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from checker.register import Register
from config.settings import Settings
from reports.pages import pages
from storage.engine import Singly, reading, writing
from storage.keys import Sealers
from tests import given
from tests.compiled import sharing
from tests.reports.browser import Browser
from tests.reports.desk import Desk
from tests.stand import SilentQueue, Stand
from tests.whole import Whole, whole
from web.app import create_app
from web.rooms import HOUSE


@pytest.fixture
def caseworker(session: Session, sealers: Sealers, now: datetime) -> given.Person:
    """Give a caseworker."""
    return given.a_caseworker(session, sealers, now=now)


@pytest.fixture
def desk(
    session: Session,
    sealers: Sealers,
    evaluator: LocalEvaluator,
    register: Register,
    now: datetime,
) -> Desk:
    """Give two caseworkers at work."""
    return Desk(session, sealers, evaluator, register, now)


@pytest.fixture
def app(
    engine: Engine,
    singly: Singly,
    sealers: Sealers,
    keys: Path,
    evaluator: LocalEvaluator,
    register: Register,
) -> Flask:
    """Give an app with the pages of reports on a real database."""
    stand = Stand(
        settings=Settings(data_dir=keys),
        reading=reading(engine),
        writing=writing(engine),
        singly=singly,
        sealers=sealers,
        evaluator=evaluator,
        register=register,
        queue=SilentQueue(),
    )
    return sharing(create_app(stand, (*HOUSE, pages)))


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance."""
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        yield house


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """Give a browser without JavaScript that keeps its cookies."""
    with app.test_client() as client:
        yield client


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    """Give somebody who reads pages and fills in forms."""
    return Browser(client)
