"""The directory at the desk in a browser: on a phone, on a wide screen, and by keyboard alone."""

from datetime import date
from uuid import UUID

import pytest
from playwright.sync_api import Page

from directory import actions
from members.model import Role
from tests.directory.listings import AREAS, a_draft
from tests.screens.conftest import Opened
from tests.screens.serving import Site

pytestmark = pytest.mark.browser


def old_listing(site: Site) -> UUID:
    """Write a listing that nobody looked at for years."""
    draft = a_draft(name="The Lantern Project of Salford", verified_on=date(2020, 1, 1))
    with site.house.writing() as session:
        return actions.write_listing(session, draft, areas=AREAS, now=site.house.now)


def fits(page: Page) -> bool:
    """Whether a page is no wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", [360, 1280])
def test_the_desk_and_the_form_fit_the_screen(site: Site, opened: Opened, width: int) -> None:
    there = old_listing(site)
    page = site.sign_in(opened(viewport={"width": width, "height": 800}), Role.CASEWORKER)
    page.goto(f"{site.url}/desk/directory")
    assert fits(page)
    page.goto(f"{site.url}/desk/directory/{there}/edit")
    assert fits(page)
    page.locator("#phones").fill("soon")
    page.get_by_role("button", name="Save").click()
    page.locator(".summary").wait_for()
    assert fits(page)


def test_a_listing_is_said_to_be_right_by_keyboard_alone(site: Site, opened: Opened) -> None:
    there = old_listing(site)
    page = site.sign_in(opened(), Role.CASEWORKER)
    page.goto(f"{site.url}/desk/directory")
    while page.evaluate("document.activeElement.textContent") != "Still right":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("was not looked at for half a year").wait_for(state="detached")
    with site.house.services.reading() as session:
        assert actions.listing_by_id(session, there).verified_on > date(2020, 1, 1)
