"""Languages."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string
from flask_babel import format_datetime

from web.languages import available, sentence, set_up_languages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for code, words in {"fr": "Bonjour %(name)s, 100 %%", "ar": "مرحبا"}.items():
        catalog = Catalog(locale=code)
        catalog.add("Hello %(name)s, 100 %%", words)
        compiled = tmp_path / code / "LC_MESSAGES" / "messages.mo"
        compiled.parent.mkdir(parents=True)
        with compiled.open("wb") as file:
            write_mo(file, catalog)
    return tmp_path


@pytest.fixture
def app(folder: Path) -> Flask:
    app = Flask("test")
    app.secret_key = "for the tests"
    set_up_languages(app, folder, time_zone="Europe/London")
    return app


def greeting(app: Flask, **visit: str) -> str:
    with app.test_request_context("/", headers={"Accept-Language": visit.get("browser", "")}) as at:
        if "session" in visit:
            at.session["language"] = visit["session"]
        return str(sentence("Hello %(name)s, 100 %%", name="Ann"))


def test_only_languages_that_are_there_can_be_chosen(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "th" / "LC_MESSAGES").mkdir(parents=True)  # begun, not compiled
    assert available(folder) == ("en", "ar", "fr")


def test_english_is_the_language_of_last_resort(app: Flask) -> None:
    assert greeting(app) == "Hello Ann, 100 %"
    assert greeting(app, browser="th") == "Hello Ann, 100 %"


def test_the_browser_has_a_say(app: Flask) -> None:
    assert greeting(app, browser="th, fr-CA;q=0.8") == "Bonjour Ann, 100 %"


def test_what_was_chosen_here_comes_before_the_browser(app: Flask) -> None:
    assert greeting(app, browser="ar", session="fr") == "Bonjour Ann, 100 %"
    assert greeting(app, browser="fr", session="xx") == "Bonjour Ann, 100 %"


def test_values_in_a_sentence_are_escaped(app: Flask) -> None:
    with app.test_request_context("/"):
        shown = render_template_string("{{ _('Hello %(name)s, 100 %%', name='<b>') }}")
    assert shown == "Hello &lt;b&gt;, 100 %"


@pytest.mark.parametrize(
    ("browser", "shown"), [("ar", "ar rtl"), ("fr", "fr ltr"), ("", "en-GB ltr")]
)
def test_a_page_says_its_language_and_direction(app: Flask, browser: str, shown: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": browser}):
        assert render_template_string("{{ language() }} {{ direction() }}") == shown


def test_dates_and_times_are_those_of_the_instance(app: Flask) -> None:
    with app.test_request_context("/"):
        assert format_datetime(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "short") == (
            "01/07/2026, 13:00"
        )


@pytest.mark.parametrize(("region", "tag"), [("US", "en-US"), ("NL", "en-NL"), ("BR", "en")])
def test_english_is_that_of_the_region_if_it_has_one(region: str, tag: str) -> None:
    app = Flask("test")
    set_up_languages(app, region=region)
    with app.test_request_context("/"):
        assert render_template_string("{{ language() }}") == tag
