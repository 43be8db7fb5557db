"""What the tests of the checker share: a register, and the pages over one."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from config.settings import Settings
from tests.checker.checks import Checks
from tests.checker.samples import LISTED, WARNING
from tests.members.visits import Visitor
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
