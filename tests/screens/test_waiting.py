"""While an answer is on its way: the one before it is out of sight."""

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.screens.conftest import Opened
from tests.screens.serving import LISTED, UNLISTED, Site

pytestmark = pytest.mark.browser
NOTHING = "No warning found"
CHECK, EVALUATE = "**/check", "**/oprf/evaluate"


class Line:
    """A line to the server that holds up checks until it is told to go on."""

    def __init__(self, page: Page, path: str) -> None:
        self._page = page
        self._held: list[Route] = []
        page.route(path, self._hold)

    def _hold(self, route: Route) -> None:
        self._held.append(route)

    def next(self) -> Route:
        """Return the next request, once it is there."""
        while not self._held:
            self._page.wait_for_timeout(10)
        return self._held.pop(0)


def send(page: Page, entry: str) -> None:
    page.locator("#entry").fill(entry)
    page.locator("form[data-swap='#answer'] button").click()


def on_the_server_only(context: BrowserContext) -> BrowserContext:
    """Switch the private check off."""
    context.route("**/check.*.js", lambda route: route.fulfill(body=""))
    return context


@pytest.mark.parametrize("path", [CHECK, EVALUATE])
def test_the_answer_before_is_not_taken_for_the_one_that_is_coming(
    opened: Opened, site: Site, path: str
) -> None:
    context = opened()
    page = site.sign_in(on_the_server_only(context) if path == CHECK else context)
    site.check(page, UNLISTED)
    answer = page.locator("#answer")
    assert NOTHING in answer.inner_text()

    line = Line(page, path)
    send(page, LISTED)
    request = line.next()
    assert NOTHING not in answer.inner_text()
    said = "getComputedStyle(document.querySelector('#answer'), '::before').content"
    assert "Checking" in page.evaluate(said)

    request.continue_()
    expect(answer).to_contain_text("Danger")
    assert NOTHING not in answer.inner_text()
    assert page.evaluate(said) == "none"


def test_a_line_that_breaks_leaves_nothing_of_the_answer_before(opened: Opened, site: Site) -> None:
    page = site.sign_in(on_the_server_only(opened()))
    site.check(page, UNLISTED)
    line = Line(page, CHECK)
    send(page, LISTED)
    line.next().abort()
    plain_form = line.next()
    assert plain_form.request.is_navigation_request()
    plain_form.fulfill(status=204)  # the page stays as it is
    assert page.locator("#answer").inner_text() == ""
