"""What the tests of the checker share: an evaluator and a register."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from checker.register import Register
from config.settings import Settings
from tests.checker.checks import Checks
from tests.checker.samples import LISTED, WARNING


@pytest.fixture(scope="session")
def evaluator(keys: Path) -> LocalEvaluator:
    """Give the evaluator of a test instance."""
    settings = Settings(data_dir=keys)
    return LocalEvaluator.load(settings.key_file("register"), settings.key_file("rotation_public"))


@pytest.fixture
def register(redis_url: str) -> Register:
    """Give the register of an empty Redis."""
    return Register.connect(redis_url)


@pytest.fixture
def checks(session: Session, evaluator: LocalEvaluator, redis_url: str, now: datetime) -> Checks:
    """Give a register with one warning."""
    checks = Checks(session, evaluator, redis_url, now)
    checks.publish(LISTED, WARNING)
    return checks
