"""Held until a match: a second report that names the same makes us ask; nothing is assumed."""

from datetime import datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from members.model import Role
from reports import actions
from reports.model import Consent, Match, ReportChannel
from reports.records import MatchQuestionRow
from reports.refusals import NotInThisState
from storage.keys import Sealers
from tests import given, given_reports
from tests.members.visits import Visitor
from tests.whole import Whole, open_report, press

HELD = frozenset({Consent.REGISTER, Consent.ALERT, Consent.HOLD_UNTIL_MATCH})
QUESTION = "Shall we go on with yours?"


class Held:
    """A report that waits for a second one, and what comes in after it."""

    def __init__(
        self, session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime
    ) -> None:
        self.session, self.sealers, self.evaluator, self.now = session, sealers, evaluator, now
        self.by = given.a_caseworker(session, sealers, now=now).id
        self.report = self.send(HELD)

    def send(self, consents: frozenset[Consent] = frozenset()) -> given_reports.GivenReport:
        """Send a report that names the same number."""
        said = given_reports.a_submission(consents=consents)
        return given_reports.a_report(
            self.session, self.sealers, self.evaluator, said, now=self.now
        )

    def verify(self, report: given_reports.GivenReport) -> None:
        """Verify a report."""
        actions.take(self.session, report.id, by=self.by)
        actions.verify(self.session, report.id, by=self.by, now=self.now)

    def answer(self, *, agreed: bool) -> None:
        """Answer as the reporter of the first report."""
        actions.answer_match(self.session, self.report.id, agreed=agreed, now=self.now)

    def match(self) -> Match | None:
        """Return where the question of the first report stands."""
        return actions.matches(self.session, [self.report.id]).get(self.report.id)

    def is_shown(self) -> bool:
        """Whether its reporter is shown the question."""
        followed = actions.follow_up(
            self.session, self.sealers.reports, report_id=self.report.id, today=self.now.date()
        )
        return followed.asked


@pytest.fixture
def held(session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime) -> Held:
    """Give a report that waits."""
    return Held(session, sealers, evaluator, now)


def test_a_second_report_with_the_same_number_makes_us_ask_and_a_third_does_not_again(
    held: Held,
) -> None:
    assert held.match() is None
    held.send()
    held.send()
    assert held.match() is Match.ASKED
    rows = held.session.scalars(select(MatchQuestionRow)).all()
    assert [row.report_id for row in rows] == [held.report.id]


def test_a_report_that_waits_is_asked_when_an_older_one_names_the_same(held: Held) -> None:
    second = held.send(HELD)
    found = actions.matches(held.session, [held.report.id, second.id])
    assert found == {held.report.id: Match.ASKED, second.id: Match.ASKED}


def test_whoever_waits_is_not_asked_for_a_report_that_was_withdrawn(held: Held) -> None:
    actions.withdraw_consent(
        held.session,
        held.sealers.reports,
        held.evaluator,
        report_id=held.report.id,
        consent=Consent.HOLD_UNTIL_MATCH,
        now=held.now,
    )
    held.send()
    assert held.match() is None
    actions.withdraw_report(
        held.session, held.sealers.reports, held.evaluator, report_id=held.report.id, now=held.now
    )
    held.send()
    assert held.match() is None


def test_a_reporter_learns_of_another_report_only_once_theirs_is_verified(held: Held) -> None:
    held.send()
    assert not held.is_shown()
    with pytest.raises(NotInThisState):
        held.answer(agreed=True)
    held.verify(held.report)
    assert held.is_shown()


def test_two_reports_that_came_in_at_once_are_matched_when_one_is_verified(held: Held) -> None:
    held.send()
    held.session.execute(delete(MatchQuestionRow))
    held.verify(held.report)
    assert held.is_shown()


def test_yes_ends_the_wait_and_is_kept(held: Held) -> None:
    held.send()
    held.verify(held.report)
    held.answer(agreed=True)
    assert held.match() is Match.GO_ON
    assert actions.consents(held.session, held.report.id) == HELD - {Consent.HOLD_UNTIL_MATCH}
    assert not held.is_shown()
    with pytest.raises(NotInThisState):
        held.answer(agreed=False)


def test_no_keeps_the_wait_and_one_more_report_asks_again(held: Held) -> None:
    second = held.send()
    held.verify(held.report)
    held.answer(agreed=False)
    assert held.match() is Match.WAIT
    assert Consent.HOLD_UNTIL_MATCH in actions.consents(held.session, held.report.id)
    held.verify(second)
    assert held.match() is Match.WAIT
    held.send()
    assert held.match() is Match.ASKED


def test_switching_the_wait_off_answers_the_question(held: Held) -> None:
    held.send()
    actions.withdraw_consent(
        held.session,
        held.sealers.reports,
        held.evaluator,
        report_id=held.report.id,
        consent=Consent.HOLD_UNTIL_MATCH,
        now=held.now,
    )
    assert held.match() is Match.GO_ON


def test_switching_the_wait_on_asks_where_another_report_is_there_already(held: Held) -> None:
    other = held.send()
    assert actions.matches(held.session, [other.id]) == {}
    actions.give_consent(
        held.session,
        report_id=other.id,
        consent=Consent.HOLD_UNTIL_MATCH,
        channel=ReportChannel.WEB,
        now=held.now,
    )
    assert actions.matches(held.session, [other.id]) == {other.id: Match.ASKED}


# In a browser


def follow(house: Whole, report: given_reports.GivenReport) -> Visitor:
    """Open a report with its code."""
    visitor = house.visitor()
    visitor.open("/report/return")
    visitor.send(form="/report/return", code=report.code)
    return visitor


def verify(house: Whole, report: given_reports.GivenReport) -> Visitor:
    """Take and verify a report."""
    desk = house.sign_in(house.person(Role.CASEWORKER))
    press(desk, f"/desk/reports/{report.id}", step="take")
    return press(desk, f"/desk/reports/{report.id}", step="verify")


def test_the_reporter_is_asked_and_the_desk_sees_what_they_said(house: Whole) -> None:
    first = house.report(consents=HELD)
    desk = verify(house, first)
    reporter = follow(house, first)
    assert QUESTION not in reporter.text
    second = house.report(narrative="Somebody else's words.")
    assert "waits for its reporter's answer" in desk.open("/desk/closed").text
    open_report(desk, first.id)
    assert "waits for its reporter's answer" in desk.open(f"/desk/reports/{first.id}").text
    reporter.open("/report/mine")
    assert QUESTION in reporter.text
    assert second.reference not in reporter.markup
    assert "Somebody else's" not in reporter.markup
    reporter.send("answer=yes", form="/match")
    assert QUESTION not in reporter.text
    assert "its reporter says: go on" in desk.open("/desk/closed").text
    with house.services.reading() as session:
        assert Consent.HOLD_UNTIL_MATCH not in actions.consents(session, first.id)


def test_an_answer_that_is_none_changes_nothing(house: Whole) -> None:
    first = house.report(consents=HELD)
    verify(house, first)
    house.report()
    reporter = follow(house, first)
    reporter.send("answer=perhaps", form="/match")
    assert reporter.status == 400
    assert QUESTION in reporter.open("/report/mine").text
