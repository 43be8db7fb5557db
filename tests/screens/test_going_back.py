"""Going back after one has left or signed out: the earlier answer is gone."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.screens.conftest import Opened
from tests.screens.serving import LISTED, Site

pytestmark = pytest.mark.browser

OF_THE_ANSWER = ("7700 900123", "Danger", "Do not meet alone")
# What somebody looking over one's shoulder sees first of a page that comes back from memory.
WATCH = """
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  sessionStorage.setItem("restored", "yes");
  requestAnimationFrame(() => {
    if (!document.documentElement.hidden) sessionStorage.setItem("shown", document.body.innerText);
  });
});
"""


def shows_nothing_of_it(page: Page) -> None:
    """Hold a page to showing nothing of the answer."""
    everything = page.content() + page.inner_text("body")
    assert not [each for each in OF_THE_ANSWER if each in everything], page.url


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def leave(page: Page, neutral: str) -> None:
    """Leave, and wait until the server has ended the session."""
    before = page.context.cookies()
    page.get_by_role("link", name="Leave").click()
    page.wait_for_url(neutral)
    for _ in range(200):
        if page.context.cookies() != before:
            return
        page.wait_for_timeout(25)  # the beacon is answered after the page has gone
    pytest.fail("the session goes on")


def go_back(page: Page, steps: int = 1) -> None:
    """Go back as the browser's button does; Playwright's own way waits for a load."""
    page.evaluate("(steps) => { setTimeout(() => history.go(-steps)); }", steps)


@pytest.mark.parametrize("way", ["leave", "sign out"])
def test_back_from_a_later_page_leads_to_the_sign_in(
    opened: Opened, site: Site, neutral: str, way: str
) -> None:
    page = site.sign_in(opened())
    site.check(page, LISTED)
    assert "Danger" in page.inner_text("#answer")
    page.get_by_role("link", name="Read the whole warning").click()
    page.wait_for_url("**/updates/*")
    if way == "leave":
        leave(page, neutral)  # takes the place of the warning
        go_back(page)
    else:
        sign_out(page)
        go_back(page, 2)
    page.wait_for_url("**/sign-in*")
    shows_nothing_of_it(page)
    assert page.locator("#entry").count() == 0


def test_a_page_that_a_browser_kept_in_memory_is_asked_for_again_and_hidden_until_then(
    opened: Opened, site: Site
) -> None:
    forget_to_say_no_store(site.house.app)
    context = opened()
    context.add_init_script(WATCH)
    page = site.sign_in(context)
    site.check(page, LISTED)
    page.get_by_role("link", name="Talk to a caseworker").first.click()
    page.wait_for_url("**/help")
    sign_out(page)
    go_back(page, 2)
    page.wait_for_url("**/sign-in*")
    shows_nothing_of_it(page)
    assert page.evaluate("sessionStorage.getItem('restored')") == "yes"
    assert page.evaluate("sessionStorage.getItem('shown')") is None


def forget_to_say_no_store(app: Flask) -> None:
    """Do what a proxy in between may do, and leave the scripts alone with it."""
    inner = app.wsgi_app

    def outer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *others: Any) -> Any:  # noqa: ANN401 - as WSGI has it
            kept = [each for each in headers if each[0].lower() != "cache-control"]
            return start(status, kept, *others)

        return inner(environ, begin)

    app.wsgi_app = outer  # type: ignore[method-assign, assignment] # as Flask's documentation wraps it
