"""What was typed, shown in the words of its page."""

import re
from pathlib import Path

import pytest
from flask import Flask

import reports
from checker.model import HarmKind
from reports.model import Consent
from tests.web.conftest import BuildApp
from web.typed import LABELS, in_words

QUESTIONS = Path(reports.__file__).parent / "templates" / "reports"
FIELD = re.compile(
    r'\b(?:text|area|select|radios|checkbox|checkboxes)\("([a-z_-]+)", _\("([^"]+)"\)'
)


@pytest.fixture
def app(build: BuildApp) -> Flask:
    return build()


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("entry", "07700 900123", ("Phone, email, username or number plate", "07700 900123")),
        ("entry-2", "Dave", ("Phone, email, username or number plate", "Dave")),
        ("kinds", "rape_or_sexual_assault", ("Was it any of these?", "Rape or sexual assault")),
        (
            "weapon-physical_assault",
            "yes",
            ("Physical assault", "There was a weapon, or something used as one"),
        ),
        ("consents", "alert", ("What may we do with it?", "Warn members near you")),
        ("no-message", "yes", ("Never leave a message", "Yes")),
        ("hair", "grey", ("Hair and beard", "grey")),
        ("of_another-page", "x", ("of another page", "x")),
    ],
)
def test_a_field_is_shown_as_its_page_calls_it(
    app: Flask, name: str, value: str, shown: tuple[str, str]
) -> None:
    with app.test_request_context():
        assert in_words([(name, value)]) == [shown]


def test_no_code_of_a_harm_or_a_consent_is_shown(app: Flask) -> None:
    codes = [("kinds", kind.value) for kind in HarmKind]
    codes += [("consents", consent.value) for consent in Consent]
    with app.test_request_context():
        shown = in_words(codes)
    assert not {value for _, value in shown} & {value for _, value in codes}


def test_what_is_empty_or_never_was_on_the_page_is_left_out(app: Flask) -> None:
    with app.test_request_context():
        assert in_words([("story", ""), ("asked-1", "07700 900123"), ("add", "yes")]) == []
        assert in_words([("watch", "AbC"), ("epoch", "1"), ("place", "2")]) == []


@pytest.mark.parametrize("page", sorted(QUESTIONS.glob("ask_*.html")), ids=lambda page: page.stem)
def test_each_field_of_a_question_has_the_label_of_its_page(page: Path) -> None:
    asked = dict(FIELD.findall(page.read_text()))
    shown = {name: LABELS.get(name) for name in asked}
    if page.stem == "ask_kinds":  # its label tells what to do; the page's title is the question
        asked["kinds"] = "Was it any of these?"
    assert shown == asked
