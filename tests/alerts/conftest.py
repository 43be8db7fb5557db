"""What the tests of alerts share: an instance, and two caseworkers in it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from config.settings import Settings
from members.model import Role
from reports.model import Warning
from storage.keys import Sealers
from tests import given
from tests.alerts.digests import Post
from tests.members.visits import Visitor
from tests.whole import Whole, whole


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance, its register ready."""
    settings = Settings(
        data_dir=keys, database_url=database_url, redis_url=redis_url, routine_delay_minutes=30
    )
    with whole(settings, scratch / "compiled") as house:
        house.refresh()
        yield house


@pytest.fixture
def verifier(house: Whole) -> given.Person:
    """Give the caseworker who verifies."""
    return house.person(Role.CASEWORKER)


@pytest.fixture
def colleague(house: Whole) -> Visitor:
    """Give the browser of another caseworker."""
    return house.sign_in(house.person(Role.CASEWORKER))


@pytest.fixture
def post(session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime) -> Post:
    """Give two caseworkers, and members with digests."""
    return Post(session, sealers, evaluator, now)


@pytest.fixture
def due(now: datetime) -> datetime:
    """Give the moment of the first digest: six hours after the tests begin."""
    return now.replace(hour=18)


@pytest.fixture
def warning(house: Whole, verifier: given.Person) -> Warning:
    """Give a proposed warning."""
    return house.proposed(verifier)
