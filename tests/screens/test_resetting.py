"""A forgotten passphrase on a phone and on a desk, with and without scripts."""

import re

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from members import actions as members
from members.model import Role
from messages import actions as messages
from messages.model import Channel
from messages.records import CauseRow, CauseTextRow
from tests import given
from tests.screens.conftest import Opened
from tests.screens.serving import Site

pytestmark = pytest.mark.browser


def fits(page: Page) -> bool:
    """Whether nothing stands beside the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def reachable_lead(site: Site) -> given.Person:
    """Give a lead with a confirmed address."""
    house, lead = site.house, site.house.person(Role.LEAD)
    with house.writing() as session:
        [contact_id] = messages.add_verified_contacts(
            session,
            house.services.sealers.contacts,
            contacts=[(Channel.EMAIL, "lead@example.org")],
            now=house.now,
        )
        members.give_contact(
            session,
            account_id=lead.id,
            channel=Channel.EMAIL,
            contact_id=contact_id,
            now=house.now,
        )
    return lead


def code_sent(site: Site) -> str:
    """Return the code of the only message."""
    with site.house.writing() as session:
        code = select(CauseRow.id).where(CauseRow.kind == "code")
        row = session.scalars(select(CauseTextRow).where(CauseTextRow.cause_id.in_(code))).first()
        assert row
        words = site.house.services.sealers.contacts.text(
            row.sealed_body, table="cause_text", column="sealed_body", row=row.id
        )
    found = re.search(r"\w{4}(-\w{4}){3}", words)
    assert found
    return found[0]


@pytest.mark.parametrize(("width", "scripts"), [(360, False), (1280, True)])
def test_a_passphrase_is_set_anew_by_the_keyboard(
    site: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    lead = reachable_lead(site)
    viewport = {"width": width, "height": 740}
    page = opened(viewport=viewport, java_script_enabled=scripts).new_page()
    page.goto(f"{site.url}/sign-in")
    page.get_by_role("link", name="I forgot my passphrase").click()
    page.wait_for_url("**/sign-in/forgotten")
    assert fits(page)
    page.locator("input:focus").wait_for()
    page.keyboard.type(lead.name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/again")
    assert fits(page)
    page.locator("input:focus").wait_for()
    page.keyboard.type(code_sent(site))
    page.keyboard.press("Enter")
    page.get_by_label("New passphrase").fill("another set of words")
    assert fits(page)
    page.get_by_label("Code of your second step").fill(given.codes()[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
