"""What the tests of web ask for: an app on their pages, somebody signed in, a real browser."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from redis import Redis
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from checker.register import Register
from config.settings import Settings
from members.guard import TOKEN
from storage.engine import Singly, connect, reading, writing
from storage.keys import Sealers
from storage.redis_store import RedisStore
from tests import given
from tests.compiled import sharing
from tests.stand import SilentQueue, Stand
from tests.web.served import rooms_to_browse, serving
from tests.whole import Whole, whole
from web.app import create_app
from web.rooms import HOUSE

NEUTRAL = "https://weather.example.org/"
BuildApp = Callable[..., Flask]


@pytest.fixture
def settings(keys: Path) -> Settings:
    """Give the settings of a test instance."""
    return Settings(data_dir=keys, exit_url=NEUTRAL)


@pytest.fixture
def build(settings: Settings, sealers: Sealers, tmp_path: Path) -> Iterator[BuildApp]:
    """Give a way to build an app on pages of a test, with other settings or a real database."""
    engines: list[Engine] = []
    nowhere = f"sqlite:///{tmp_path / 'nothing.sqlite3'}"  # has no tables

    def build(
        *rooms: Blueprint,
        engine: Engine | None = None,
        found: Mapping[str, bool] | None = None,
        **changes: object,
    ) -> Flask:
        here = settings.model_copy(update=changes)
        if engine is None:
            engines.append(connect(nowhere))
            engine = engines[-1]
        singly = Singly.at(engine.url.render_as_string(hide_password=False))
        engines.append(singly.engine)
        stand = Stand(
            settings=here,
            reading=reading(engine),
            writing=writing(engine),
            singly=singly,
            sealers=sealers,
            evaluator=LocalEvaluator.load(
                here.key_file("register"), here.key_file("rotation_public")
            ),
            register=Register(RedisStore(Redis)),
            queue=SilentQueue(),
            found=found or {},
        )
        return sharing(create_app(stand, (*HOUSE, *rooms)))

    yield build
    for opened in engines:
        opened.dispose()


@pytest.fixture
def somebody(session: Session, sealers: Sealers) -> given.Person:
    """Give a vetted member."""
    return given.a_member(session, sealers, now=datetime.now(UTC))


@pytest.fixture
def token(session: Session, sealers: Sealers, somebody: given.Person) -> str:
    """Give the token of a sign-in that holds."""
    token = given.a_sign_in(session, sealers, somebody, now=datetime.now(UTC))
    session.commit()
    return token


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def neutral() -> Iterator[str]:
    """Give the address of somebody else's page."""
    app = Flask("neutral")
    app.add_url_rule("/", "weather", lambda: "<title>Weather</title>Rain later")
    with serving(app) as address:
        yield f"{address}/"


@pytest.fixture
def site(build: BuildApp, neutral: str) -> Iterator[str]:
    """Give the address of the rooms to browse."""
    with serving(build(*rooms_to_browse(), exit_url=neutral)) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser on a phone, without a past."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give a page of it."""
    return context.new_page()


def carry(client: FlaskClient, token: str) -> None:
    """Put a sign-in's token into a browser's cookie."""
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance, its register ready."""
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        house.refresh()
        yield house
