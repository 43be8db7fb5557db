"""The pages of a whole instance, as a browser reaches them."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import update

from members.model import Role
from members.records import AccountRow
from tests.whole import Whole

LISTED = "07700 900123"
UNLISTED = "07700 900124"
WIDTHS = (360, 1280)


def fits(page: Page) -> bool:
    """Whether nothing stands beside the screen, of a phone and of a desk."""
    before = page.viewport_size
    assert before
    found = True
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": before["height"]})
        found &= bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
    page.set_viewport_size(before)
    return found


@dataclass(frozen=True, slots=True)
class Site:
    """An instance and its address."""

    house: Whole
    url: str

    def sign_in(
        self, context: BrowserContext, role: Role = Role.MEMBER, *, language: str = "en"
    ) -> Page:
        """Return a page of somebody new with a role and a language, signed in."""
        person = self.house.person(role)
        with self.house.writing() as session:
            spoken = update(AccountRow).where(AccountRow.id == person.id)
            session.execute(spoken.values(language=language))
        visitor = self.house.sign_in(person)
        cookie = visitor.client.get_cookie("brolly")
        assert cookie
        context.add_cookies([{"name": "brolly", "value": cookie.value, "url": self.url}])
        return context.new_page()

    def check(self, page: Page, entry: str) -> None:
        """Check an entry in the browser and wait for the answer."""
        page.goto(f"{self.url}/check")
        page.locator("#entry").fill(entry)
        page.locator("form[data-swap='#answer'] button").click()
        page.locator("#answer > *").first.wait_for()

    def receipt(self, page: Page, look: Callable[[Page], object] = str) -> str:
        """Send a report that names a number, looking at each step, and return its code."""
        go_on = page.locator("main form .button").first
        page.goto(f"{self.url}/report")
        while "/report/check" not in page.url:
            look(page)
            if "/report/numbers" in page.url:
                page.locator("input[dir=ltr]").first.fill(LISTED)
            elif page.locator("textarea").count():
                page.locator("textarea").first.fill("He pushed me.")
            go_on.click()
            page.wait_for_load_state()  # half a page has no field yet, and the answer is left out
        look(page)
        page.locator("form[action$='/report/send'] .button").first.click()
        page.wait_for_url("**/report/receipt")
        return page.locator(".code").inner_text()
