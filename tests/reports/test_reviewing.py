from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from checker.model import HarmKind
from members.model import Severity
from reports import actions
from reports.model import AccountOfHarm, ReportState
from reports.refusals import NotInThisState
from storage.base import new_id
from storage.keys import Sealers
from storage.record_keys import Reader
from tests import given, given_reports


def report_on(
    number: str, session: Session, sealers: Sealers, evaluator: LocalEvaluator, *, now: datetime
) -> UUID:
    submission = given_reports.a_submission(identifiers=(given_reports.an_identifier(number),))
    return given_reports.a_report(session, sealers, evaluator, submission, now=now).id


def test_two_reports_of_one_number_in_different_spellings_find_each_other(
    session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime
) -> None:
    first = report_on("07700 900456", session, sealers, evaluator, now=now)
    second = report_on("+44 (0)7700-900456", session, sealers, evaluator, now=now)
    report_on("07700 900457", session, sealers, evaluator, now=now)
    [other] = actions.sharing(session, first)
    assert other.id == second
    assert other.identifiers == 1
    assert [row.sharing for row in actions.queue(session)] == [1, 1, 0]


def test_a_declined_report_is_no_longer_shown_as_sharing(
    session: Session,
    sealers: Sealers,
    evaluator: LocalEvaluator,
    caseworker: given.Person,
    now: datetime,
) -> None:
    first = report_on("07700 900456", session, sealers, evaluator, now=now)
    second = report_on("07700 900456", session, sealers, evaluator, now=now)
    actions.take(session, second, by=caseworker.id)
    actions.decline(session, second, now=now)
    assert actions.sharing(session, first) == ()


def test_the_queue_shows_the_worst_first_and_of_those_the_longest_waiting(
    session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime
) -> None:
    for kind, hours in (
        (HarmKind.NO_SHOW_OR_TIME_WASTING, 90),
        (HarmKind.NON_PAYMENT, 30),
        (HarmKind.PHYSICAL_ASSAULT, 1),
        (HarmKind.PHYSICAL_ASSAULT, 5),
    ):
        submission = given_reports.a_short_submission(harms=(AccountOfHarm(kind=kind),))
        received_at = now - timedelta(hours=hours)
        given_reports.a_report(session, sealers, evaluator, submission, now=received_at)
    queue = actions.queue(session)
    assert [row.severity for row in queue] == [
        Severity.DANGER,
        Severity.DANGER,
        Severity.RISK,
        Severity.NUISANCE,
    ]
    assert queue[0].received_at < queue[1].received_at


def test_a_report_must_be_taken_before_it_is_verified(
    session: Session,
    recovery: Reader,
    sealers: Sealers,
    evaluator: LocalEvaluator,
    caseworker: given.Person,
    now: datetime,
) -> None:
    report = given_reports.a_report(session, sealers, evaluator, now=now)
    with pytest.raises(NotInThisState):
        actions.verify(session, report.id, by=caseworker.id, now=now)
    actions.take(session, report.id, by=caseworker.id)
    actions.verify(session, report.id, by=caseworker.id, now=now)
    opened = actions.open_report(session, recovery, report.id)
    assert opened.state is ReportState.VERIFIED
    assert opened.verified_by == caseworker.id


def test_a_decided_report_is_decided(
    session: Session,
    sealers: Sealers,
    evaluator: LocalEvaluator,
    caseworker: given.Person,
    now: datetime,
) -> None:
    report = given_reports.a_verified_report(session, sealers, evaluator, by=caseworker.id, now=now)
    with pytest.raises(NotInThisState):
        actions.decline(session, report.id, now=now)
    with pytest.raises(NotInThisState):
        actions.take(session, report.id, by=caseworker.id)
    assert actions.queue(session) == ()


def test_a_note_is_read_with_the_report(
    session: Session,
    recovery: Reader,
    sealers: Sealers,
    evaluator: LocalEvaluator,
    caseworker: given.Person,
    now: datetime,
) -> None:
    report = given_reports.a_report(session, sealers, evaluator, now=now)
    actions.add_note(session, sealers, report.id, "Rang back.", by=caseworker.id, now=now)
    [addition] = actions.open_report(session, recovery, report.id).additions
    assert addition.text == "Rang back."
    assert not addition.by_reporter


def test_a_report_that_is_not_there_cannot_be_opened(session: Session, recovery: Reader) -> None:
    with pytest.raises(actions.NoSuchReport):
        actions.open_report(session, recovery, new_id())
