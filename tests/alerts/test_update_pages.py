"""What members read of warnings, and what they never do."""

from dataclasses import replace

from members.model import Role, Severity
from tests import given
from tests.alerts.steps import a_recipient, on_the_register
from tests.given_reports import DRAFT
from tests.whole import Whole


def test_a_member_reads_the_warnings_of_their_areas_and_may_look_at_all(house: Whole) -> None:
    here, elsewhere = house.published(), house.published(replace(DRAFT, areas=("GB-GMP",)))
    member = house.sign_in(a_recipient(house, "GB-MET"))
    member.open("/updates")
    assert here.reference in member.markup
    assert elsewhere.reference not in member.markup
    assert elsewhere.reference in member.open("/updates?area=all").markup
    assert member.title.startswith("Updates")


def test_nuisance_is_on_the_register_and_in_no_list(house: Whole) -> None:
    nuisance = house.published(replace(DRAFT, severity=Severity.NUISANCE))
    member = house.sign_in(house.person())
    assert nuisance.reference not in member.open("/updates?area=all").markup
    assert on_the_register(house) is not None


def test_a_warning_that_is_not_published_is_not_there(house: Whole, verifier: given.Person) -> None:
    warning = house.proposed(verifier)
    member = house.sign_in(house.person())
    assert member.open(f"/updates/{warning.reference}").status == 404
    assert warning.reference not in member.open("/updates?area=all").markup


def test_what_a_member_reads_says_nothing_of_the_report(house: Whole) -> None:
    warning = house.published()
    member = house.sign_in(house.person(Role.PRACTITIONER))
    page = member.open(f"/updates/{warning.reference}").markup
    report = house.opened(warning.report_id)
    for secret in (report.reference, str(report.id), "Brixton", "Dave", "900123", "ran out"):
        assert secret not in page
