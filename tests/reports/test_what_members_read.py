"""What members are shown of warnings: the answer of a check, and the latest in their areas."""

from dataclasses import replace

import pytest

from checker.model import Band, HarmKind
from members.model import Severity
from reports import actions
from reports.model import (
    Consent,
)
from tests import given
from tests.given_reports import DRAFT
from tests.reports.desk import Desk


def test_several_warnings_about_a_number_are_merged_the_worst_first(desk: Desk) -> None:
    desk.publish(
        desk.proposed(
            replace(
                DRAFT,
                severity=Severity.RISK,
                kinds=(HarmKind.NON_PAYMENT,),
                month="2026-04",
                areas=("GB-GMP",),
            )
        )
    )
    desk.publish(desk.proposed())
    found = desk.check()
    assert found is not None
    assert found.severity is Severity.DANGER
    assert found.kinds == {HarmKind.NON_PAYMENT, HarmKind.PHYSICAL_ASSAULT}
    assert found.month == "2026-04"
    assert found.regions == ("GB-MET", "GB-GMP")
    assert found.band is Band.SEVERAL


def test_one_person_is_one_source(desk: Desk) -> None:
    member = given.a_member(desk.session, desk.sealers, now=desk.now).id
    for _ in range(3):
        desk.publish(desk.proposed(account_id=member))
    found = desk.check()
    assert found is not None
    assert found.band is Band.ONE


def test_what_the_caseworker_hides_stays_hidden(desk: Desk) -> None:
    desk.publish(desk.proposed(replace(DRAFT, show_month=False, show_band=False)))
    found = desk.check()
    assert found is not None
    assert found.month == ""
    assert found.band is None


def test_members_read_live_warnings_of_their_areas(desk: Desk) -> None:
    here = desk.publish(desk.proposed())
    elsewhere = desk.publish(desk.proposed(replace(DRAFT, areas=("GB-GMP",))))
    everywhere = desk.publish(desk.proposed(replace(DRAFT, areas=())))
    desk.proposed()
    read = actions.latest(desk.session, desk.sealers.reports, areas=["GB-MET"], now=desk.now)
    assert {warning.id for warning in read} == {here.id, everywhere.id}
    everything = actions.latest(desk.session, desk.sealers.reports, areas=None, now=desk.now)
    assert {warning.id for warning in everything} == {here.id, elsewhere.id, everywhere.id}


def test_a_warning_is_read_by_its_reference_only_while_it_lives(desk: Desk) -> None:
    warning = desk.publish(desk.proposed())
    sealer = desk.sealers.reports
    found = actions.published(desk.session, sealer, reference=warning.reference, now=desk.now)
    assert found.draft.description == DRAFT.description
    with pytest.raises(actions.NoSuchWarning):
        actions.published(desk.session, sealer, reference=warning.reference, now=warning.expires_at)


def test_a_warning_for_the_register_only_is_read_by_nobody_who_did_not_check(desk: Desk) -> None:
    warning = desk.publish(desk.proposed(consents=frozenset({Consent.REGISTER})))
    found = desk.check()
    assert found is not None
    assert found.references == ()
    sealer = desk.sealers.reports
    assert actions.latest(desk.session, sealer, areas=None, now=desk.now) == ()
    with pytest.raises(actions.NoSuchWarning):
        actions.published(desk.session, sealer, reference=warning.reference, now=desk.now)
