"""What is on the screen: contrast, names, the policy, small screens, thumbs."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # no types
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.log("POLICY " + event.blockedURI));
"""
SMALL_TARGETS = """() =>
[...document.querySelectorAll("nav a, button, .choice, #leave, .name, input[type=text], select")]
.filter((each) => each.offsetHeight && each.offsetHeight < 44).map((each) => each.outerHTML)
"""


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
