"""The receipt on paper: the code, and nothing that only works on a screen."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.reports.reporter import CODE
from tests.screens.conftest import PHONE, on_a_phone, served, with_a_warning
from tests.servers import ValkeyServer

pytestmark = pytest.mark.browser

# Whatever one would press: the frame's links, the way out, buttons, the way back.
TO_PRESS = """() =>
[...document.querySelectorAll("header a, header button, footer, main button, .button, .back a")]
.filter((each) => !each.matches(".name") && each.checkVisibility()).map((each) => each.outerHTML)
"""
INKS = """() => [...document.querySelectorAll("main *")].filter((each) => each.checkVisibility()
  && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
.map((each) => getComputedStyle(each).color)
"""
GROUNDS = """() => [document.documentElement, ...document.querySelectorAll("body, body *")]
.filter((each) => each.checkVisibility()).map((each) => getComputedStyle(each).backgroundColor)
"""
BLANK = {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
DARK_INKS = {"rgb(0, 0, 0)", "rgb(51, 51, 51)"}


@pytest.fixture(scope="module", params=["light", "dark"])
def sent(
    request: pytest.FixtureRequest,
    browser: Browser,
    keys: Path,
    sqlite_template: Path,
    valkey: ValkeyServer,
    neutral: str,
    scratch: Path,
) -> Iterator[Page]:
    """Give a receipt that all tests only look at."""
    valkey.client.flushall()
    with (
        with_a_warning(keys, sqlite_template, valkey.url, neutral, scratch) as house,
        ExitStack() as contexts,
        served(house, contexts) as site,
    ):
        page = on_a_phone(browser, contexts, color_scheme=request.param).new_page()
        site.receipt(page)
        yield page


@pytest.fixture
def receipt(sent: Page) -> Page:
    """Give it on paper."""
    sent.set_viewport_size(PHONE)
    sent.emulate_media(media="print")
    return sent


def test_the_code_is_on_paper_whole_and_in_one_line(receipt: Page) -> None:
    code = receipt.locator(".code")
    expect(code).to_be_visible()
    assert CODE.fullmatch(code.inner_text())
    receipt.set_viewport_size({"width": 718, "height": 1000})  # A4 between its margins
    box = code.bounding_box()
    assert box
    assert (box["x"] >= 0, box["x"] + box["width"] <= 718, box["height"] < 60) == (True,) * 3
    assert len(receipt.evaluate("[...document.querySelector('.code').getClientRects()]")) == 1
    assert receipt.inner_text("main").count(code.inner_text()) == 1


def test_nothing_to_press_is_on_paper(receipt: Page) -> None:
    assert receipt.evaluate(TO_PRESS) == []
    for words in ("Leave", "Sign in", "Skip to the content", "See your report's page"):
        assert not receipt.get_by_text(words, exact=True).locator("visible=true").count(), words


def test_what_is_on_paper_is_dark_on_white_whatever_the_screen_was(receipt: Page) -> None:
    assert set(receipt.evaluate(INKS)) <= DARK_INKS
    assert set(receipt.evaluate(GROUNDS)) <= BLANK


def test_on_the_screen_the_same_page_has_its_ways(receipt: Page) -> None:
    receipt.emulate_media(media="screen")
    expect(receipt.get_by_role("link", name="Leave")).to_be_visible()
    assert len(receipt.evaluate(TO_PRESS)) > 4
