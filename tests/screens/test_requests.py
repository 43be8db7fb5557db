"""Asking about one's data on a phone and on a desk, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page

from members.model import Role
from tests.reports.requests import messages_of
from tests.screens.conftest import Opened
from tests.screens.serving import Site, fits

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 740}


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
    page.get_by_label("Where may we say that there is an answer?").fill("07700 900741")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/your-data/code")
    assert fits(page)
    return page.locator("span.code").inner_text()


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, False)])
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


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, False)])
def test_a_code_shows_whose_a_number_is(
    site: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    viewport = {"width": width, "height": 740}
    page = opened(viewport=viewport, java_script_enabled=scripts).new_page()
    ask(page, site)
    page.get_by_role("link", name="Show that it is yours").click()
    page.get_by_label("+44 7700 900123").check()
    assert fits(page)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_text("We sent a code of six digits to").wait_for()
    assert fits(page)
    digits = re.search(r"\d{6}", messages_of(site.house, "code")[-1].body)
    assert digits
    page.get_by_label("Code", exact=True).fill(digits[0])
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Shown to be yours").wait_for()
    assert page.get_by_label("+44 7700 900123").count() == 0
    assert fits(page)
    assert re.search(r"\d{6}", page.url.partition("/your-data")[2]) is None


def test_two_at_the_desk_withdraw_its_warning(site: Site, opened: Opened) -> None:
    ask(opened().new_page(), site)
    page = site.sign_in(opened(), Role.CASEWORKER)
    page.goto(f"{site.url}/desk/requests")
    page.get_by_role("link", name=re.compile("^Q")).click()
    page.get_by_label("Withdrawn", exact=True).check()
    page.get_by_label("Withdraw its warning, and keep the report").check()
    assert fits(page)
    page.get_by_role("button", name="Hand it to a colleague").click()
    page.get_by_text("A colleague has to confirm it.").wait_for()
    lead = site.sign_in(opened(viewport=DESK), Role.LEAD)
    lead.goto(page.url)
    lead.get_by_text("What is done when it is confirmed").wait_for()
    lead.get_by_text(re.compile("Its warning W[0-9A-Z]+ is withdrawn.")).wait_for()
    assert fits(lead)
    lead.get_by_role("button", name="Confirm and answer").click()
    lead.get_by_text("What was done").wait_for()
    assert fits(lead)


def test_the_desk_answers_it(site: Site, opened: Opened) -> None:
    ask(opened().new_page(), site)
    page = site.sign_in(opened(viewport=DESK), Role.CASEWORKER)
    page.goto(f"{site.url}/desk/requests")
    assert fits(page)
    page.get_by_role("link", name=re.compile("^Q")).click()
    assert fits(page)
    page.get_by_label("What we hold stands, or nothing was held").check()
    page.get_by_label("Not shown").check()
    page.get_by_role("button", name="Hand it to a colleague").click()
    page.get_by_text("A colleague has to confirm it.").wait_for()
    assert fits(page)
