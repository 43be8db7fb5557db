"""Dark screens: what stands on them can be read (WCAG 2.2, 1.4.3: 4.5 to 1)."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from redis import Redis

from members.model import Role
from tests.screens.conftest import Opened
from tests.screens.serving import LISTED, UNLISTED, Site

pytestmark = pytest.mark.browser

ENOUGH = 4.5
SETTLED = """() => Promise.allSettled(document.getAnimations().map((each) => each.finished))
.then(() => null)"""
# The contrast of each text with what lies behind it, translucent layers put together.
CONTRASTS = r"""() => {
const parse = (colour) => {
  const found = colour.match(/^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/);
  if (!found) throw new Error("cannot read " + colour);
  return { rgb: found.slice(1, 4).map(Number), alpha: Number(found[4] ?? 1) };
};
const over = (top, alpha, below) => top.map((each, at) => each * alpha + below[at] * (1 - alpha));
const ground = (element) => {
  if (!element) return [255, 255, 255];
  const { rgb, alpha } = parse(getComputedStyle(element).backgroundColor);
  return over(rgb, alpha, alpha < 1 ? ground(element.parentElement) : [0, 0, 0]);
};
const light = (rgb) => rgb.map((each) => each / 255)
  .map((each) => (each <= .04045 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4))
  .reduce((sum, each, at) => sum + each * [.2126, .7152, .0722][at], 0);
const opacity = (element) =>
  element ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1;
const said = (element) => [...element.childNodes]
  .some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
return [...document.querySelectorAll("body *")]
  .filter((each) => each.checkVisibility())
  .filter((each) => said(each) || each.matches("input, textarea, select"))
  .map((each) => {
    const { rgb, alpha } = parse(getComputedStyle(each).color);
    const below = ground(each);
    const [a, b] = [light(over(rgb, alpha * opacity(each), below)), light(below)];
    return {
      ratio: (Math.max(a, b) + .05) / (Math.min(a, b) + .05),
      dark: b < .2,
      kind: each.closest(".button, button") ? "button" : each.closest(".card") ? "card"
        : each.closest("main") ? "main" : "frame",
      what: each.outerHTML.slice(0, 120),
    };
  });
}"""


def can_be_read(page: Page, *kinds: str) -> None:
    """Hold all texts of a page to the contrast; these kinds of places must be among them."""
    page.evaluate(SETTLED)
    found: list[dict[str, Any]] = page.evaluate(CONTRASTS)
    assert {"main", "frame", *kinds} <= {each["kind"] for each in found}, page.url
    assert [each for each in found if each["ratio"] < ENOUGH] == [], page.url
    texts = [each for each in found if each["kind"] in {"main", "card"}]
    assert all(each["dark"] for each in texts), page.url


@pytest.mark.parametrize("width", [360, 1280])
def test_every_kind_of_answer_can_be_read_in_the_dark(
    opened: Opened, site: Site, width: int
) -> None:
    page = site.sign_in(opened(color_scheme="dark", viewport={"width": width, "height": 740}))
    page.goto(f"{site.url}/check")
    can_be_read(page, "button")
    for entry in (LISTED, UNLISTED, "49 30 901820"):
        site.check(page, entry)
        can_be_read(page, "button", "card")
    site.check(page, "0906 123 4567")
    can_be_read(page, "button")
    Redis.from_url(site.house.services.settings.redis).flushall()
    site.check(page, LISTED)
    expect(page.locator(".card h2")).to_have_text("Cannot check now")
    can_be_read(page, "card")


def test_a_report_can_be_written_in_the_dark(opened: Opened, site: Site) -> None:
    page = opened(color_scheme="dark").new_page()
    site.receipt(page, look=lambda page: can_be_read(page, "button"))
    can_be_read(page, "button")
    page.goto(f"{site.url}/report/mine")
    can_be_read(page, "button")


def test_what_is_wrong_with_an_entry_can_be_read_in_the_dark(opened: Opened, site: Site) -> None:
    page = opened(color_scheme="dark").new_page()
    page.goto(f"{site.url}/report/return")
    page.locator("main input[name=code]").fill("nothing")
    page.locator("main form .button").first.click()
    expect(page.locator(".error, .summary, .message").first).to_be_visible()
    can_be_read(page, "button")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_desk_can_be_read_in_the_dark(opened: Opened, site: Site, width: int) -> None:
    waiting = site.house.report()
    warning = site.house.proposed(site.house.person(Role.CASEWORKER))
    context = opened(color_scheme="dark", viewport={"width": width, "height": 740})
    page = site.sign_in(context, Role.CASEWORKER)
    for path in ("/desk", "/desk/closed", "/alerts"):
        page.goto(f"{site.url}{path}")
        can_be_read(page)
    page.goto(f"{site.url}/desk/reports/{waiting.id}")
    can_be_read(page, "button")
    page.get_by_role("button", name="Take it and open it").click()
    page.wait_for_selector(".said")
    can_be_read(page, "button")
    page.goto(f"{site.url}/desk/warnings/{warning.id}")
    can_be_read(page, "button", "card")


def test_a_faint_text_would_be_found(opened: Opened, site: Site) -> None:
    page = opened(color_scheme="dark").new_page()
    page.goto(f"{site.url}/tips")
    for way in ("opacity: .5", "color: rgb(120, 100, 115)", "background: #999"):
        page.evaluate("document.querySelector('main p').style.cssText = ''")
        can_be_read(page)
        page.evaluate("(way) => (document.querySelector('main p').style.cssText = way)", way)
        with pytest.raises(AssertionError):
            can_be_read(page)
