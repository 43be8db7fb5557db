"""Random instances, each backed up and restored: `make restores` does 50, every test run 4."""

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from checker.evaluator import LocalEvaluator
from storage.engine import connect, writing
from storage.keys import Sealers
from tests.backups.instance import Place, contents, fill

RESTORES = int(os.environ.get("RESTORES", "4")) // 2  # on each database
CHANGED = frozenset(  # held, ended, put on record, or written anew for Redis
    {
        "cause",
        "sign_in",
        "api_token",
        "contact_code",
        "audit_entry",
        "audit_mark",
        "register_state",
        "register_entry",
    }
)


@pytest.mark.parametrize("seed", range(RESTORES))
def test_an_instance_of_chance_comes_back(
    engine: Engine,
    sealers: Sealers,
    evaluator: LocalEvaluator,
    place: Place,
    elsewhere: Callable[[], str],
    seed: int,
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seed, to do it again
    with writing(engine).begin() as session:
        fill(session, sealers, evaluator, now=datetime.now(UTC), chance=chance)
    assert place.back_up().exit_code == 0
    url = elsewhere()
    result = place.restore(url)
    assert result.exit_code == 0, result.output
    restored = connect(url)
    assert contents(restored, but=CHANGED) == contents(engine, but=CHANGED)
    restored.dispose()
