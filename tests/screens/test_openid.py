"""Signing in with the organisation's account, in a browser, by the keyboard where people type."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from config.settings import Settings
from members.model import Role
from members.vouching import BACK
from storage.sealing import write_secret
from tests import given
from tests.openid import CLIENT, SECRET, Provider, providing
from tests.screens.conftest import Opened
from tests.screens.serving import Site, fits
from tests.web.served import serving
from tests.whole import whole

pytestmark = pytest.mark.browser
SUBJECT = "lead@organisation.example"


@pytest.fixture
def here() -> int:
    """Give a free port: the provider has to know beforehand where people come back to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def provider(here: int) -> Iterator[Provider]:
    """Give a provider on another site, as browsers see it."""
    with providing(f"http://127.0.0.1:{here}{BACK}") as provider:
        provider.url = provider.url.replace("127.0.0.1", "localhost")
        yield provider


@pytest.fixture
def site(
    here: int,
    provider: Provider,
    keys: Path,
    sqlite_template: Path,
    redis_url: str,
    scratch: Path,
    tmp_path: Path,
) -> Iterator[Site]:
    """Give an instance whose staff sign in with the provider."""
    database = sqlite_template.with_name("openid.sqlite3")
    shutil.copyfile(sqlite_template, database)
    write_secret(tmp_path / "client.secret", SECRET)
    settings = Settings(
        data_dir=keys,
        database_url=f"sqlite:///{database}",
        redis_url=redis_url,
        public_url=f"http://127.0.0.1:{here}",
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT,
        oidc_client_secret_file=tmp_path / "client.secret",
        oidc_name="Harbour Trust",
        oidc_required_amr="otp",
    )
    with whole(settings, scratch / "compiled") as house, serving(house.app, port=here) as address:
        yield Site(house, address)
    for left in database.parent.glob("openid.sqlite3*"):
        left.unlink()


def sign_in_there(page: Page) -> None:
    page.get_by_label("Name").fill(SUBJECT)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, False)])
def test_an_account_is_linked_and_then_opened_with_it(
    site: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    settings = {"viewport": {"width": width, "height": 740}, "java_script_enabled": scripts}
    page = site.sign_in(opened(**settings), Role.LEAD)
    page.goto(f"{site.url}/account")
    page.get_by_role("link", name="Signing in with Harbour Trust").click()
    assert fits(page)
    page.get_by_role("link", name="Go to Harbour Trust").press("Enter")
    sign_in_there(page)
    page.wait_for_url("**/account/openid/confirm")
    assert fits(page)
    page.get_by_role("button", name="It was me").press("Enter")
    page.get_by_text("Linked since").wait_for()
    assert fits(page)

    page = opened(**settings).new_page()
    page.goto(f"{site.url}/desk")
    assert fits(page)
    page.get_by_role("link", name="Sign in with Harbour Trust").press("Enter")
    sign_in_there(page)
    page.wait_for_url("**/sign-in/openid/finish")
    page.get_by_label("Passphrase").fill("another kettle")
    page.keyboard.press("Enter")
    page.locator(".summary").wait_for()
    assert fits(page)
    page.get_by_label("Passphrase").fill(given.PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    assert "code=" not in str(page.evaluate("document.referrer") if scripts else "")


def test_who_is_not_linked_is_told_what_to_do(site: Site, opened: Opened) -> None:
    page = opened().new_page()
    page.goto(f"{site.url}/sign-in/openid")
    sign_in_there(page)
    page.wait_for_url("**/sign-in/openid/refused")
    assert fits(page)
    assert page.get_by_label("Working name").is_visible()
