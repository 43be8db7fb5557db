"""Asking to join on a phone and on a desk, and signing in by the name that it gave."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.screens.conftest import Opened
from tests.screens.serving import Site

pytestmark = pytest.mark.browser

PASSPHRASE = "a walk along the canal"


def fits(page: Page) -> bool:
    """Whether nothing stands beside the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("width", "scripts"), [(360, False), (1280, True)])
def test_somebody_joins_and_signs_in_by_name_and_number(
    site: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    context = opened(viewport={"width": width, "height": 740}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{site.url}/join")
    assert fits(page)
    page.get_by_label("Working name").fill("Violet of the quiet end of the long canal")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_label("I do sex work").check()
    page.get_by_label("How can we get to know you?").fill("My advert is on example.org.")
    page.get_by_role("main").get_by_role("button", name="Send").click()
    expect(page.get_by_role("main")).to_contain_text("at most 40 characters")
    page.get_by_label("Working name").fill("Violet of the quiet end of a long canal")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button", name="Send").click()
    page.wait_for_url("**/join/done")
    assert fits(page)
    words = page.get_by_role("main").inner_text()
    [name] = re.findall(r"You sign in as (Violet .* \d{4})", words)
    context.clear_cookies()
    page.goto(f"{site.url}/sign-in")
    assert fits(page)
    page.get_by_label("Working name").fill(name)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
