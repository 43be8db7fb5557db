"""The command line as a program: what it prints is for programs, what it logs stands apart."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import Settings
from tests.house.tree import ROOT


@pytest.fixture
def settings(keys: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)


def brolly(settings: Settings, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {
        "BROLLY_DATA_DIR": str(settings.data_dir),
        "BROLLY_DATABASE_URL": settings.database,
        "BROLLY_REDIS_URL": settings.redis,
        **more,
    }
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "cli", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )


def test_what_is_logged_never_stands_between_what_is_printed(
    settings: Settings, scratch: Path
) -> None:
    brolly(settings, "demo", "load", "--members", "20", "--seed", "1")
    away = f"unix://{scratch / 'nobody.sock'}"
    published = brolly(settings, "demo", "publish", BROLLY_REDIS_URL=away)
    assert set(json.loads(published.stdout)) == {"alert", "audience"}
    events = [json.loads(line) for line in published.stderr.splitlines()]
    assert "warning" in {event["level"] for event in events}, "the queue could not be woken"
