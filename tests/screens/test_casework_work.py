"""Two caseworkers at one note, and what else is done about a case, on a phone and on a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # no types
from playwright.sync_api import BrowserContext, Page

from tests import given
from tests.casework.desk import Desk, at_the_desk
from tests.directory.listings import written
from tests.screens.conftest import Opened
from tests.screens.serving import Site, fits

pytestmark = pytest.mark.browser


def sign_in(site: Site, desk: Desk, context: BrowserContext, person: given.Person) -> Page:
    """Return a page on which somebody of the desk is signed in."""
    client = desk.house.sign_in(person).client
    cookie = client.get_cookie("brolly")
    assert cookie
    context.add_cookies([{"name": "brolly", "value": cookie.value, "url": site.url}])
    return context.new_page()


def is_right(page: Page) -> bool:
    """Whether a page fits its screen, and axe finds nothing."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    return fits(page)


def test_two_who_change_one_note_at_once_read_each_others_words(site: Site, opened: Opened) -> None:
    desk = at_the_desk(site.house)
    one, two = (sign_in(site, desk, opened(), who) for who in (desk.first, desk.second))
    one.goto(f"{site.url}{desk.path}")
    one.get_by_label("Add a note").fill("Rang, nobody there.")
    one.get_by_role("button", name="Add the note").click()
    one.get_by_role("link", name="Change").click()
    two.goto(one.url)
    one.get_by_label("The note").fill("I rang at ten.")
    two.get_by_label("The note").fill("They rang at eleven.")
    one.get_by_role("button", name="Save").click()
    one.get_by_text("changed by").wait_for()
    two.get_by_role("button", name="Save").click()
    two.get_by_text("changed this note while you wrote").wait_for()
    assert two.get_by_text("I rang at ten.").is_visible()
    assert two.get_by_label("Your words").input_value() == "They rang at eleven."
    assert is_right(two)
    two.get_by_label("Your words").fill("I rang at ten, they at eleven.")
    two.get_by_role("button", name="Save").click()
    two.get_by_text("I rang at ten, they at eleven.").wait_for()


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, True)])
def test_what_is_done_about_a_case_fits_every_screen(
    site: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    desk = at_the_desk(site.house)
    with site.house.writing() as session:
        written(session, name=f"The Night Line {width}", hours="24/7", time_zone="Europe/London")
    viewport = {"width": width, "height": 740}
    page = sign_in(site, desk, opened(viewport=viewport, java_script_enabled=scripts), desk.first)
    page.goto(f"{site.url}{desk.path}")
    page.get_by_label("What is to be done?").fill("Ring the landlord")
    page.get_by_label("Day", exact=True).fill("1")
    page.get_by_label("Month", exact=True).fill("2")
    page.get_by_role("button", name="Add the task").click()
    page.get_by_text("Ring the landlord").wait_for()
    page.get_by_label("Link a report by its reference").fill(site.house.report().reference)
    page.get_by_role("button", name="Link it").click()
    page.get_by_role("button", name="Part it from the case").wait_for()
    page.get_by_label("Look for a service").fill(f"night {width}")
    page.get_by_role("button", name="Look").click()
    page.get_by_role("button", name="They were told of it").click()
    page.get_by_label("What came of it?").wait_for()
    assert is_right(page)
    for address in ("/desk/tasks", "/desk/tasks/feed"):
        page.goto(f"{site.url}{address}")
        assert is_right(page)
    page.get_by_role("button", name="Make an address").click()
    page.get_by_text("/calendar/").wait_for()
    assert is_right(page)
