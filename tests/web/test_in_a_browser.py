"""What only a browser can show: leaving, answers in place, the policy, contrast, small screens."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # no types
from flask import Blueprint, Flask, render_template_string, request
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import Engine
from werkzeug.serving import make_server

from members.guard import public, signed_in
from tests.web.conftest import BuildApp, carry
from tests.web.rooms import a_room

pytestmark = pytest.mark.browser

CHECK = """
{% extends "base.html" %}{% from "macros/fields.html" import csrf, text, button %}
{% from "macros/cards.html" import answer %}
{% block main %}<h1>Check</h1>
<form method="post" action="/check" data-swap="#answer">{{ csrf() }}
{{ text("entry", "Number", value=form.entry, autofocus=true) }}{{ button("Check") }}</form>
<div id="answer" aria-live="polite">{% if form.entry %}{{ answer("risk", form.entry) }}{% endif %}
</div>{% endblock %}
"""
POLLED = """
{% extends "base.html" %}{% block main %}<h1>Progress</h1>
<section id="progress" {% if count < 3 %}data-poll="0.05"{% endif %}>{{ count }} sent</section>
{% endblock %}
"""
EVERYTHING = """
{% extends "base.html" %}
{% from "macros/fields.html" import csrf, text, passphrase, area, select, radios %}
{% from "macros/fields.html" import checkboxes, checkbox, date, button %}
{% from "macros/errors.html" import summary %}{% from "macros/steps.html" import steps %}
{% from "macros/cards.html" import answer, warning, severity_badge %}
{% from "macros/layout.html" import heading, buttons, message, empty, badge, facts, figures %}
{% from "macros/layout.html" import progress, table, more %}
{% block body_class %}wide{% endblock %}
{% block main %}{% set o = [("1", "One"), ("2", "Two", "More on two")] %}
{{ steps(2, 5, "Where") }}{{ summary({"a": "Enter a number"}) }}
{{ heading("Everything", lead="At once", above="Above", back="/") }}
<form method="post">{{ csrf() }}{{ text("a", "A", hint="Hint", error="Enter a number") }}
{{ passphrase("b", "B") }}{{ area("c", "C", optional=true) }}{{ select("d", "D", o, first="None") }}
{{ radios("e", "E", o, value="1", error="Choose") }}{{ checkboxes("f", "F", o, chips=true) }}
{{ checkbox("g", "G", hint="Hint") }}{{ date("h", "H", error="No such day") }}
{% call buttons() %}{{ button("Send") }}{{ button("Skip", kind="plain") }}
{{ button("Stop", kind="quiet") }}{% endcall %}</form>
<div class="desk"><section class="panel"><h2>Left</h2>{{ figures([("sent", 3)]) }}
{{ progress(1, 2, "Mails") }}{{ facts([("When", "today")]) }}
<p><mark>Dave</mark> <span class="code">AB-CD</span></p></section>
<section><h2>Cards</h2>
{% for s in ["danger", "risk", "nuisance"] %}
{{ warning(s, "A warning", [("When", "May")], "Text", "Advice") }}
{{ severity_badge(s) }}{% endfor %}
</section></div>
{% for s in ["danger", "risk", "nuisance", "none", "ask", "unavailable"] %}
{{ answer(s, advice="Advice", note="Note") }}{% endfor %}
{% for k in ["info", "done", "care", "wrong"] %}
{% call message(k, "Title") %}<p>Words <a href="/">link</a></p>{% endcall %}{% endfor %}
{{ table("Waiting", ["Reference", "Area", "State"],
  [["R-1", "North", badge("new", "plum")], ["R-2", "South", badge("old", "clay")]]) }}
{{ empty("Nothing", "Words") }}{% call more("Open me") %}<p>Inside</p>{% endcall %}
{% endblock %}
"""
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.log("POLICY " + event.blockedURI));
"""
SMALL_TARGETS = """() =>
[...document.querySelectorAll("nav a, button, .choice, #leave, .name, input[type=text], select")]
.filter((each) => each.offsetHeight && each.offsetHeight < 44).map((each) => each.outerHTML)
"""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def neutral() -> Iterator[str]:
    """Give the address of somebody else's page."""
    app = Flask("neutral")
    app.add_url_rule("/", "weather", lambda: "<title>Weather</title>Rain later")
    with serving(app) as address:
        yield f"{address}/"


@pytest.fixture
def rooms() -> list[Blueprint]:
    counted = iter(range(1, 100))

    @public
    def check() -> str:
        return render_template_string(CHECK, form=request.form)

    @public
    def polled() -> str:
        return render_template_string(POLLED, count=next(counted))

    @public
    def everything() -> str:
        return render_template_string(EVERYTHING)

    return [
        a_room(check, "/check"),
        a_room(polled, "/polled", "GET"),
        a_room(everything, "/everything"),
    ]


@pytest.fixture
def site(build: BuildApp, rooms: list[Blueprint], neutral: str) -> Iterator[str]:
    with serving(build(*rooms, exit_url=neutral)) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


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
        page.keyboard.press("Enter")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/", "/everything", "/data", "/not-there"])
def test_a_page_is_accessible_fits_and_keeps_its_own_policy(
    browser: Browser, site: str, path: str, width: int, scheme: str
) -> None:
    said: list[str] = []
    with browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    ) as context:
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{site}{path}")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not [line for line in said if "POLICY" in line]
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_the_way_out_is_never_covered(page: Page, site: str) -> None:
    page.goto(f"{site}/everything")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    box = page.locator("#leave").bounding_box()
    assert box
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 360, 740)
    on_top = "document.elementFromPoint(180, 720).id"
    assert page.evaluate(on_top) == "leave"
    last = page.locator("footer p").last.bounding_box()
    assert last
    assert last["y"] + last["height"] <= box["y"]


def test_targets_are_large_enough_for_a_thumb(page: Page, site: str) -> None:
    page.goto(f"{site}/everything")
    small = page.evaluate(SMALL_TARGETS)
    assert small == []
