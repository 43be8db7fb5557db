from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts import actions
from alerts.model import Alert, Price
from checker.evaluator import LocalEvaluator
from members.model import Preferences, Role, Severity, WorkSetting
from messages.model import CauseState, Channel, DeliveryState
from reports.model import Consent, Warning, WarningDraft
from reports.refusals import TwoPeopleNeeded
from storage.keys import Sealers
from tests import given
from tests.given_reports import DRAFT, SHARED, TwoCaseworkers

PRICE = Price(per_segment=0.05, currency="GBP", segments_per_second=10)
BASE = "https://check.example.org/updates"
CHECK = "https://check.example.org/check"


class Office(TwoCaseworkers):
    """Two caseworkers, and members who chose differently."""

    def member(self, number: int, **preferences: Any) -> given.Person:
        chosen = Preferences(
            **{"areas": frozenset({"GB-MET"}), "by_sms": True, "by_email": True, **preferences}
        )
        return given.a_member(
            self.session,
            self.sealers,
            now=self.now,
            phone=f"+447700900{number}",
            email=f"member{number}@example.org",
            preferences=chosen,
        )

    def publish(
        self, warning: Warning, *, alone: bool = False, leaves_from: datetime | None = None
    ) -> Alert | None:
        _warning, alert = actions.publish(
            self.session,
            self.sealers,
            self.evaluator,
            warning_id=warning.id,
            by=self.verifier if alone else self.colleague,
            link_base=BASE,
            check_link=CHECK,
            price=PRICE,
            leaves_from=leaves_from or self.now,
            time_zone="Europe/London",
            now=self.now,
        )
        return alert

    def recipients(self, alert: Alert) -> set[tuple[str, str]]:
        rows = self.session.execute(
            text("SELECT contact_id, channel FROM delivery WHERE cause_id = :cause"),
            {"cause": alert.cause_id.hex if self._is_sqlite else alert.cause_id},
        )
        return {(str(contact_id).replace("-", ""), channel) for contact_id, channel in rows}

    @property
    def _is_sqlite(self) -> bool:
        return self.session.get_bind().dialect.name == "sqlite"


@pytest.fixture
def office(session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime) -> Office:
    return Office(session, sealers, evaluator, now)


def test_an_alert_goes_to_those_who_match_and_to_nobody_else(office: Office) -> None:
    both = office.member(201)
    only_mail = office.member(202, by_sms=False)
    everywhere = office.member(203, areas=frozenset(), everywhere=True)
    out_calls = office.member(204, settings=frozenset({WorkSetting.OUT_CALL}))
    office.member(205, areas=frozenset({"GB-GMP"}))
    office.member(206, danger=False)
    office.member(207, settings=frozenset({WorkSetting.STREET}))
    office.member(208, by_sms=False, by_email=False)
    given.a_caseworker(office.session, office.sealers, now=office.now)
    alert = office.publish(office.proposed())
    assert alert is not None
    expected = {
        (person.sms_contact_id.hex, "sms")
        for person in (both, everywhere, out_calls)
        if person.sms_contact_id
    } | {
        (person.email_contact_id.hex, "email")
        for person in (both, only_mail, everywhere, out_calls)
        if person.email_contact_id
    }
    assert office.recipients(alert) == expected


def test_what_was_estimated_is_what_is_sent(office: Office) -> None:
    for number in range(210, 215):
        office.member(number, by_email=number % 2 == 0)
    warning = office.proposed()
    estimate = actions.estimate(
        office.session,
        warning,
        link=f"{BASE}/{warning.reference}",
        price=PRICE,
        leaves_from=office.now,
        time_zone="Europe/London",
    )
    assert (estimate.sms_recipients, estimate.email_recipients) == (5, 3)
    assert estimate.segments == 5
    assert estimate.cost == 0.25
    alert = office.publish(warning)
    assert alert is not None
    progress = actions.progress(office.session, alert.id)
    assert progress.count(DeliveryState.PENDING, channel=Channel.SMS) == 5
    assert progress.count(DeliveryState.PENDING, channel=Channel.EMAIL) == 3


def test_each_delivery_says_why_it_exists(office: Office) -> None:
    office.member(220)
    office.publish(office.proposed())
    whys = set(office.session.scalars(text("SELECT why FROM delivery")))
    assert whys == {"area GB-MET; danger; any setting"}


def test_nobody_is_alerted_when_the_second_person_is_missing(office: Office) -> None:
    office.member(221)
    with pytest.raises(TwoPeopleNeeded):
        office.publish(office.proposed(), alone=True)
    office.session.rollback()
    assert office.session.scalar(text("SELECT count(*) FROM delivery")) == 0


@pytest.mark.parametrize(
    ("draft", "consents"),
    [
        (replace(DRAFT, severity=Severity.NUISANCE), SHARED),
        (replace(DRAFT, to_alert=False), SHARED),
        (DRAFT, frozenset({Consent.REGISTER})),
    ],
)
def test_without_consent_or_for_a_nuisance_nobody_is_alerted(
    office: Office, draft: WarningDraft, consents: frozenset[Consent]
) -> None:
    office.member(222)
    assert office.publish(office.proposed(draft, consents=consents)) is None
    assert office.session.scalar(text("SELECT count(*) FROM delivery")) == 0


def test_a_routine_alert_waits_until_it_may_leave(office: Office) -> None:
    office.member(223)
    later = office.now + timedelta(minutes=40)
    alert = office.publish(
        office.proposed(replace(DRAFT, severity=Severity.RISK)), leaves_from=later
    )
    assert alert is not None
    assert alert.expires_at > later
    waiting = office.session.scalars(text("SELECT next_at FROM delivery")).all()
    assert len(set(map(str, waiting))) == 1
    assert str(waiting[0]).startswith(f"{later:%Y-%m-%d %H:%M}")


def test_a_paused_alert_goes_on_and_a_recalled_one_never(office: Office) -> None:
    office.member(224)
    alert = office.publish(office.proposed())
    assert alert is not None
    actions.pause(office.session, alert.id)
    assert actions.alert(office.session, alert.id).state is CauseState.PAUSED
    actions.resume(office.session, alert.id)
    assert actions.alert(office.session, alert.id).state is CauseState.OPEN
    actions.recall(office.session, alert.id)
    actions.resume(office.session, alert.id)
    assert actions.alert(office.session, alert.id).state is CauseState.RECALLED
    progress = actions.progress(office.session, alert.id)
    assert progress.count(DeliveryState.RECALLED) == progress.count() == 2


def test_a_practitioner_is_warned_as_a_member_is(office: Office) -> None:
    person = given.a_member(
        office.session,
        office.sealers,
        now=office.now,
        role=Role.PRACTITIONER,
        email="outreach@example.org",
    )
    alert = office.publish(office.proposed())
    assert alert is not None
    assert person.email_contact_id is not None
    assert office.recipients(alert) == {(person.email_contact_id.hex, "email")}
