"""Finding a service on a phone and on a desk, with and without JavaScript."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # no types
from playwright.sync_api import Page, expect

from config.areas import load_areas
from demo.listings import load_listings
from tests.screens.conftest import Opened
from tests.screens.serving import Site

pytestmark = pytest.mark.browser
WIDTHS = (360, 1280)
TYPED = "stalking help"
HELPLINE = "National Stalking Helpline"


@pytest.fixture
def listed(site: Site) -> Site:
    """Give an instance with the listings of the demo."""
    areas = load_areas(site.house.services.settings)
    with site.house.writing() as session:
        load_listings(session, areas=areas, home_region="GB", now=datetime.now(UTC))
    return site


def looks_right(page: Page) -> None:
    """Hold a page to the width of the screen, and to what axe knows."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.title() == "Brolly"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_service_is_found_and_its_number_is_there_to_tap(
    listed: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    viewport = {"width": width, "height": 740}
    page = opened(viewport=viewport, java_script_enabled=scripts).new_page()
    page.goto(f"{listed.url}/help")
    page.get_by_role("link", name="Find a service").click()
    if scripts:
        looks_right(page)
        entries = page.evaluate("history.length")
    page.get_by_label("Name, place or what you need").fill(TYPED)
    page.get_by_label("What for?").select_option("stalking")
    page.get_by_label("Where?").select_option("GB-GMP")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Crimestoppers").wait_for(state="detached")
    assert page.url == f"{listed.url}/directory"
    assert page.get_by_label("Name, place or what you need").input_value() == TYPED
    if scripts:
        assert page.evaluate("history.length") == entries
        looks_right(page)
    page.get_by_role("link", name=HELPLINE, exact=True).click()
    page.get_by_role("heading", name=HELPLINE).wait_for()
    assert page.locator("a[href='tel:+448088020300']").is_visible()
    assert "stalking" not in page.url
    if scripts:
        looks_right(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_where_nothing_fits_a_caseworker_is_one_tap_away(
    listed: Site, opened: Opened, *, scripts: bool
) -> None:
    page = opened(java_script_enabled=scripts).new_page()
    page.goto(f"{listed.url}/directory")
    page.get_by_label("Name, place or what you need").fill("marmoset")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("Nothing fits all of that.").wait_for()
    if scripts:
        looks_right(page)
    page.locator("#found").get_by_role("link", name="Talk to a caseworker").click()
    page.wait_for_url("**/help")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_next_page_begins_at_its_top(listed: Site, opened: Opened, *, scripts: bool) -> None:
    page = opened(java_script_enabled=scripts).new_page()
    page.goto(f"{listed.url}/directory")
    first = page.locator("#found h3").first.inner_text()
    page.get_by_role("button", name="Show more").click()
    page.get_by_role("heading", name="More services").wait_for()
    assert page.get_by_role("link", name=first, exact=True).count() == 0
    if scripts:
        heading = page.get_by_role("heading", name="More services")
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport()
