"""Requests about data in the database: sealed, bounded, two people, gone after a year."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import checker.records
from checker.evaluator import LocalEvaluator
from checker.identifiers import read
from reports import actions
from reports.actions import requesting
from reports.codes import new_receipt_code
from reports.records import RightsRequestRow
from reports.refusals import TwoPeopleNeeded
from reports.rights import (
    Answer,
    Asked,
    NothingNamed,
    Outcome,
    Proof,
    ProofMissing,
    RequestKind,
    TooManyRequests,
    months_later,
)
from storage.keys import Sealers
from storage.record_keys import Reader, drop_strangers, held
from tests import given
from tests.privacy.traces import cells, search

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SAID = {"words": "A Marmoset of Mull", "named": "+447700900616", "contact": "fell616@example.org"}


class Asker:
    """Somebody who asks, on one database."""

    def __init__(
        self, session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime
    ) -> None:
        self.session, self.sealers, self.evaluator, self.now = session, sealers, evaluator, now

    def ask(self, named: str = SAID["named"], kind: RequestKind = RequestKind.DISPUTE) -> str:
        """Send a request and return its code."""
        code = new_receipt_code()
        identifiers = read(named, region="GB").identifiers if named else ()
        actions.send_request(
            self.session,
            self.sealers,
            self.evaluator,
            kind=kind,
            asked=Asked(words=SAID["words"], identifiers=identifiers, contact=SAID["contact"]),
            code=code,
            language="en",
            now=self.now,
        )
        return code


@pytest.fixture
def asker(session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime) -> Asker:
    return Asker(session, sealers, evaluator, now)


def test_nothing_of_a_request_is_in_a_plain_place(
    session: Session, sealers: Sealers, recovery: Reader, asker: Asker
) -> None:
    code = asker.ask()
    session.commit()
    left = cells(session.connection())
    assert search({"database": left}, {**SAID, "code": code}) == []
    own = actions.own_request(session, sealers.reports, code=code)
    assert actions.open_request(session, recovery, own.line.id).asked.words == SAID["words"]


def test_a_request_names_something(asker: Asker) -> None:
    with pytest.raises(NothingNamed):
        asker.ask(named="")


def test_no_more_come_in_a_day_than_an_instance_takes(session: Session, asker: Asker) -> None:
    with patch.object(requesting, "MOST_A_DAY", 2):
        asker.ask()
        asker.ask()
        with pytest.raises(TooManyRequests):
            asker.ask()
        asker.now += DAY + SECOND
        asker.ask()
    assert session.scalar(select(func.count(RightsRequestRow.id))) == 3


def test_the_database_refuses_an_answer_by_one_person(
    session: Session, sealers: Sealers, recovery: Reader, asker: Asker, now: datetime
) -> None:
    line = actions.own_request(session, sealers.reports, code=asker.ask()).line
    ruth = given.a_caseworker(session, sealers, now=now)
    answer = Answer(outcome=Outcome.STANDS)
    actions.propose_answer(session, recovery, line.id, answer, by=ruth.id)
    session.commit()
    alone = text("update rights_request set answered_by = proposed_by, answered_at = received_at")
    with pytest.raises(IntegrityError, match="two_people"):
        session.execute(alone)


def test_nobody_confirms_their_own_answer_and_it_still_waits(
    session: Session, sealers: Sealers, recovery: Reader, asker: Asker, now: datetime
) -> None:
    line = actions.own_request(session, sealers.reports, code=asker.ask()).line
    ruth = given.a_caseworker(session, sealers, now=now)
    actions.propose_answer(session, recovery, line.id, Answer(outcome=Outcome.STANDS), by=ruth.id)
    proposal = actions.request_line(session, line.id).proposal
    with pytest.raises(TwoPeopleNeeded):
        actions.confirm_answer(
            session, recovery, line.id, by=ruth.id, proposal=proposal, lead=True, now=now
        )
    assert actions.request_line(session, line.id).answered_at is None


def test_nothing_is_told_before_it_is_shown_whose_it_is(
    session: Session, sealers: Sealers, recovery: Reader, asker: Asker, now: datetime
) -> None:
    code = asker.ask(kind=RequestKind.ACCESS)
    line = actions.own_request(session, sealers.reports, code=code).line
    ruth = given.a_caseworker(session, sealers, now=now)
    told = Answer(outcome=Outcome.TOLD, told="We hold your email address.")
    with pytest.raises(ProofMissing):
        actions.propose_answer(session, recovery, line.id, told, by=ruth.id)
    assert actions.request_line(session, line.id).proposed_by is None
    proved = replace(told, proof=Proof.RANG)
    actions.propose_answer(session, recovery, line.id, proved, by=ruth.id)


def test_an_answered_request_goes_after_a_year_with_its_lines_and_keys(
    session: Session, sealers: Sealers, recovery: Reader, asker: Asker, now: datetime
) -> None:
    line = actions.own_request(session, sealers.reports, code=asker.ask()).line
    rule = actions.retention()[-1]
    assert rule.remove(session, now + 4000 * DAY, 10) == 0  # it still waits
    ruth, ana = (given.a_caseworker(session, sealers, now=now) for _ in range(2))
    answer = Answer(outcome=Outcome.STANDS)
    actions.propose_answer(session, recovery, line.id, answer, by=ruth.id)
    proposal = actions.request_line(session, line.id).proposal
    actions.confirm_answer(
        session, recovery, line.id, by=ana.id, proposal=proposal, lead=True, now=now
    )
    assert rule.due(session, now + 365 * DAY) == 0
    assert rule.remove(session, now + 365 * DAY + SECOND, 10) == 1
    assert held(session) == {}
    lines = select(func.count()).select_from(checker.records.LedgerRow)
    assert session.scalar(lines) == 0


def test_a_restore_keeps_the_keys_of_requests(session: Session, asker: Asker) -> None:
    asker.ask()
    assert drop_strangers(session, actions.sealed_records()) == 0


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2027, 12, 31), 2, (2028, 2, 29)),
        ((2026, 11, 28), 3, (2027, 2, 28)),
        ((2026, 3, 4), 1, (2026, 4, 4)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    assert months_later(datetime(*day, tzinfo=UTC), months) == datetime(*expected, tzinfo=UTC)
