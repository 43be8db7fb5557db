from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from checker import actions as checker
from checker.evaluator import LocalEvaluator
from checker.model import Band, HarmKind, Identifier, IdentifierKind, Payload
from checker.register import Register
from members.model import Severity
from reports import actions
from reports.model import (
    Consent,
    ConsentMissing,
    HeldUntilMatch,
    NotInThisState,
    TwoPeopleNeeded,
    Warning,
    WarningDraft,
    WarningState,
)
from reports.records import WarningRow
from storage.keys import Sealers
from tests import given, given_reports

NUMBER = Identifier(IdentifierKind.PHONE, "+447700900123")
DRAFT = WarningDraft(
    severity=Severity.DANGER,
    kinds=(HarmKind.ROBBERY_OR_THEFT,),
    month="2026-03",
    areas=("GB-MET",),
    description="Arrives with a second man.",
    advice="Look who is outside.",
)


class Desk:
    """Two caseworkers and what they do, on one database and one register."""

    def __init__(
        self,
        session: Session,
        sealers: Sealers,
        evaluator: LocalEvaluator,
        register: Register,
        now: datetime,
    ) -> None:
        self.session, self.sealers, self.evaluator = session, sealers, evaluator
        self.register, self.now = register, now
        self.verifier = given.a_caseworker(session, sealers, now=now).id
        self.colleague = given.a_caseworker(session, sealers, now=now).id

    def proposed(
        self,
        draft: WarningDraft = DRAFT,
        *,
        consents: frozenset[Consent] = frozenset({Consent.REGISTER, Consent.ALERT}),
        account_id: UUID | None = None,
    ) -> Warning:
        report = given_reports.a_verified_report(
            self.session,
            self.sealers,
            self.evaluator,
            given_reports.a_submission(consents=consents),
            by=self.verifier,
            now=self.now,
            account_id=account_id,
        )
        return actions.propose(
            self.session,
            self.sealers.reports,
            report_id=report.id,
            draft=draft,
            by=self.verifier,
            now=self.now,
        )

    def publish(self, warning: Warning, *, by: UUID | None = None, reason: str = "") -> Warning:
        return actions.publish(
            self.session,
            self.sealers.reports,
            self.evaluator,
            warning_id=warning.id,
            by=by or self.colleague,
            now=self.now,
            imminent_reason=reason,
        )

    def withdraw(self, warning: Warning) -> None:
        actions.withdraw(
            self.session,
            self.sealers.reports,
            self.evaluator,
            warning_id=warning.id,
            now=self.now,
        )

    def check(self) -> Payload | None:
        """Check the number as a member would, once the register has caught up."""
        self.session.commit()
        checker.refresh(self.session, self.register, now=self.now)
        self.session.commit()
        [answer] = checker.check(
            self.session,
            evaluator=self.evaluator,
            register=self.register,
            identifiers=[NUMBER],
        )
        return answer.found


@pytest.fixture
def desk(
    session: Session,
    sealers: Sealers,
    evaluator: LocalEvaluator,
    register: Register,
    now: datetime,
) -> Desk:
    return Desk(session, sealers, evaluator, register, now)


def test_a_check_hits_once_a_second_person_has_published(desk: Desk) -> None:
    proposed = desk.proposed()
    assert desk.check() is None
    published = desk.publish(proposed)
    found = desk.check()
    assert found is not None
    assert found.severity is Severity.DANGER
    assert found.kinds == {HarmKind.ROBBERY_OR_THEFT}
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
    assert found.kinds == {HarmKind.NON_PAYMENT, HarmKind.ROBBERY_OR_THEFT}
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


def test_a_withdrawn_warning_is_found_no_more_and_others_stay(desk: Desk) -> None:
    first, second = desk.publish(desk.proposed()), desk.publish(desk.proposed())
    desk.withdraw(first)
    found = desk.check()
    assert found is not None
    assert found.references == (second.reference,)
    desk.withdraw(second)
    assert desk.check() is None


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


def test_a_report_held_until_a_match_waits_for_one(desk: Desk) -> None:
    held = desk.proposed(
        consents=frozenset({Consent.REGISTER, Consent.ALERT, Consent.HOLD_UNTIL_MATCH})
    )
    with pytest.raises(HeldUntilMatch):
        desk.publish(held)
    given_reports.a_report(desk.session, desk.sealers, desk.evaluator, now=desk.now)
    desk.publish(held)
    assert desk.check() is not None


def test_a_warning_for_the_register_only_is_read_by_nobody_who_did_not_check(desk: Desk) -> None:
    warning = desk.publish(desk.proposed(consents=frozenset({Consent.REGISTER})))
    found = desk.check()
    assert found is not None
    assert found.references == ()
    sealer = desk.sealers.reports
    assert actions.latest(desk.session, sealer, areas=None, now=desk.now) == ()
    with pytest.raises(actions.NoSuchWarning):
        actions.published(desk.session, sealer, reference=warning.reference, now=desk.now)
