"""Workers that really run: processes that can be told to stop, and killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.settings import Settings
from demo.gateway import Handle

PATIENCE_SECONDS = 60.0
RUN_WORKER = """
import sys
from config.logging import set_up_logging
from config.settings import load_settings
from messages.model import Queue
from workers.worker import run_worker
set_up_logging()
run_worker(Queue(sys.argv[1]), load_settings())
"""
RUN_COMMAND = "from cli.main import main; main()"


def an_instance(keys: Path, database_url: str, redis_url: str, **others: Any) -> dict[str, str]:
    """Return the environment of an instance."""
    given = {
        "data_dir": keys,
        "database_url": database_url,
        "redis_url": redis_url,
        "sms_segments_per_second": 100_000,
        "sending_concurrency": 4,
    } | others
    return {f"BROLLY_{name.upper()}": str(value) for name, value in given.items()}


def sending_to(gateway: Handle) -> dict[str, object]:
    """Return the settings that send through a gateway."""
    return {
        "twilio_account_sid": gateway.account_sid,
        "twilio_auth_token": gateway.auth_token,
        "twilio_from": "Brolly",
        "twilio_api_base": gateway.url,
        "smtp_url": gateway.smtp_url,
        "mail_from": "updates@example.org",
    }


def settings_of(environment: dict[str, str]) -> Settings:
    """Return the settings that a process would read from this environment."""
    given = {name.removeprefix("BROLLY_").lower(): value for name, value in environment.items()}
    return Settings.model_validate(given)


@contextmanager
def a_worker(environment: dict[str, str], queue: str = "danger") -> Iterator[subprocess.Popen[str]]:
    """Run one worker in a process of its own; end it with the block, if it has not ended."""
    with _started([sys.executable, "-c", RUN_WORKER, queue], environment) as child:
        yield child


@contextmanager
def a_command(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run `brolly` with these words."""
    with _started([sys.executable, "-c", RUN_COMMAND, *words], environment) as child:
        yield child


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(  # noqa: S603 - this interpreter
        command,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield child
    finally:
        child.terminate()
        try:
            said, _ = child.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
            said, _ = child.communicate()
        sys.stdout.write(said or "")


def kill(child: subprocess.Popen[str]) -> None:
    """Kill a process as a power cut would."""
    os.kill(child.pid, signal.SIGKILL)
    child.wait(10)


def eventually(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.02)
