"""What the tests of casework share: a whole instance."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from tests.whole import Whole, whole


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance."""
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        yield house
