"""Guidance on a phone, and the officers' page on one sheet of paper."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # no types
from playwright.sync_api import Page, expect

from directory import actions
from directory.pages.guidance import TO_CALL
from members.model import Role
from tests.directory.services import add_service
from tests.screens.conftest import Opened
from tests.screens.serving import Site

pytestmark = pytest.mark.browser

PAGES = (
    "/guidance",
    "/guidance/officers",
    "/guidance/after-you-report",
    "/guidance/your-rights",
    "/publications",
)
SHEET = "/guidance/officers"
ONE_OF_PDF = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def page(opened: Opened) -> Page:
    """Give a page on a phone."""
    return opened().new_page()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_guidance_is_accessible_and_fits_a_phone(
    opened: Opened, site: Site, path: str, scheme: str
) -> None:
    with site.house.writing() as session:
        actions.add_publications(session, actions.shipped_publications())
    page = opened(color_scheme=scheme).new_page()
    page.goto(f"{site.url}{path}")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_officers_page_is_one_sheet_of_paper(page: Page, site: Site) -> None:
    for name in ("A service with quite a long name", "Another one of them for people online"):
        for kind in TO_CALL:
            add_service(site.house, f"{name}: {kind}", kind)
    page.goto(f"{site.url}{SHEET}")
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "1.2cm")
    paper = page.pdf(format="A4", margin=margin)  # type: ignore[arg-type] # as Playwright names them
    assert len(ONE_OF_PDF.findall(paper)) == 1


def test_paper_has_the_sheet_and_no_ways_to_other_pages(page: Page, site: Site) -> None:
    page.goto(f"{site.url}{SHEET}")
    guides = page.locator(".guides")
    expect(guides).to_be_visible()
    page.emulate_media(media="print")
    expect(guides).to_be_hidden()
    for heading in ("Ask", "Assist", "Act", "Never"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


def test_guidance_is_found_without_scripts(opened: Opened, site: Site) -> None:
    page = opened(java_script_enabled=False).new_page()
    page.goto(f"{site.url}/")
    page.get_by_role("link", name="Guidance").click()
    page.get_by_role("link", name="For officers and practitioners").first.click()
    expect(page.get_by_role("heading", name="Five statements for policing")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_desk_of_publications_is_accessible_and_says_what_is_wrong(
    opened: Opened, site: Site, width: int
) -> None:
    with site.house.writing() as session:
        actions.add_publications(session, actions.shipped_publications())
    page = site.sign_in(opened(viewport={"width": width, "height": 800}), Role.CASEWORKER)
    page.goto(f"{site.url}/desk/publications")
    page.get_by_label("Title").fill("Lanterns in the rain")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what it is.")
    expect(page.get_by_label("Title")).to_have_value("Lanterns in the rain")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
