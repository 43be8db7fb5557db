"""Passkeys in a browser, with a device that Chromium pretends to have."""

import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page
from sqlalchemy import delete, update

from config.settings import Settings
from members import factors
from members.model import Role
from members.records import FactorRow, SignInRow
from tests import given
from tests.screens.conftest import Opened
from tests.screens.serving import Site, fits
from tests.screens.test_second_step import show_passphrase
from tests.web.served import serving
from tests.whole import whole

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(keys: Path, sqlite_template: Path, redis_url: str, scratch: Path) -> Iterator[Site]:
    """Give an instance with a name: browsers make no passkeys for bare addresses."""
    database = sqlite_template.with_name("passkeys.sqlite3")
    shutil.copyfile(sqlite_template, database)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    settings = Settings(
        data_dir=keys,
        database_url=f"sqlite:///{database}",
        redis_url=redis_url,
        public_url=f"http://localhost:{port}",
    )
    with whole(settings, scratch / "compiled") as house, serving(house.app, port=port):
        yield Site(house, settings.public_url)
    for left in database.parent.glob("passkeys.sqlite3*"):
        left.unlink()


class Device:
    """The device beside a page."""

    def __init__(self, page: Page) -> None:
        """Plug it in."""
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        plugged = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.own = {"authenticatorId": plugged["authenticatorId"]}

    def kept(self) -> list[dict[str, Any]]:
        """Return what it keeps."""
        found: list[dict[str, Any]] = self.session.send("WebAuthn.getCredentials", self.own)[
            "credentials"
        ]
        return found

    def goes_back(self) -> None:
        """Be what a copy is: count from where it was long ago."""
        (passkey,) = self.kept()
        self.session.send("WebAuthn.clearCredentials", self.own)
        copy = {name: passkey[name] for name in ("credentialId", "privateKey", "rpId")}
        old = copy | {"isResidentCredential": False, "signCount": 0}
        self.session.send("WebAuthn.addCredential", self.own | {"credential": old})


def test_staff_set_a_passkey_up_sign_in_with_it_and_a_copy_does_not(
    site: Site, opened: Opened
) -> None:
    lead = site.house.person(Role.LEAD)
    with site.house.writing() as session:
        session.execute(delete(FactorRow).where(FactorRow.account_id == lead.id))
    page = opened().new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    device = Device(page)
    show_passphrase(page, site, lead)
    assert fits(page)
    page.get_by_role("button", name="Make a passkey").press("Enter")
    page.locator("ol.codes li").first.wait_for()
    (passkey,) = device.kept()
    assert passkey["rpId"] == "localhost"
    page.get_by_role("link", name="I have kept them").click()
    page.context.clear_cookies()
    show_passphrase(page, site, lead)
    assert fits(page)
    page.get_by_role("button", name="Use a passkey").press("Enter")
    page.wait_for_url("**/desk")
    assert refused == []  # nothing that the policy of the page had to stop
    page.context.clear_cookies()
    device.goes_back()
    show_passphrase(page, site, lead)
    page.get_by_role("button", name="Use a passkey").press("Enter")
    page.get_by_text("may have a copy").first.wait_for()


def test_a_member_adds_a_passkey_shows_it_once_more_and_takes_it_away(
    site: Site, opened: Opened
) -> None:
    page = site.sign_in(opened(viewport={"width": 1280, "height": 740}))
    device = Device(page)
    page.goto(f"{site.url}/account/steps")
    page.get_by_role("link", name="Add a passkey").click()
    assert fits(page)
    page.get_by_label("What you call it").fill("grey key")
    page.get_by_role("button", name="Make a passkey").click()
    page.locator("ol.codes li").first.wait_for()
    with site.house.writing() as session:
        ago = datetime.now(UTC) - factors.FRESH
        session.execute(update(SignInRow).values(proved_at=ago))
    page.goto(f"{site.url}/account/steps")
    assert page.get_by_role("rowheader", name="grey key").is_visible()
    assert fits(page)
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("heading", name="Is it still you?").wait_for()
    assert fits(page)
    page.get_by_label("Your passphrase").fill(given.PASSPHRASE)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account/steps")
    assert page.get_by_role("rowheader").count() == 0
    assert len(device.kept()) == 1  # the device forgets it when its owner says so


def test_two_tabs_each_make_their_own_and_a_device_makes_one(site: Site, opened: Opened) -> None:
    page = site.sign_in(opened())
    other = page.context.new_page()
    for each in (page, other):
        Device(each)
        each.goto(f"{site.url}/account/steps/passkey")
    page.bring_to_front()
    page.get_by_role("button", name="Make a passkey").click()
    page.locator("ol.codes").wait_for()
    other.bring_to_front()
    other.get_by_role("button", name="Make a passkey").click()
    other.get_by_role("rowheader").nth(1).wait_for()
    page.bring_to_front()
    page.goto(f"{site.url}/account/steps/passkey")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_text("The passkey was not used").wait_for()


def test_another_address_gets_no_passkey_and_says_what_to_do(site: Site, opened: Opened) -> None:
    elsewhere = Site(site.house, site.url.replace("localhost", "127.0.0.1"))
    page = elsewhere.sign_in(opened())
    device = Device(page)
    page.goto(f"{elsewhere.url}/account/steps/passkey")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_text("The passkey was not used").wait_for()
    assert device.kept() == []


def test_without_scripts_an_app_is_offered(site: Site, opened: Opened) -> None:
    page = site.sign_in(opened(java_script_enabled=False))
    page.goto(f"{site.url}/account/steps/passkey")
    assert page.get_by_text("This browser makes no passkeys").is_visible()
    assert not page.get_by_role("button", name="Make a passkey").is_visible()
