"""Asking about one's data on a phone and on a desk, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page

from members.model import Role
from tests.screens.conftest import Opened
from tests.screens.serving import Site

pytestmark = pytest.mark.browser
WIDTHS = (360, 1280)


def fits(page: Page) -> bool:
    """Whether nothing stands beside the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def ask(page: Page, site: Site) -> str:
    """Send a request, as somebody who finds the page from the one about data; return the code."""
    page.goto(f"{site.url}/data")
    page.get_by_role("link", name="Ask about your data").click()
    assert fits(page)
    page.get_by_role("button", name="Send").click()
    page.locator(".summary").wait_for()
    assert fits(page)
    page.get_by_label("A warning about me is wrong").check()
    page.get_by_label("What is it about?").fill("07700 900123\nmarmoset@example.org")
    page.get_by_label("What should we know?").fill("It was not me.")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/your-data/code")
    assert fits(page)
    return page.locator("span.code").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_request_is_sent_and_found_again(
    site: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    viewport = {"width": width, "height": 740}
    page = opened(viewport=viewport, java_script_enabled=scripts).new_page()
    code = ask(page, site)
    page.get_by_role("link", name="Look for the answer").click()
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Open").click()
    page.get_by_text("We are looking at it.").wait_for()
    assert fits(page)
    assert re.search(r"[0-9A-Z]{8}", page.url) is None


@pytest.mark.parametrize("width", WIDTHS)
def test_the_desk_answers_it(site: Site, opened: Opened, width: int) -> None:
    viewport = {"width": width, "height": 740}
    ask(opened(viewport=viewport).new_page(), site)
    page = site.sign_in(opened(viewport=viewport), Role.CASEWORKER)
    page.goto(f"{site.url}/desk/requests")
    assert fits(page)
    page.get_by_role("link", name=re.compile("^Q")).click()
    assert fits(page)
    page.get_by_label("What we hold stands, or nothing was held").check()
    page.get_by_label("Not shown").check()
    page.get_by_role("button", name="Hand it to a colleague").click()
    page.get_by_text("A colleague has to confirm it.").wait_for()
    assert fits(page)
