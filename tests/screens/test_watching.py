"""Asking to be told, in a browser: in place, in either way, and nothing of the number leaves."""

from urllib.parse import unquote
from uuid import UUID

import pytest
from playwright.sync_api import Page, Request, expect
from sqlalchemy import text

from checker import actions
from checker.watches import WATCH_LIFE
from tests.checker.epochs import move_on
from tests.given_reports import an_identifier
from tests.screens.conftest import Opened
from tests.screens.serving import LISTED, UNLISTED, Site

pytestmark = pytest.mark.browser

NEW = "Tell me if this is reported in the next 30 days"
MORE = "Tell me if more is reported in the next 30 days"
KEPT = "We will tell you if it is, until"


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def phone(opened: Opened, site: Site, heard: list[str]) -> Page:
    """Give a page of somebody signed in, and write down what the server is told."""
    page = site.sign_in(opened())

    def hear(request: Request) -> None:
        heard.append(unquote(f"{request.method} {request.url} {request.post_data or ''}"))

    page.context.on("request", hear)
    return page


def hashes(site: Site) -> list[bytes]:
    with site.house.services.reading() as session:
        return [bytes(each) for each in session.scalars(text("SELECT token_hash FROM watch"))]


def ask(page: Page, button: str = NEW) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.locator("#answer .watch form[aria-busy]")).to_have_count(0)


def test_after_a_private_check_nothing_of_the_number_leaves(
    phone: Page, site: Site, heard: list[str]
) -> None:
    site.check(phone, f"{UNLISTED}, {LISTED}")
    expect(phone.locator("#answer")).to_contain_text("Checked privately")
    ask(phone)
    expect(phone.locator("#answer .watch").first).to_contain_text(KEPT)
    expect(phone.get_by_role("button", name=MORE)).to_be_visible()
    ask(phone, MORE)
    expect(phone.locator("#answer .watch").last).to_contain_text(KEPT)
    posted = [each for each in heard if "POST" in each and "/api/v1/watch" in each]
    assert len(posted) == 2
    assert all('"tokens":["' in each for each in posted)
    for secret in ("7700", "900123", "900124", "tel|"):
        assert secret not in " ".join(heard)
    assert phone.url.endswith("/check")
    assert len(set(hashes(site))) == 2


def test_the_way_to_stop_is_the_next_thing_under_the_finger(phone: Page, site: Site) -> None:
    site.check(phone, UNLISTED)
    ask(phone)
    link = phone.get_by_role("link", name="Stop it in Preferences")
    expect(link).to_be_focused()
    link.click()
    expect(phone.locator("#watches")).to_contain_text("We watch for 1,")
    phone.get_by_role("button", name="Stop", exact=True).click()
    expect(phone.locator("#watches")).to_contain_text("Nothing now.")
    assert hashes(site) == []


def test_in_either_way_the_same_is_watched_for(opened: Opened, phone: Page, site: Site) -> None:
    site.check(phone, UNLISTED)
    ask(phone)
    for scripts in (True, False):
        context = opened(java_script_enabled=scripts)
        context.route("**/check.*.js", lambda route: route.fulfill(body=""))
        page = site.sign_in(context)
        site.check(page, UNLISTED)
        expect(page.locator("#answer")).to_contain_text("Checked on our server")
        page.get_by_role("button", name=NEW).click()
        expect(page.locator("#watch-1")).to_contain_text(KEPT)
        assert page.locator("#answer .card").count() == int(scripts)  # in place, or on a page
    assert len(hashes(site)) == 3
    assert len(set(hashes(site))) == 1


def test_after_a_new_key_the_phone_checks_again_by_itself(phone: Page, site: Site) -> None:
    site.check(phone, UNLISTED)
    move_on(site.house)
    ask(phone)
    expect(phone.locator("#answer .watch")).to_contain_text(KEPT)
    with site.house.services.reading() as session:
        assert session.scalars(text("SELECT epoch FROM watch")).all() == [2]


def test_what_was_reported_meanwhile_is_shown_and_not_waited_for(phone: Page, site: Site) -> None:
    site.check(phone, UNLISTED)
    expect(phone.locator("#answer")).not_to_contain_text("Danger")
    move_on(site.house)
    site.house.published(identifiers=(an_identifier(UNLISTED),))
    phone.get_by_role("button", name=NEW).click()
    expect(phone.locator("#answer")).to_contain_text("Danger")
    expect(phone.get_by_role("button", name=MORE)).to_be_visible()
    assert hashes(site) == []


def test_what_cannot_be_kept_is_said_and_can_be_asked_again(phone: Page, site: Site) -> None:
    site.check(phone, UNLISTED)
    phone.route("**/api/v1/watch", lambda route: route.abort())
    ask(phone)
    expect(phone.locator("#answer .watch")).to_contain_text("That did not work just now")
    assert hashes(site) == []
    phone.unroute("**/api/v1/watch")
    ask(phone)
    expect(phone.locator("#answer .watch")).to_contain_text(KEPT)
    expect(phone.locator("#answer .watch")).not_to_contain_text("did not work")


def test_a_full_house_is_said_with_its_day(phone: Page, site: Site) -> None:
    site.check(phone, UNLISTED)
    with site.house.writing() as session:
        [account_id] = session.scalars(text("SELECT account_id FROM sign_in")).all()[-1:]
        actions.watch(
            session,
            site.house.services.sealers.watches,
            account_id=UUID(account_id),
            tokens=[number.to_bytes(32, "big") for number in range(20)],
            epoch=1,
            now=site.house.now,
        )
    ask(phone)
    expect(phone.locator("#answer .watch")).to_contain_text("You have 20 of these already")
    expect(phone.locator("#answer .watch")).to_contain_text(str((site.house.now + WATCH_LIFE).year))
