"""What takes two people, on a phone and a desk: asked for, granted, nothing beside the page."""

import pytest

from members.model import Role
from tests.screens.conftest import Opened
from tests.screens.serving import Site, fits

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, False)])
def test_an_emergency_access_is_asked_for_granted_and_looked_at(
    site: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    viewport = {"width": width, "height": 740}
    asker, lead = (
        site.sign_in(opened(viewport=viewport, java_script_enabled=scripts), role)
        for role in (Role.CASEWORKER, Role.LEAD)
    )
    asker.goto(f"{site.url}/desk/emergencies")
    asker.get_by_label("Working name").fill(site.house.person().name)
    asker.get_by_label("What happened").fill("She does not answer.")
    asker.get_by_role("button", name="Ask a second person").press("Enter")
    asker.wait_for_url("**/desk/approvals")
    assert fits(asker)
    lead.goto(f"{site.url}/desk/approvals")
    assert fits(lead)
    lead.get_by_role("button", name="Grant it").press("Enter")
    lead.wait_for_url("**/desk/emergencies")
    assert fits(lead)
    lead.get_by_role("link", name="See how to reach them").press("Enter")
    lead.get_by_text("No way to reach them is kept").wait_for()
    assert fits(lead)
    for path in ("/desk", "/desk/staff"):
        lead.goto(f"{site.url}{path}")
        assert fits(lead)
