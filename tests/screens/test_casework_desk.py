"""The desk of cases by keyboard: found in the list, taken, written on, closed, found again."""

import pytest
from playwright.sync_api import BrowserContext, Page

from members.model import Role
from tests import given, given_cases
from tests.screens.conftest import Opened
from tests.screens.serving import Site
from tests.screens.test_casework_work import is_right

pytestmark = pytest.mark.browser
LIST = "/desk/cases"


def _signed_in(site: Site, context: BrowserContext, person: given.Person) -> Page:
    cookie = site.house.sign_in(person).client.get_cookie("brolly")
    assert cookie
    context.add_cookies([{"name": "brolly", "value": cookie.value, "url": site.url}])
    return context.new_page()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_case_is_walked_to_taken_written_on_and_closed(
    site: Site, opened: Opened, width: int
) -> None:
    ruth = site.house.person(Role.CASEWORKER)
    with site.house.writing() as session:
        case = given_cases.a_case(session, site.house.services.sealers, now=site.house.now)
    page = _signed_in(site, opened(viewport={"width": width, "height": 740}), ruth)
    page.goto(f"{site.url}{LIST}?whose=untaken")
    link = page.get_by_role("link", name=case.reference)
    link.wait_for()
    while not link.evaluate("each => each === document.activeElement"):
        page.keyboard.press("j")
    assert is_right(page)
    page.keyboard.press("Enter")
    page.get_by_text("Leave no message").wait_for()
    assert is_right(page)
    page.get_by_role("button", name="Take this case").click()
    page.get_by_label("Write to the person").fill("We rang at ten.")
    page.get_by_role("button", name="Write", exact=True).click()
    page.get_by_text("We rang at ten.").wait_for()
    page.get_by_text("Close it", exact=True).click()
    page.get_by_label("They wanted to be heard, and were").check()
    assert is_right(page)
    page.get_by_role("button", name="Close the case").click()
    page.get_by_role("button", name="Open it again").wait_for()
    assert is_right(page)
    page.goto(f"{site.url}{LIST}/search")
    page.get_by_label("Reference or words").fill("cannot sleep")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name=case.reference).wait_for()
    for address in (f"{LIST}/search", f"{LIST}/board", f"{LIST}/closed", f"{LIST}/new"):
        page.goto(f"{site.url}{address}")
        assert is_right(page)
