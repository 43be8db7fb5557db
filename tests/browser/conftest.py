"""The walks: a whole instance as `brolly up --demo` brings it up, and Debian's Chromium."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.instance import Instance
from tests.conftest import DATABASES
from tests.servers import PostgresServer, free_port

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_SECONDS = 90.0
PATIENCE_MILLISECONDS = 20_000


@pytest.fixture(scope="module", params=DATABASES)
def instance(request: pytest.FixtureRequest, scratch: Path) -> Iterator[Instance]:
    """Give a whole instance with demo data, on each kind of database."""
    kind = str(request.param)
    folder = scratch / f"walks-{kind}"
    environment = {**os.environ, "BROLLY_DATA_DIR": str(folder)}
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        environment["BROLLY_DATABASE_URL"] = server.create("walks")
    port = free_port()
    command = [sys.executable, "-m", "cli", "up", "--demo", "--port", str(port)]
    log = scratch / f"walks-{kind}.log"
    with log.open("wb") as output:
        running = subprocess.Popen(  # noqa: S603 - our own program
            command, env=environment, stdout=output, stderr=output
        )
    try:
        _wait_until_ready(running, log)
        yield Instance(f"http://127.0.0.1:{port}", environment)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)
        if kind == "postgresql":
            request.getfixturevalue("postgres").drop("walks")


@pytest.fixture(scope="module")  # while Playwright runs, nothing else can run a loop
def chromium() -> Iterator[Browser]:
    """Give the browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, instance: Instance) -> Iterator[Page]:
    """Give a page of somebody who has never been here, on a phone."""
    context = chromium.new_context(
        base_url=instance.url, viewport={"width": 360, "height": 740}, locale="en-GB"
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()


@pytest.fixture
def second_page(chromium: Browser, instance: Instance) -> Iterator[Page]:
    """Give a page of somebody else, at a desk."""
    context = chromium.new_context(
        base_url=instance.url, viewport={"width": 1280, "height": 900}, locale="en-GB"
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()


def _wait_until_ready(running: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "Ready in" not in log.read_text(errors="replace"):
        if running.poll() is not None or time.monotonic() > deadline:
            message = f"the instance did not start:\n{log.read_text(errors='replace')}"
            raise RuntimeError(message)
        time.sleep(0.1)
