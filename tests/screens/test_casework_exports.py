"""What is passed on, on a phone and a desk: two people let it out, and the reporter reads it."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # no types
from playwright.sync_api import Page

from casework.consents import CaseConsent
from members.model import Role
from reports import actions as reports
from reports.model import Consent
from tests import given_cases
from tests.given_reports import GivenReport
from tests.screens.conftest import Opened
from tests.screens.serving import Site, fits

pytestmark = pytest.mark.browser
HELD = frozenset({Consent.ANONYMOUS_POLICE, Consent.HOLD_UNTIL_MATCH})
OURS = "Robbed after an hour by the person described."


def looks_right(page: Page, *, scripts: bool = True) -> None:
    """Hold a page to the width of the screen, and to what axe knows, which is a script."""
    assert fits(page)
    if not scripts:
        return
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def verified(site: Site, consents: frozenset[Consent]) -> GivenReport:
    """Return a verified report of its own number, or of the same as others."""
    report = site.house.report(consents=consents)
    by = site.house.person(Role.CASEWORKER).id
    with site.house.writing() as session:
        reports.take(session, report.id, by=by)
        reports.verify(session, report.id, by=by, now=site.house.now)
    return report


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, False)])
def test_two_people_let_a_report_out_and_its_reporter_reads_it(
    site: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    report = verified(site, HELD)
    site.house.report()
    viewport = {"width": width, "height": 740}
    maker, second = (
        site.sign_in(opened(viewport=viewport, java_script_enabled=scripts), role)
        for role in (Role.CASEWORKER, Role.LEAD)
    )
    reporter = opened(viewport=viewport, java_script_enabled=scripts).new_page()
    reporter.goto(f"{site.url}/report/return")
    reporter.get_by_label("Your code").fill(report.code)
    reporter.get_by_role("button", name="Open").click()
    reporter.get_by_role("button", name="Yes, go on").wait_for()
    looks_right(reporter, scripts=scripts)
    reporter.get_by_role("button", name="Yes, go on").press("Enter")
    reporter.wait_for_url("**/report/mine#consents")

    maker.goto(f"{site.url}/desk/disclosures")
    maker.get_by_role("link", name="Tell the police, without me").press("Enter")
    maker.get_by_label(report.reference).check()
    maker.get_by_label("Who gets it").fill("A police force")
    looks_right(maker, scripts=scripts)
    maker.get_by_role("button", name="Go on").press("Enter")
    maker.get_by_label("In words", exact=True).fill(OURS)
    looks_right(maker, scripts=scripts)
    maker.get_by_role("button", name="Hand over").press("Enter")
    maker.get_by_text("Somebody else lets it out").wait_for()
    looks_right(maker, scripts=scripts)

    second.goto(maker.url)
    second.get_by_text(OURS).wait_for()
    looks_right(second, scripts=scripts)
    second.get_by_role("button", name="Let it out").press("Enter")
    second.get_by_role("link", name="Take the sheet").wait_for()
    second.goto(f"{site.url}/desk/disclosures")
    looks_right(second, scripts=scripts)
    reporter.get_by_role("link", name="What was passed on").press("Enter")
    reporter.get_by_text(OURS).wait_for()
    looks_right(reporter, scripts=scripts)


def test_consents_of_a_case_fit_and_are_clean(site: Site, opened: Opened) -> None:
    with site.house.writing() as session:
        case = given_cases.a_case(session, site.house.services.sealers, now=site.house.now)
    desk = site.sign_in(opened(), Role.CASEWORKER)
    desk.goto(f"{site.url}/desk/cases/{case.id}")
    desk.get_by_label("The police").check()
    desk.get_by_label("On the phone").check()
    desk.get_by_role("button", name="Write it down").press("Enter")
    desk.get_by_label("Under which consent").select_option(CaseConsent.POLICE.value)
    desk.get_by_label("Who gets it").fill("A police force")
    desk.get_by_label("Exactly what is passed on").fill(OURS)
    desk.get_by_role("button", name="Write it down").last.press("Enter")
    desk.get_by_text(OURS).wait_for()
    looks_right(desk)
