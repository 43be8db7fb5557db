"""Guidance: it opens for anybody, leads on, and says what the code does."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask_babel import format_date

from config.settings import Settings
from directory.actions.calling import EACH
from directory.model import ListingKind
from directory.pages.guidance import REVIEWED
from members.kept import SHOWN_FOR
from members.model import Severity
from reports.actions.retiring import CLOSED_KEPT, UNVERIFIED_KEPT
from reports.codes import CODE_LENGTH
from reports.model import DRAFT_LIFE, IMMINENT_REVIEW, RECENT_HARM, WARNING_LIFE, ReportState
from reports.wording import CONSENTS, STATES
from storage.audit_retiring import KEPT
from tests.directory.services import add_service
from tests.whole import Whole, whole
from web.words import CLOCKS

OFFICERS = "/guidance/officers"
AFTER = "/guidance/after-you-report"
RIGHTS = "/guidance/your-rights"
PAGES = ("/guidance", OFFICERS, AFTER, RIGHTS)


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance."""
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        yield house


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_guidance_opens_for_anybody_under_a_title_that_says_nothing(
    house: Whole, path: str
) -> None:
    page = house.visitor().open(path)
    assert page.status == 200
    assert page.title == house.services.settings.instance_name
    assert len(re.findall("<h1", page.markup)) == 1


@pytest.mark.parametrize("path", ["/help", "/tips", *PAGES])
def test_each_page_leads_to_the_others(house: Whole, path: str) -> None:
    others = {"/tips", OFFICERS, AFTER, RIGHTS} - {path}
    markup = house.visitor().open(path).markup
    assert {other for other in others if f'href="{other}"' not in markup} == set()


def test_every_page_leads_to_the_guidance(house: Whole) -> None:
    assert 'href="/guidance"' in house.visitor().open("/").markup


def test_after_you_report_says_what_the_code_does(house: Whole) -> None:
    page = house.visitor().open(AFTER).text
    danger, risk = CLOCKS[Severity.DANGER], CLOCKS[Severity.RISK]
    hour = timedelta(hours=1)
    assert f"a code of {CODE_LENGTH} letters and digits" in page
    assert f"usually no longer than {risk // hour} hours" in page
    assert f"in danger, {danger // hour} hours" in page
    assert f"within {IMMINENT_REVIEW // hour} hours" in page
    assert f"forgets the code after {SHOWN_FOR // timedelta(minutes=1)} minutes" in page


def test_after_you_report_says_how_long_as_the_code_does(house: Whole) -> None:
    page = house.visitor().open(AFTER).text
    for words in (
        f"Begun and not sent {DRAFT_LIFE.days} days",
        f"Declined or withdrawn {CLOSED_KEPT.days} days",
        f"Not verified {months(UNVERIFIED_KEPT)} months",
        f"danger or risk {months(WARNING_LIFE[Severity.DANGER])} months",
        f"nuisance {months(WARNING_LIFE[Severity.NUISANCE])} months",
        f"Who opened it, and why {months(KEPT) // 12} years",
    ):
        assert words in page
    assert WARNING_LIFE[Severity.DANGER] == WARNING_LIFE[Severity.RISK]


def months(span: timedelta) -> int:
    return round(span.days / 30.4)


def test_after_you_report_names_every_consent_and_state_as_the_report_does(house: Whole) -> None:
    page = house.visitor().open(AFTER).text
    assert {words.label for words in CONSENTS.values() if words.label not in page} == set()
    for state in (ReportState.RECEIVED, ReportState.IN_REVIEW):
        assert f"{STATES[state].label}." in page


def test_pep_has_the_same_hours_everywhere(house: Whole) -> None:
    hours = f"within {RECENT_HARM // timedelta(hours=1)} hours"
    for path in (OFFICERS, RIGHTS):
        assert hours in house.visitor().open(path).text.lower()


def test_each_part_on_rights_says_its_date_and_that_it_is_no_advice(house: Whole) -> None:
    page = house.visitor().open(RIGHTS).markup
    parts = page.split("<h2>")[1:]
    assert len(parts) == 7
    with house.app.test_request_context():
        day = format_date(REVIEWED, "long")
    for part in parts:
        assert f"Written on {day}, and not yet read by a lawyer." in part
    assert 'href="/your-data"' in page


def test_rights_elsewhere_are_said_to_be_others(
    keys: Path, database_url: str, redis_url: str, scratch: Path
) -> None:
    settings = Settings(
        data_dir=keys, database_url=database_url, redis_url=redis_url, home_region="IE"
    )
    with whole(settings, scratch / "compiled") as house:
        assert "other laws hold" in house.visitor().open(RIGHTS).text


def test_officers_are_told_to_call_what_the_directory_has(house: Whole) -> None:
    address = add_service(house, "The Lantern", ListingKind.SEX_WORKERS, ListingKind.CRIME)
    add_service(house, "Hidden House", ListingKind.SEX_WORKERS, shown=False)
    add_service(house, "Far Away", ListingKind.SEX_WORKERS, country="US")
    add_service(house, "Corner Clinic", ListingKind.SEX_WORKERS, areas=("GB-GMP",))
    add_service(house, "Legal Aid", ListingKind.LEGAL)
    page = house.visitor().open(OFFICERS)
    assert page.markup.count(f'href="{address}"') == 2
    assert page.text.count("01632 960 123 (helpline)") == 2
    for name in ("Hidden House", "Far Away", "Corner Clinic", "Legal Aid"):
        assert name not in page.text


def test_of_each_kind_the_first_few_by_name_are_on_the_sheet(house: Whole) -> None:
    for name in ("Delta", "Alpha", "Echo", "Bravo"):
        add_service(house, name, ListingKind.STALKING)
    add_service(house, "Zulu", ListingKind.SEXUAL_VIOLENCE)
    page = house.visitor().open(OFFICERS).text
    found = [name for name in ("Alpha", "Bravo", "Delta", "Echo") if name in page]
    assert found == ["Alpha", "Bravo", "Delta", "Echo"][:EACH]
    assert page.index("Zulu") < page.index("Alpha")  # in the order of the sheet


def test_no_number_is_written_into_the_officers_page(house: Whole) -> None:
    sheet = house.visitor().open(OFFICERS).markup.partition("<main")[2].partition("</main>")[0]
    assert not re.search(r"\d{4,}", re.sub(r"20\d\d", "", sheet))
    assert "tel:" not in sheet
