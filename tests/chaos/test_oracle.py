"""The oracle: who should get what, as it reads it; and the schedule of a campaign."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts import actions as alerts
from alerts.model import Alert, Price
from chaos.oracle import Book, Kind, addresses, read
from chaos.schedule import KILLS, KILLS_AT_THE_END, POSTGRESQL, SQLITE, TROUBLES, at_the_end, plan
from checker.evaluator import LocalEvaluator
from checker.model import HarmKind
from demo.accounts import demo_members
from demo.gateway.ledger import Fingerprints
from demo.loading import Desk, load_people
from demo.publishing import publish_one_more
from members.records import AccountRow
from messages.model import Channel, DeliveryState
from messages.records import DeliveryRow
from reports import actions as reports
from storage.keys import Sealers

PRICE = Price(per_segment=0.04, currency="GBP", segments_per_second=10)
SECOND = timedelta(seconds=1)
DANGER, RISK = HarmKind.PHYSICAL_ASSAULT, HarmKind.NON_PAYMENT


class Newsroom:
    """Publishes warnings to sixty members."""

    def __init__(self, session: Session, sealers: Sealers, evaluator: LocalEvaluator) -> None:
        self.session, self.sealers, self.evaluator = session, sealers, evaluator
        self.now = datetime.now(UTC)
        self.desk: Desk = load_people(session, sealers, number=60, seed=3, now=self.now)
        self.known = addresses(session, sealers.contacts, Fingerprints("token"))

    def publish(self, kind: HarmKind) -> Alert:
        return publish_one_more(
            self.session,
            self.sealers,
            self.evaluator,
            desk=self.desk,
            public_url="",
            price=PRICE,
            time_zone="Europe/London",
            now=self.now,
            kind=kind,
        )

    def correct(self, alert: Alert) -> Alert:
        correction = reports.propose_correction(
            self.session,
            self.sealers.reports,
            warning_id=alert.warning_id,
            description="It was somebody else.",
            advice="",
            by=self.desk.verifier,
            now=self.now,
        )
        _warning, corrected = alerts.correct(
            self.session,
            self.sealers,
            self.evaluator,
            warning_id=alert.warning_id,
            correction_id=correction.id,
            by=self.desk.publisher,
            link_base="",
            price=PRICE,
            time_zone="Europe/London",
            now=self.now,
        )
        assert corrected
        return corrected

    def read(self, book: Book) -> Book:
        self.session.flush()
        read(self.session.connection(), self.known, book)
        return book


@pytest.fixture
def newsroom(session: Session, sealers: Sealers, evaluator: LocalEvaluator) -> Newsroom:
    return Newsroom(session, sealers, evaluator)


def test_it_expects_what_the_publication_counts(newsroom: Newsroom) -> None:
    first = newsroom.publish(DANGER)
    book = newsroom.read(Book())
    assert book.expected.keys() == {str(first.id)}
    alerts = [first, *(newsroom.publish(kind) for kind in (DANGER, RISK, RISK))]
    newsroom.read(book)
    assert len(book.expected) == len(alerts)
    for alert in alerts:
        keys = book.expected[str(alert.id)]
        by = {channel: sum(key.channel == channel for key in keys) for channel in Channel}
        assert by[Channel.SMS] == alert.estimate.sms_recipients
        assert by[Channel.EMAIL] == alert.estimate.email_recipients
        assert book.severities[alert.reference] == alert.severity
    contacts = sum(bool(each.phone) + bool(each.email) for each in demo_members(60, 3))
    assert len(newsroom.known) == contacts


def test_a_digest_counts_a_routine_warning_for_those_who_have_one(newsroom: Newsroom) -> None:
    newsroom.session.execute(
        update(AccountRow).values(digest_at=60, digest_since=newsroom.now - timedelta(days=1))
    )
    routine, danger = newsroom.publish(RISK), newsroom.publish(DANGER)
    book = newsroom.read(Book())
    assert not book.expected[str(routine.id)]
    assert len(book.counted[str(routine.id)]) >= routine.estimate.in_digests > 0
    assert len(book.expected[str(danger.id)]) == danger.estimate.recipients
    assert not book.counted[str(danger.id)]


def test_a_correction_may_go_to_whoever_may_have_had_the_original(newsroom: Newsroom) -> None:
    alert, session, later = newsroom.publish(DANGER), newsroom.session, newsroom.now + SECOND
    contacts = session.scalars(
        select(DeliveryRow.contact_id).where(DeliveryRow.cause_id == alert.cause_id).limit(6)
    ).all()
    changes: tuple[dict[str, object], ...] = (
        {"state": DeliveryState.SENDING},
        {"state": DeliveryState.DELIVERED},
        {"attempts": 1, "updated_at": later},  # turned away a moment after the correction
        {"attempts": 1},
        {"state": DeliveryState.CLAIMED},
        {"state": DeliveryState.FAILED},
    )
    for contact, values in zip(contacts, changes, strict=True):
        ours = (DeliveryRow.contact_id == contact, DeliveryRow.cause_id == alert.cause_id)
        session.execute(update(DeliveryRow).where(*ours).values(**values))
    correction = newsroom.correct(alert)
    found = newsroom.read(Book()).corrections[str(correction.id)]
    assert {key.to for key in found.may} == {newsroom.known[str(each)] for each in contacts[:3]}
    assert {key.kind for key in found.may} == {Kind.CORRECTION}
    assert correction.estimate.recipients == 2


def test_a_schedule_is_the_same_for_the_same_seed() -> None:
    first, second, other = (list(plan(kills=40, seed=seed, database=SQLITE)) for seed in (5, 5, 6))
    assert first == second
    assert first != other
    assert sum(step.is_kill for step in first) == 40


def test_the_last_kills_fall_when_nothing_more_is_published() -> None:
    before, last = at_the_end(plan(kills=10, seed=1, database=SQLITE))
    assert sum(step.is_kill for step in before) == 10 - KILLS_AT_THE_END
    assert [step.is_kill for step in last] == [True] * KILLS_AT_THE_END
    assert at_the_end(()) == ([], [])


def test_a_long_schedule_has_every_blow() -> None:
    steps = list(plan(kills=1250, seed=1, database=POSTGRESQL))
    assert {step.blow for step in steps} == KILLS.keys() | TROUBLES.keys()
    assert any(POSTGRESQL in step.targets for step in steps)
    assert not any(len(set(step.targets)) != len(step.targets) for step in steps)
