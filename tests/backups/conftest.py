"""What the tests of backups may ask for."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from checker.evaluator import LocalEvaluator
from config.settings import Settings
from storage.engine import writing
from storage.keys import Sealers
from tests.backups.instance import Place, fill


@pytest.fixture
def place(
    tmp_path: Path,
    keys: Path,
    database_url: str,
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Place:
    """Give folders for backups, and an instance's settings with the key files of the tests."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    monkeypatch.setenv("BROLLY_DATA_DIR", str(data))
    for name in ("member", "contact", "report", "watch", "audit", "session", "register"):
        key = Settings(data_dir=keys).key_file(name)
        monkeypatch.setenv(f"BROLLY_{name.upper()}_KEY_FILE", str(key))
    for name in ("rotation_public", "record_recovery_public"):
        key = Settings(data_dir=keys).key_file(name)
        monkeypatch.setenv(f"BROLLY_{name.upper()}_KEY_FILE", str(key))
    monkeypatch.setenv("COLUMNS", "120")
    return Place.of(tmp_path, database_url, redis_url)


@pytest.fixture
def filled(engine: Engine, sealers: Sealers, evaluator: LocalEvaluator) -> Engine:
    """Give a database with a bit of everything."""
    with writing(engine).begin() as session:
        fill(session, sealers, evaluator, now=datetime.now(UTC))
    return engine


@pytest.fixture
def elsewhere(tmp_path: Path) -> Callable[[], str]:
    """Give what names SQLite databases that are not there yet."""
    numbers: Iterator[int] = iter(range(100))
    return lambda: f"sqlite:///{tmp_path}/elsewhere-{next(numbers)}.sqlite3"
