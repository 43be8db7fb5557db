"""Three taps to a caseworker from the first page, and a case that a member follows."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # no types
from playwright.sync_api import Page
from sqlalchemy import select

from casework.records import CaseRow
from storage.record_keys import Reader
from tests import given_cases
from tests.screens.conftest import Opened
from tests.screens.serving import Site, fits

pytestmark = pytest.mark.browser


def looks_right(page: Page) -> None:
    """Hold a page to the width of the screen, and to what axe knows."""
    assert fits(page)
    assert page.title().removeprefix("Error: ") == "Brolly"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scripts", [True, False])
def test_three_taps_from_the_first_page_ask_for_a_call(
    site: Site, opened: Opened, *, scripts: bool
) -> None:
    page = opened(java_script_enabled=scripts).new_page()
    look = looks_right if scripts else fits
    page.goto(site.url)
    page.get_by_role("link", name="Talk to a caseworker", exact=True).click()  # one
    look(page)
    page.get_by_role("link", name="Ask us to call you").click()  # two
    look(page)
    page.get_by_label("Your phone number").fill("07700 900741")
    page.get_by_role("button", name="Call me").click()  # three
    page.wait_for_url("**/help/code")
    look(page)
    code = page.locator("span.code").inner_text()
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("heading", name="We have it").wait_for()
    look(page)
    page.get_by_role("button", name="Done").click()
    page.goto(f"{site.url}/help")
    page.get_by_role("link", name="Open what you sent").click()
    look(page)
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("heading", name="We have it").wait_for()
    assert re.search(r"[0-9A-Z]{8}", page.url) is None


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(site: Site, opened: Opened) -> None:
    page = opened().new_page()
    page.goto(f"{site.url}/help/call")
    page.get_by_label("When is it safe?").fill("weekdays after ten")
    page.get_by_text("Say more, if you like").click()
    page.get_by_label("A safe word").fill("marigold")
    looks_right(page)
    page.get_by_role("button", name="Call me").click()
    page.locator(".summary").wait_for()
    looks_right(page)
    assert page.get_by_label("When is it safe?").input_value() == "weekdays after ten"
    assert page.get_by_label("A safe word").input_value() == "marigold"
    assert page.get_by_label("A safe word").is_visible()


def test_a_member_writes_from_the_account_and_reads_the_answer(
    site: Site, opened: Opened, recovery: Reader
) -> None:
    page = site.sign_in(opened())
    page.goto(f"{site.url}/help")
    page.get_by_role("link", name="Write to us").click()
    page.get_by_text("Say how we may answer, if you like").click()
    looks_right(page)
    page.get_by_label("What would you like to tell us or ask?").fill("Do you open on Sundays?")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="We have it").wait_for()
    house = site.house
    by = house.person().id
    with house.writing() as session:
        case_id = session.scalars(select(CaseRow.id)).one()
        given_cases.a_line(session, recovery, case_id, "From ten on.", by=by, now=house.now)
    page.goto(f"{site.url}/account")
    page.get_by_role("link", name="Your cases").click()
    looks_right(page)
    page.locator("h2 a").click()
    page.get_by_text("From ten on.").wait_for()
    assert page.get_by_text("Do you open on Sundays?").count() == 0
    page.get_by_label("Write to us").fill("Thank you.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thank you.", exact=True).wait_for()
    looks_right(page)
