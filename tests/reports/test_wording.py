import re
from enum import StrEnum
from pathlib import Path

import pytest

from checker.model import HarmKind
from members.model import Severity, WorkSetting
from reports import wording
from reports.model import Certainty, Consent, PersonDescribed, ReportState
from reports.pages.previews import NOTES

TEMPLATES = Path(wording.__file__).parent / "templates"
NO_TEXT = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|&\w+;", re.DOTALL)


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (wording.HARMS, HarmKind),
        (wording.SETTINGS, WorkSetting),
        (wording.CERTAINTIES, Certainty),
        (wording.SEVERITIES, Severity),
        (wording.CONSENTS, Consent),
        (wording.STATES, ReportState),
        (NOTES, Consent),
    ],
)
def test_everything_has_its_words_in_its_own_order(
    words: dict[StrEnum, object], kinds: type[StrEnum]
) -> None:
    assert list(words) == list(kinds)


def test_every_line_on_a_person_has_its_label() -> None:
    assert set(wording.PERSON) == set(PersonDescribed.__dataclass_fields__)


def test_each_consent_is_one_plain_sentence() -> None:
    for consent, words in wording.CONSENTS.items():
        assert words.sentence.count(".") == 1, consent
        assert words.sentence.endswith(".")
        assert len(words.sentence) < 100, consent


def test_what_is_stored_beside_a_report_fits_its_column() -> None:
    assert all(len(part) <= 16 for part in wording.PARTS_OF_DAY)
    assert len(" ".join(wording.STRANDS)) <= 200
    assert all(" " not in strand for strand in wording.STRANDS)


def test_no_text_of_a_page_is_left_out_of_translation() -> None:
    for template in sorted(TEMPLATES.rglob("*.html")):
        left = NO_TEXT.sub(" ", template.read_text().replace("{% block body_class %}wide", ""))
        assert not re.search(r"[A-Za-z]{3,}", left), (template.name, left.split())


@pytest.mark.parametrize(
    ("region", "number"), [("GB", "999"), ("US", "911"), ("FR", "112"), ("NZ", "111")]
)
def test_the_emergency_number_is_that_of_the_region(region: str, number: str) -> None:
    assert wording.emergency_number(region) == number
