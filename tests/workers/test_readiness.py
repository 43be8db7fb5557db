"""Whether all is well is said within two seconds, also of servers that hang."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from config.settings import Settings
from tests.servers import ValkeyServer
from tests.whole import Whole, whole
from workers.readiness import Looks

LONGEST = 2.5  # seconds; the budget, and what a busy machine adds


@pytest.fixture
def alone(scratch: Path) -> Iterator[ValkeyServer]:
    """Give a Valkey that no other test needs."""
    with ValkeyServer(scratch / f"valkey-{uuid4().hex[:6]}") as server:
        yield server


@pytest.fixture
def house(keys: Path, database_url: str, alone: ValkeyServer, scratch: Path) -> Iterator[Whole]:
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=alone.url)
    with whole(settings, scratch / "compiled") as house:
        house.refresh()
        yield house


@contextmanager
def hung(server: ValkeyServer) -> Iterator[None]:
    pid = int(str(server.client.info("server")["process_id"]))
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_hung_valkey_is_named_within_the_budget_and_found_again_afterwards(
    house: Whole, alone: ValkeyServer
) -> None:
    client = house.app.test_client()
    assert client.get("/readyz").json == {
        "database": "ok",
        "queue": "ok",
        "register": "ok",
        "workers": "failing",  # there are none in this test
    }
    with hung(alone):
        begun = time.monotonic()
        answer = client.get("/readyz")
        assert time.monotonic() - begun < LONGEST
        assert answer.status_code == 503
        assert answer.json == {
            "database": "ok",
            "queue": "failing",
            "register": "failing",
            "workers": "failing",
        }
    until = time.monotonic() + 10
    while not all(house.services.ready()[name] for name in ("queue", "register")):
        assert time.monotonic() < until


def test_a_look_that_has_not_come_back_is_not_begun_again() -> None:
    begun, release = [], threading.Event()

    def hang() -> None:
        begun.append(1)
        release.wait(10)

    looks = Looks({"slow": hang, "quick": lambda: None}, within=0.1)
    assert [looks.all() for _each in range(3)] == [{"slow": False, "quick": True}] * 3
    assert len(begun) == 1
    release.set()
    until = time.monotonic() + 10
    while not looks.all()["slow"]:
        assert time.monotonic() < until
