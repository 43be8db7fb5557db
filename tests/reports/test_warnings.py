"""A warning's life: two people publish it, and it ends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from checker.model import HarmKind
from members.model import Severity
from reports import actions
from reports.model import Consent, WarningState
from reports.records import WarningRow
from reports.refusals import ConsentMissing, HeldUntilMatch, NotInThisState, TwoPeopleNeeded
from tests import given_reports
from tests.given_reports import DRAFT
from tests.reports.desk import Desk


def test_a_check_hits_once_a_second_person_has_published(desk: Desk) -> None:
    proposed = desk.proposed()
    assert desk.check() is None
    published = desk.publish(proposed)
    found = desk.check()
    assert found is not None
    assert found.severity is Severity.DANGER
    assert found.kinds == {HarmKind.PHYSICAL_ASSAULT}
    assert found.references == (published.reference,)
    assert published.state is WarningState.PUBLISHED


def test_whoever_verified_is_refused_publication(desk: Desk) -> None:
    warning = desk.proposed()
    with pytest.raises(TwoPeopleNeeded):
        desk.publish(warning, by=desk.verifier)
    assert desk.check() is None


def test_the_database_itself_refuses_a_lone_publisher(desk: Desk) -> None:
    warning = desk.proposed()
    with pytest.raises(IntegrityError, match="two_people"):
        desk.session.execute(
            update(WarningRow)
            .where(WarningRow.id == warning.id)
            .values(state=WarningState.PUBLISHED, published_by=desk.verifier)
        )


def test_the_database_refuses_a_warning_that_names_another_verifier_than_its_report(
    desk: Desk,
) -> None:
    warning = desk.proposed()
    with pytest.raises(IntegrityError):
        desk.session.execute(
            update(WarningRow)
            .where(WarningRow.id == warning.id)
            .values(verified_by=desk.colleague, published_by=desk.verifier)
        )


def test_imminent_danger_may_be_published_alone_with_a_reason(desk: Desk) -> None:
    warning = desk.proposed()
    desk.publish(warning, by=desk.verifier, reason="He is on his way to her now.")
    assert desk.check() is not None


@pytest.mark.parametrize("severity", [Severity.RISK, Severity.NUISANCE])
def test_nothing_but_danger_may_be_published_alone(desk: Desk, severity: Severity) -> None:
    warning = desk.proposed(replace(DRAFT, severity=severity))
    with pytest.raises(TwoPeopleNeeded):
        desk.publish(warning, by=desk.verifier, reason="I am in a hurry.")


def test_without_any_consent_nothing_is_published(desk: Desk) -> None:
    warning = desk.proposed(consents=frozenset({Consent.RESEARCH}))
    with pytest.raises(ConsentMissing):
        desk.publish(warning)


def test_an_alert_without_consent_to_the_register_lists_no_number(desk: Desk) -> None:
    desk.publish(desk.proposed(consents=frozenset({Consent.ALERT})))
    assert desk.check() is None


def test_a_withdrawn_warning_is_found_no_more_and_others_stay(desk: Desk) -> None:
    first, second = desk.publish(desk.proposed()), desk.publish(desk.proposed())
    desk.withdraw(first)
    found = desk.check()
    assert found is not None
    assert found.references == (second.reference,)
    desk.withdraw(second)
    assert desk.check() is None


def test_a_published_warning_is_not_withdrawn_without_what_a_second_person_granted(
    desk: Desk,
) -> None:
    warning = desk.publish(desk.proposed())
    with pytest.raises(TwoPeopleNeeded):
        actions.withdraw(
            desk.session,
            desk.sealers.reports,
            desk.evaluator,
            warning_id=warning.id,
            now=desk.now,
        )
    assert desk.check() is not None


def test_a_warning_that_has_run_out_is_found_no_more(desk: Desk) -> None:
    warning = desk.publish(desk.proposed())
    later = warning.expires_at + timedelta(seconds=1)
    expired = actions.expire(desk.session, desk.sealers.reports, desk.evaluator, now=later)
    assert expired == 1
    assert desk.check() is None


def test_nuisance_never_becomes_an_alert_and_expires_sooner(desk: Desk) -> None:
    nuisance = desk.proposed(replace(DRAFT, severity=Severity.NUISANCE, to_alert=True))
    danger = desk.proposed()
    assert not nuisance.draft.to_alert
    assert nuisance.expires_at < danger.expires_at


def test_a_published_warning_is_not_rewritten(desk: Desk) -> None:
    warning = desk.publish(desk.proposed())
    with pytest.raises(NotInThisState):
        actions.propose(
            desk.session,
            desk.sealers.reports,
            report_id=warning.report_id,
            draft=DRAFT,
            by=desk.verifier,
            now=desk.now,
        )
    with pytest.raises(NotInThisState):
        desk.publish(warning)


def test_a_report_held_until_a_match_waits_for_one_and_for_its_reporter(desk: Desk) -> None:
    held = desk.proposed(
        consents=frozenset({Consent.REGISTER, Consent.ALERT, Consent.HOLD_UNTIL_MATCH})
    )
    with pytest.raises(HeldUntilMatch):
        desk.publish(held)
    given_reports.a_report(desk.session, desk.sealers, desk.evaluator, now=desk.now)
    with pytest.raises(HeldUntilMatch):
        desk.publish(held)
    actions.answer_match(desk.session, held.report_id, agreed=True, now=desk.now)
    desk.publish(held)
    assert desk.check() is not None
