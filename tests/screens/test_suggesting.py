"""Suggestions and sheets of listings in a browser: on a phone, on a wide screen, for all."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # no types
from playwright.sync_api import Page, expect

from members.model import Role
from tests.screens.conftest import Opened
from tests.screens.serving import Site

pytestmark = pytest.mark.browser

SHEET = "name,kinds,summary,source,verified_on\nHarbour,housing,A roof.,Its page,2026-03-01\n"


def is_right(page: Page) -> None:
    """Hold a page to what holds for all."""
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_suggestion_reaches_the_desk(opened: Opened, site: Site, width: int) -> None:
    viewport = {"width": width, "height": 800}
    desk = site.sign_in(opened(viewport=viewport), Role.CASEWORKER)
    page = opened(viewport=viewport).new_page()
    page.goto(f"{site.url}/directory/suggest")
    is_right(page)
    page.get_by_label("What should we know?").fill("A kitchen in Leeds.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    desk.goto(f"{site.url}/desk/directory/suggestions")
    is_right(desk)
    desk.get_by_role("button", name="Taken", exact=True).click()
    expect(desk.get_by_text("A kitchen in Leeds.")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_sheet_that_is_pasted_is_seen_and_then_written(
    opened: Opened, site: Site, width: int
) -> None:
    page = site.sign_in(opened(viewport={"width": width, "height": 800}), Role.LEAD)
    page.goto(f"{site.url}/desk/directory/import")
    page.get_by_label("The sheet").fill(SHEET)
    page.get_by_role("button", name="Look at it").click()
    is_right(page)
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_text("The sheet was brought in")).to_be_visible()
    is_right(page)
