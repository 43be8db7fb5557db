"""Harm by a professional on a phone: told, put aside, come back to, sent; then read at the desk."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # no types
from playwright.sync_api import Page, expect
from sqlalchemy import select

from casework.records import CaseRow
from members.model import Role
from tests.screens.conftest import Opened
from tests.screens.serving import Site, fits

pytestmark = pytest.mark.browser
STEP = re.compile(r"Step \d+ of 10")


def looks_right(page: Page) -> None:
    """Hold a page to the width of the screen, to a title that tells nothing, and to axe."""
    assert fits(page)
    assert STEP.sub("", page.title()).strip(" ·") == "Brolly"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def go_on(page: Page, *, look: bool, name: str = "Continue") -> None:
    if look:
        looks_right(page)
    page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_tells_a_little_comes_back_with_the_code_and_sends_it(
    site: Site, opened: Opened, *, scripts: bool
) -> None:
    page = opened(java_script_enabled=scripts).new_page()
    page.goto(f"{site.url}/report")
    page.get_by_role("link", name="It was somebody in their job").click()
    go_on(page, look=scripts, name="Begin")
    page.get_by_label("In your own words").fill("She laughed and sent me away.")
    go_on(page, look=scripts)
    page.get_by_label("Health").check()
    page.get_by_label("What do they do there?").fill("receptionist")
    go_on(page, look=scripts)
    page.get_by_label("Racism").check()
    go_on(page, look=scripts)
    page.get_by_text("Stop now, come back later").click()
    code = page.locator("span.code").inner_text()
    page.get_by_role("link", name="How to come back").click()
    if scripts:
        looks_right(page)
    page.get_by_role("button", name="Forget the code here").click()
    page.wait_for_url(f"{site.url}/")

    page = opened(java_script_enabled=scripts).new_page()
    page.goto(f"{site.url}/professionals")
    page.get_by_role("link", name="I have a code").click()
    page.get_by_label("Your code").fill(code.lower())
    go_on(page, look=scripts, name="Open")
    expect(page.get_by_text("She laughed and sent me away.")).to_be_visible()
    page.get_by_role("link", name="Answer When was it?").click()
    page.get_by_label("Day", exact=True).fill("3")
    page.get_by_label("Month", exact=True).fill("2")
    go_on(page, look=scripts, name="Save")
    for question in ("Where was it?", "What would you like", "Who should", "How may we reach"):
        page.locator("section", has_text=question).get_by_role("link").click()
        go_on(page, look=scripts, name="Save")
    go_on(page, look=scripts, name="Send it")
    page.get_by_role("heading", name="Thank you. We have it.").wait_for()
    assert page.locator("span.code").inner_text() == code
    expect(page.get_by_text("Somebody answers by")).to_be_visible()
    if scripts:
        looks_right(page)


def test_a_caseworker_reads_where_it_can_go_and_follows_a_complaint(
    site: Site, opened: Opened
) -> None:
    desk = site.sign_in(opened(), Role.CASEWORKER)
    page = opened().new_page()
    page.goto(f"{site.url}/professionals")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("In your own words").fill("She laughed and sent me away.")
    page.get_by_role("button", name="That is enough").click()
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    with site.house.services.reading() as session:
        case_id, reference = session.execute(select(CaseRow.id, CaseRow.reference)).one()
    desk.goto(f"{site.url}/desk/cases/{case_id}")
    desk.get_by_text("Begin a complaint").click()
    desk.get_by_label("Who it goes to").select_option("itself")
    desk.get_by_label("Tell them").check()
    desk.get_by_role("button", name="Begin").click()
    expect(desk.get_by_text("with the organisation itself").first).to_be_visible()
    for summary in desk.locator("#complaint summary").all():
        summary.click()
    assert fits(desk)
    assert desk.title() == f"{reference} · Brolly"
    found = Axe().run(desk)
    assert found.violations_count == 0, found.generate_report()
    desk.get_by_label("Where it stands").select_option("ended")
    desk.locator("#complaint").get_by_role("button", name="Write it down").click()
    expect(desk.locator(".summary")).to_contain_text("Choose how it ended")
    desk.goto(f"{site.url}/desk/professionals")
    expect(desk.get_by_text("fewer than 10").first).to_be_visible()
    assert fits(desk)
    found = Axe().run(desk)
    assert found.violations_count == 0, found.generate_report()
