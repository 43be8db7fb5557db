"""What the tests of the checker share: an evaluator and a register."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from tests.checker.checks import Checks
from tests.checker.samples import LISTED, WARNING


@pytest.fixture
def checks(session: Session, evaluator: LocalEvaluator, redis_url: str, now: datetime) -> Checks:
    """Give a register with one warning."""
    checks = Checks(session, evaluator, redis_url, now)
    checks.publish(LISTED, WARNING)
    return checks
