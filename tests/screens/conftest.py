"""What the tests of screens share: Debian's Chromium, and an instance with one warning."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect, sync_playwright

from config.settings import Settings
from tests.screens.serving import Site
from tests.web.served import serving
from tests.whole import Whole, whole

Opened = Callable[..., BrowserContext]
PHONE: ViewportSize = {"width": 360, "height": 740}
PATIENCE_MILLISECONDS = 15_000  # a busy machine is no fault

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give Chromium, with its memory of pages one came from (Playwright switches it off)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox"],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture
def contexts() -> Iterator[ExitStack]:
    """Give what closes the browsers of a test."""
    with ExitStack() as contexts:
        yield contexts


@pytest.fixture
def opened(browser: Browser, contexts: ExitStack) -> Opened:
    """Give a way to open a browser on a phone, with other settings."""
    return partial(on_a_phone, browser, contexts)


def on_a_phone(browser: Browser, contexts: ExitStack, **settings: object) -> BrowserContext:
    """Open a browser on a phone, with other settings, that is closed with the rest."""
    given: dict[str, object] = {"viewport": PHONE} | settings
    context = browser.new_context(**given)  # type: ignore[arg-type] # as Playwright names them
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    return contexts.enter_context(context)


@pytest.fixture(scope="module")
def neutral() -> Iterator[str]:
    """Give the address of somebody else's page."""
    app = Flask("neutral")
    app.add_url_rule("/", "weather", lambda: "<title>Weather</title>Rain later")
    with serving(app) as address:
        yield f"{address}/"


@pytest.fixture
def house(
    keys: Path, sqlite_template: Path, redis_url: str, neutral: str, scratch: Path
) -> Iterator[Whole]:
    """Give an instance with one warning."""
    with with_a_warning(keys, sqlite_template, redis_url, neutral, scratch) as house:
        yield house


@contextmanager
def with_a_warning(
    keys: Path, sqlite_template: Path, redis_url: str, neutral: str, scratch: Path
) -> Iterator[Whole]:
    """Open an instance with one warning: what a screen looks like depends on no database."""
    database = sqlite_template.with_name("screens.sqlite3")
    shutil.copyfile(sqlite_template, database)
    settings = Settings(
        data_dir=keys,
        database_url=f"sqlite:///{database}",
        redis_url=redis_url,
        exit_url=neutral,
        check_burst=50,
        check_daily=100,
    )
    with whole(settings, scratch / "compiled") as house:
        house.published()
        yield house
    for left in database.parent.glob("screens.sqlite3*"):
        left.unlink()


@pytest.fixture
def site(house: Whole, contexts: ExitStack) -> Iterator[Site]:
    """Give the instance and its address."""
    with served(house, contexts) as site:
        yield site


@contextmanager
def served(house: Whole, contexts: ExitStack) -> Iterator[Site]:
    """Serve an instance until its browsers are closed.

    They go first: the server waits for each of their connections, and Chromium keeps one on which
    it asked for nothing for a minute.
    """
    with serving(house.app) as address:
        yield Site(house, address)
        contexts.close()
