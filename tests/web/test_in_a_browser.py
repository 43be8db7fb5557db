"""What only a browser can show: leaving, answers in place, progress."""

import pytest
from flask import Blueprint, render_template_string
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine

from members.guard import public, signed_in
from tests.web.conftest import BuildApp, carry
from tests.web.rooms import a_room
from tests.web.served import serving

pytestmark = pytest.mark.browser


def steps_back(page: Page) -> int:
    return int(page.evaluate("history.length"))


def test_leave_goes_away_and_back_does_not_lead_here_again(
    page: Page, site: str, neutral: str
) -> None:
    page.goto("about:blank")
    page.goto(f"{site}/check")
    before = steps_back(page)
    page.get_by_role("link", name="Leave").click()
    page.wait_for_url(neutral)
    assert steps_back(page) == before
    page.go_back()
    assert page.url == "about:blank"


def test_leave_ends_the_session_on_the_server(
    browser: Browser, build: BuildApp, engine: Engine, token: str, neutral: str
) -> None:
    @signed_in
    def own() -> str:
        return render_template_string('{% extends "base.html" %}{% block main %}Mine{% endblock %}')

    @public
    def sign_in() -> str:
        return "sign in here"

    members = Blueprint("members", __name__)
    members.add_url_rule("/sign-in", "sign_in", sign_in)
    app = build(a_room(own), members, engine=engine, exit_url=neutral)
    client = app.test_client()
    carry(client, token)
    cookie = client.get_cookie("brolly")
    assert cookie
    with serving(app) as address, browser.new_context() as context:
        context.add_cookies([{"name": "brolly", "value": cookie.value, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/room")
        expect(page.get_by_text("Mine")).to_be_visible()
        with page.expect_request("**/exit") as beacon:
            page.get_by_role("link", name="Leave").click()
        page.wait_for_url(neutral)
        assert beacon.value.method == "POST"
        page.wait_for_timeout(100)  # the beacon is answered after the page has gone
        context.clear_cookies()
        context.add_cookies([{"name": "brolly", "value": cookie.value, "url": address}])
        page.goto(f"{address}/room")
        expect(page.get_by_text("sign in here")).to_be_visible()


def test_shift_three_times_leaves(page: Page, site: str, neutral: str) -> None:
    page.goto(f"{site}/check")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(neutral)


def test_typing_capitals_does_not_leave(page: Page, site: str) -> None:
    page.goto(f"{site}/check")
    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")
    assert page.url == f"{site}/check"
    assert page.get_by_label("Number").input_value() == "ABCD"


def test_leave_works_without_scripts(browser: Browser, site: str, neutral: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/check")
        page.get_by_role("link", name="Leave").click()
        page.wait_for_url(neutral)


def test_an_answer_comes_in_place_and_leaves_no_trace_in_the_history(page: Page, site: str) -> None:
    page.goto(f"{site}/check")
    before = steps_back(page)
    for entry in ("07700 900123", "07700 900124"):
        page.get_by_label("Number").fill(entry)
        with page.expect_request("**/check") as asked:
            page.keyboard.press("Enter")
        assert asked.value.headers["x-swap"] == "#answer"
        expect(page.locator("#answer h2")).to_have_text(entry)
        expect(page.get_by_label("Number")).to_be_focused()
        assert page.get_by_label("Number").input_value() == entry
    assert steps_back(page) == before
    assert page.url == f"{site}/check"


def test_an_answer_comes_without_scripts_too(browser: Browser, site: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/check")
        page.get_by_label("Number").fill("07700 900123")
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#answer h2")).to_have_text("07700 900123")
        assert page.url == f"{site}/check"


def test_a_form_whose_token_is_gone_is_kept_in_the_browser_too(
    page: Page, context: BrowserContext, site: str
) -> None:
    page.goto(f"{site}/check")
    page.get_by_label("Number").fill("07700 900123")
    context.clear_cookies()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please send that once more")
    page.get_by_role("button", name="Send it").click()
    expect(page.locator("#answer h2")).to_have_text("07700 900123")


def test_progress_renews_itself_until_it_is_done(page: Page, site: str) -> None:
    page.goto(f"{site}/polled")
    expect(page.locator("#progress")).to_have_text("3 sent")
    page.wait_for_timeout(100)
    expect(page.locator("#progress")).to_have_text("3 sent")
