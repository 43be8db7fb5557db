"""Right to left: a language of that kind on a phone, with every sentence translated."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from playwright.sync_api import Page, expect

from members.model import Role
from tests.screens.conftest import Opened
from tests.screens.serving import LISTED, UNLISTED, Site
from web.languages import set_up_languages

pytestmark = pytest.mark.browser

WRITTEN = "+44 7700 900123"
FOR_EVERYBODY = (
    "/",
    "/help",
    "/tips",
    "/data",
    "/accessibility",
    "/sign-in",
    "/join",
    "/not-there",
)
WITH_SENTENCES = re.compile("/report/(sharing|check)")
KEPT_OR_WORD = re.compile(r"%\(\w+\)\w|%%|<[^>]*>|&\w+;|[A-Za-z']+")
# Runs of digits, and codes in groups, whose characters do not stand from left to right.
TURNED = r"""() => {
const number = /\+?\d[\d\s().-]{3,}\d|(?:[0-9A-Z]{4}-)+[0-9A-Z]{4}/g, wrong = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = new Range();
for (let node; (node = walk.nextNode());) for (const found of node.data.matchAll(number)) {
  const boxes = [...found[0]].map((_, at) => {
    range.setStart(node, found.index + at);
    range.setEnd(node, found.index + at + 1);
    return range.getBoundingClientRect();
  }).filter((box) => box.width);
  if (boxes.some((box, at) => at && box.top === boxes[at - 1].top
      && box.left < boxes[at - 1].left)) wrong.push(found[0]);
}
for (const input of document.querySelectorAll("input:not([type=hidden])"))
  if (/\d\D*\d/.test(input.value) && getComputedStyle(input).direction !== "ltr")
    wrong.push(input.outerHTML);
return wrong;
}"""
# In a page from right to left, what is too wide sticks out on the left.
SIDEWAYS = """() => {
scrollTo(-1000, 0);
const left = scrollX;
scrollTo(1000, 0);
const { scrollWidth, clientWidth } = document.documentElement;
return [left, scrollX, Math.max(0, scrollWidth - clientWidth)];
}"""


def in_arabic(sentence: str) -> str:
    """Put a word that is written from right to left for each word of a sentence."""
    return KEPT_OR_WORD.sub(
        lambda found: "مرحبا" if found[0][0].isalpha() or found[0][0] == "'" else found[0],
        sentence,
    )


def translate(app: Flask, folder: Path) -> None:
    """Give an app the language, with the sentences of all its templates."""
    catalog = Catalog(locale="ar")
    extract = getattr(app.jinja_env, "extract_translations")  # noqa: B009 - Babel's, untyped
    for name in app.jinja_env.list_templates():
        source = app.jinja_env.loader.get_source(app.jinja_env, name)[0]  # type: ignore[union-attr] # Flask has one
        for _, _, sentence in extract(source):
            if isinstance(sentence, str):
                catalog.add(sentence, in_arabic(sentence))
    compiled = folder / "ar" / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, catalog)
    set_up_languages(app, folder)


@pytest.fixture
def arabic(site: Site, tmp_path: Path) -> Site:
    translate(site.house.app, tmp_path)
    return site


def reads_well(page: Page) -> None:
    """Hold a screen to what every screen must keep in such a language."""
    where = page.url
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl", where
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert "مرحبا" in page.inner_text("main"), where
    assert page.evaluate(SIDEWAYS) == [0, 0, 0], where
    assert page.evaluate(TURNED) == [], where


def test_the_pages_for_everybody_read_from_right_to_left(opened: Opened, arabic: Site) -> None:
    page = opened(locale="ar").new_page()
    for path in FOR_EVERYBODY:
        page.goto(f"{arabic.url}{path}")
        reads_well(page)


def test_an_answer_keeps_its_number_from_left_to_right(opened: Opened, arabic: Site) -> None:
    page = arabic.sign_in(opened(), language="ar")
    for entry in (LISTED, UNLISTED, f"{LISTED}, {UNLISTED}", "49 30 901820", "0906 123 4567"):
        arabic.check(page, entry)
        expect(page.locator("#entry")).to_have_value(entry)
        reads_well(page)
        assert (WRITTEN in page.inner_text("#answer")) == (LISTED in entry)


def test_a_member_reads_everything_from_right_to_left(opened: Opened, arabic: Site) -> None:
    page = arabic.sign_in(opened(), language="ar")
    for path in ("/updates", "/account", "/account/phone", "/account/preferences"):
        page.goto(f"{arabic.url}{path}")
        reads_well(page)
    page.goto(f"{arabic.url}/updates")
    page.locator("main a[href^='/updates/']").first.click()
    reads_well(page)


def test_a_report_and_its_code_are_read_from_right_to_left(opened: Opened, arabic: Site) -> None:
    def look(page: Page) -> None:
        if not WITH_SENTENCES.search(page.url):
            reads_well(page)

    page = opened(locale="ar").new_page()
    code = arabic.receipt(page, look)
    reads_well(page)
    page.goto(f"{arabic.url}/report/return")
    page.locator("main input[name=code]").fill(code)
    reads_well(page)
    page.locator("main form .button").first.click()
    page.wait_for_url("**/report/mine")
    reads_well(page)


def test_a_report_shows_what_would_leave_with_its_number_from_left_to_right(
    opened: Opened, arabic: Site
) -> None:
    seen: dict[str, list[str]] = {}

    def look(page: Page) -> None:
        if found := WITH_SENTENCES.search(page.url):
            assert WRITTEN in (page.text_content("main") or "")
            seen[found[0]] = page.evaluate(TURNED)

    arabic.receipt(opened(locale="ar").new_page(), look)
    assert seen == {"/report/sharing": [], "/report/check": []}


def test_the_desk_is_read_from_right_to_left(opened: Opened, arabic: Site) -> None:
    waiting = arabic.house.report()
    warning = arabic.house.proposed(arabic.house.person(Role.CASEWORKER))
    page = arabic.sign_in(opened(), Role.CASEWORKER, language="ar")
    for path in (
        "/desk",
        "/desk/closed",
        f"/desk/reports/{waiting.id}",
        f"/desk/warnings/{warning.id}",
        "/alerts",
    ):
        page.goto(f"{arabic.url}{path}")
        reads_well(page)
    page.goto(f"{arabic.url}/desk/reports/{waiting.id}")
    page.locator("main button[value=take]").click()
    page.wait_for_selector(".said")
    reads_well(page)


def test_a_number_without_a_direction_of_its_own_would_be_found(
    opened: Opened, arabic: Site
) -> None:
    page = arabic.sign_in(opened(), language="ar")
    arabic.check(page, LISTED)
    page.evaluate("document.querySelectorAll('bdi').forEach((each) => (each.dir = 'rtl'))")
    page.evaluate("document.querySelector('#entry').dir = 'rtl'")
    assert len(page.evaluate(TURNED)) == 2
    page.evaluate("document.querySelector('main').style.minWidth = '400px'")
    assert page.evaluate(SIDEWAYS) != [0, 0, 0]
