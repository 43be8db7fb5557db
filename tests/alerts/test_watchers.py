"""Those who watch are told once, by their channels, of what they watch for and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts import actions
from alerts.composing import compose, compose_watch, compose_watch_ended
from checker import actions as checker
from checker.evaluator import LocalEvaluator
from checker.watches import WATCH_LIFE
from members import actions as members
from members.cover import Cover
from members.model import Severity
from messages.model import Channel, DeliveryState, Text
from reports import actions as reports
from reports.model import Consent, WarningDraft
from storage.keys import Sealers
from tests.alerts.test_publishing import BASE, CHECK, PRICE
from tests.alerts.test_quiet_hours import MORNING, NIGHT, QUIET
from tests.alerts.watchers import WatchedOffice, contacts
from tests.given_reports import DRAFT, PHONE, SHARED
from tests.members.test_preferences import BANNED

RISK = replace(DRAFT, severity=Severity.RISK)
NUISANCE = replace(DRAFT, severity=Severity.NUISANCE)


@pytest.fixture
def office(session: Session, sealers: Sealers, evaluator: LocalEvaluator) -> WatchedOffice:
    return WatchedOffice(session, sealers, evaluator, NIGHT)


def test_whoever_watches_is_told_by_the_channels_they_chose(office: WatchedOffice) -> None:
    both = office.watching(501)
    mailed = office.watching(502, by_sms=False)
    office.watching(503, by_sms=False, by_email=False)
    office.watching(504, phone="07700 900124")
    office.member(505)
    office.publish(office.proposed())
    assert office.told() == contacts(both) | {(mailed.email_contact_id, "email")}


def test_each_is_told_once(office: WatchedOffice) -> None:
    office.watching(506)
    office.publish(office.proposed())
    before = office.told()
    office.publish(office.proposed())
    assert office.told() == before


def test_whoever_asks_again_is_told_of_the_next(office: WatchedOffice) -> None:
    person = office.watching(507)
    office.publish(office.proposed())
    office.watch(person.id)
    second = office.proposed(RISK)
    office.publish(second)
    assert office.leaving(second, MORNING) == {Channel.SMS, Channel.EMAIL}


def test_a_correction_tells_nobody_again(office: WatchedOffice) -> None:
    person = office.watching(508)
    warning = office.proposed()
    office.publish(warning)
    office.watch(person.id)
    correction = reports.propose_correction(
        office.session,
        office.sealers.reports,
        warning_id=warning.id,
        description="It was somebody else.",
        advice="",
        by=office.verifier,
        now=office.now,
    )
    before = office.told()
    actions.correct(
        office.session,
        office.sealers,
        office.evaluator,
        warning_id=warning.id,
        correction_id=correction.id,
        by=office.colleague,
        link_base=BASE,
        price=PRICE,
        time_zone="Europe/London",
        now=office.now,
    )
    assert office.told() == before
    [watch] = checker.watches_of(office.session, account_id=person.id, now=office.now)
    assert not watch.ended


def test_after_thirty_days_nobody_is_told(office: WatchedOffice) -> None:
    person = office.watching(509)
    office.watch(person.id, now=office.now - WATCH_LIFE)
    office.publish(office.proposed())
    assert office.told() == set()


def test_whoever_stopped_is_not_told(office: WatchedOffice) -> None:
    person = office.watching(510)
    checker.unwatch(office.session, account_id=person.id)
    office.publish(office.proposed())
    assert office.told() == set()


@pytest.mark.parametrize("ending", ["left", "suspended"])
def test_whoever_is_no_member_any_more_is_not_told(office: WatchedOffice, ending: str) -> None:
    person = office.watching(511)
    if ending == "left":
        members.leave(office.session, office.sealers, account_id=person.id, now=office.now)
    else:
        members.suspend(office.session, account_id=person.id, now=office.now)
    office.publish(office.proposed())
    assert office.told() == set()


@pytest.mark.parametrize(
    ("draft", "consents"),
    [(NUISANCE, SHARED), (DRAFT, frozenset({Consent.REGISTER}))],
)
def test_what_the_register_alone_says_is_told_too(
    office: WatchedOffice, draft: WarningDraft, consents: frozenset[Consent]
) -> None:
    person = office.watching(512)
    assert office.publish(office.proposed(draft, consents=consents)) is None
    assert office.told() == contacts(person)


def test_what_the_register_does_not_say_is_not_told(office: WatchedOffice) -> None:
    person = office.watching(513)
    office.publish(office.proposed(consents=frozenset({Consent.ALERT})))
    assert office.told() == set()
    assert checker.watches_of(office.session, account_id=person.id, now=office.now)


def test_what_is_withdrawn_before_it_has_left_is_not_told(office: WatchedOffice) -> None:
    office.watching(514)
    warning = office.proposed()
    office.publish(warning)
    assert office.state(warning) == {DeliveryState.PENDING}
    office.withdraw(warning)
    assert office.state(warning) == {DeliveryState.RECALLED}


@pytest.mark.parametrize(
    ("draft", "allowed", "rings"),
    [(DRAFT, True, True), (DRAFT, False, False), (RISK, True, False), (NUISANCE, True, False)],
)
def test_only_danger_rings_at_night_and_only_for_those_who_allowed_it(
    office: WatchedOffice, draft: WarningDraft, *, allowed: bool, rings: bool
) -> None:
    office.watching(515, PHONE, **QUIET, danger_in_quiet=allowed, digest_at=9 * 60)
    warning = office.proposed(draft)
    office.publish(warning)
    assert (Channel.SMS in office.leaving(warning, NIGHT)) is rings
    assert Channel.EMAIL in office.leaving(warning, NIGHT)
    assert Channel.SMS in office.leaving(warning, MORNING)


def test_a_routine_one_waits_as_its_alert_does(office: WatchedOffice) -> None:
    office.watching(516)
    warning, later = office.proposed(RISK), NIGHT + timedelta(minutes=40)
    office.publish(warning, leaves_from=later)
    assert office.leaving(warning, NIGHT) == set()
    assert office.leaving(warning, later) == {Channel.SMS, Channel.EMAIL}


def test_a_new_key_ends_watches_and_their_owners_are_told_once(office: WatchedOffice) -> None:
    office.now = MORNING
    person = office.watching(517)
    assert office.end() == 0
    office.session.execute(text("UPDATE register_state SET epoch = 2"))
    assert office.end() == 1
    assert office.told() == contacts(person)
    assert office.end() == 0
    assert checker.watches_of(office.session, account_id=person.id, now=office.now) == ()


@pytest.mark.parametrize("composed", [compose_watch, compose_watch_ended])
def test_the_words_fit_one_message_under_every_cover_and_name_nothing(
    composed: Callable[[str], Sequence[Text]],
) -> None:
    texts = composed(CHECK)
    assert {(each.channel, each.text_key) for each in texts} == {
        (each.channel, each.text_key) for each in compose(CHECK)
    }
    assert len(texts) == len(Channel) * len(Cover)
    for each in texts:
        assert each.segments == 1
        assert CHECK in each.body
        said = f"{each.subject} {each.body}".lower().replace(CHECK, "")
        assert not [word for word in (*BANNED, "number") if word in said]
