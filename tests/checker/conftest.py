"""What the tests of the checker share: a register, and the pages over one."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from checker.client import PrivateChecker
from checker.evaluator import LocalEvaluator
from config.settings import Settings
from members import actions as members
from tests.checker.checks import Checks
from tests.checker.rotations import CHANGED, RotatingInstance, its_own_keys
from tests.checker.samples import EMAIL, LISTED, UNLISTED, WARNING
from tests.members.visits import Visitor
from tests.web.served import serving
from tests.whole import Whole, whole


@pytest.fixture
def checks(session: Session, evaluator: LocalEvaluator, redis_url: str, now: datetime) -> Checks:
    """Give a register with one warning."""
    checks = Checks(session, evaluator, redis_url, now)
    checks.publish(LISTED, WARNING)
    return checks


@pytest.fixture
def settings(keys: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(
        data_dir=keys, database_url=database_url, redis_url=redis_url, check_burst=5, check_daily=20
    )


@pytest.fixture
def house(settings: Settings, scratch: Path) -> Iterator[Whole]:
    with whole(settings, scratch / "compiled") as house:
        house.refresh()
        yield house


@pytest.fixture
def member(house: Whole) -> Visitor:
    return house.sign_in(house.person())


@pytest.fixture
def instance(
    engine: Engine, redis_url: str, keys: Path, tmp_path: Path, now: datetime
) -> RotatingInstance:
    """Give an instance with two warnings, and a report of somebody else."""
    instance = RotatingInstance(engine, redis_url, its_own_keys(keys, tmp_path), now)
    instance.publish(LISTED)
    instance.publish(EMAIL, CHANGED)
    instance.report(UNLISTED, LISTED)
    return instance


@pytest.fixture
def token(house: Whole) -> str:
    person = house.person()
    with house.writing() as session:
        return members.create_token(session, account_id=person.id, now=house.now)


@pytest.fixture
def served(house: Whole) -> Iterator[str]:
    house.published()
    with serving(house.app) as url:
        yield url


@pytest.fixture
def checker(served: str, token: str) -> Iterator[PrivateChecker]:
    checker = PrivateChecker(served, token)
    yield checker
    checker.close()
