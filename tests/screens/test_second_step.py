"""The second step on a phone and on a desk: by the keyboard alone, and nothing beside the page."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page
from sqlalchemy import delete, update

from members import factors
from members.model import Role
from members.records import FactorRow, SignInRow
from tests import given
from tests.screens.conftest import Opened
from tests.screens.serving import WIDTHS, Site, fits

pytestmark = pytest.mark.browser


def show_passphrase(page: Page, site: Site, person: given.Person) -> None:
    """Sign in as far as the passphrase goes, with the keyboard."""
    page.goto(f"{site.url}/sign-in")
    page.locator("input:focus").wait_for()
    page.keyboard.type(person.name)
    page.keyboard.press("Tab")
    page.keyboard.type(person.passphrase)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/*")


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, False)])
def test_a_code_is_typed_where_the_page_opens(
    site: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    viewport = {"width": width, "height": 740}
    page = opened(viewport=viewport, java_script_enabled=scripts).new_page()
    show_passphrase(page, site, site.house.person(Role.LEAD))
    page.locator("input:focus").wait_for()
    page.keyboard.type("000 000")
    page.keyboard.press("Enter")
    page.locator(".summary").wait_for()
    assert fits(page)
    page.get_by_label("Code").fill(given.codes()[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")


def test_an_app_is_set_up_at_the_first_sign_in(site: Site, opened: Opened) -> None:
    lead = site.house.person(Role.LEAD)
    with site.house.writing() as session:
        session.execute(delete(FactorRow).where(FactorRow.account_id == lead.id))
    page = opened().new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    show_passphrase(page, site, lead)
    page.get_by_role("button", name="I have an app").press("Enter")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        picture = page.locator("svg.qr").bounding_box()
        assert picture is not None
        assert 200 <= picture["width"] == pytest.approx(picture["height"], abs=1)
    assert fits(page)
    secret = page.locator("bdi.code").inner_text().replace(" ", "")
    page.keyboard.type(factors.codes_at(secret, datetime.now(UTC))[1])
    page.keyboard.press("Enter")
    page.locator("ol.codes li").first.wait_for()
    assert page.locator("ol.codes li").count() == factors.CODES
    assert fits(page)
    page.get_by_role("link", name="I have kept them").press("Enter")
    page.wait_for_url("**/desk")
    page.goto(f"{site.url}/account/steps")
    assert fits(page)
    assert refused == []  # nothing that the policy of the page had to stop


def test_who_one_is_is_asked_with_what_was_typed_kept(site: Site, opened: Opened) -> None:
    page = site.sign_in(opened(viewport={"width": 1280, "height": 740}), Role.LEAD)
    with site.house.writing() as session:
        ago = datetime.now(UTC) - factors.FRESH
        session.execute(update(SignInRow).values(proved_at=ago))
    page.goto(f"{site.url}/account/name")
    page.get_by_label("name").fill("Imogen of Leeds")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Is it still you?").wait_for()
    assert fits(page)
    page.keyboard.type(given.PASSPHRASE)
    page.keyboard.press("Tab")
    page.keyboard.type(given.codes()[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    assert page.get_by_role("heading", name="Imogen of Leeds").is_visible()
