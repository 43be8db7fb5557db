"""The sheet for a clinic on a phone, on a wide screen and on paper."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # no types
from playwright.sync_api import Page, expect

from casework import medical
from tests.screens.conftest import Opened
from tests.screens.serving import Site

pytestmark = pytest.mark.browser

PAGE_OF_PDF = re.compile(rb"/Type\s*/Page\b")


def made(page: Page, site: Site, mine: str, clinic: str) -> None:
    """Make a sheet."""
    page.goto(f"{site.url}/help")
    page.get_by_role("link", name="A sheet for the clinic").click()
    page.get_by_label("My language").select_option(mine)
    page.get_by_label("The clinic's language").select_option(clinic)
    page.get_by_role("button", name="Make the sheet").click()
    expect(page.locator(".sheet")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_accessible_and_fits_the_screen(
    opened: Opened, site: Site, width: int, scheme: str
) -> None:
    viewport = {"width": width, "height": 800}
    page = opened(viewport=viewport, color_scheme=scheme).new_page()
    made(page, site, "pl", "th")
    assert page.url == f"{site.url}/help/medical"
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_it_is_made_without_scripts(opened: Opened, site: Site) -> None:
    page = opened(java_script_enabled=False).new_page()
    made(page, site, "ro", "en")
    expect(page.locator('.sheet [lang="ro"]').first).to_be_visible()


@pytest.mark.parametrize("language", [each for each in medical.languages() if each != "en"])
def test_paper_has_the_sheet_alone_side_by_side_on_two_pages(
    opened: Opened, site: Site, language: str
) -> None:
    page = opened().new_page()
    made(page, site, language, "en")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Make the sheet")).to_be_hidden()
    expect(page.get_by_role("heading", name="A sheet for the clinic")).to_be_hidden()
    for key in ("title", "hiv_want", "unreviewed"):
        left, right = (
            page.locator(".sheet").get_by_text(medical.sentences(each)[key], exact=True)
            for each in (language, "en")
        )
        beside, other = left.bounding_box(), right.bounding_box()
        assert beside
        assert other
        assert beside["y"] == other["y"]
        assert beside["x"] + beside["width"] <= other["x"]
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "1.2cm")
    paper = page.pdf(format="A4", margin=margin)  # type: ignore[arg-type] # as Playwright names them
    assert len(PAGE_OF_PDF.findall(paper)) <= 2
