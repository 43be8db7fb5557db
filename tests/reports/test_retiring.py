"""Retiring reports: those that led to nothing go, with all that was said in them."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import checker.records
from checker.evaluator import LocalEvaluator
from reports import actions
from reports.opening import ByCode
from reports.records import ReportRow, WarningRow
from storage.base import Base
from storage.keys import Sealers
from storage.record_keys import Reader, held
from tests import given, given_reports
from tests.given_reports import TwoCaseworkers

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
CLOSED, UNVERIFIED, *_ = actions.retention()
OF_REPORTS = [
    table
    for table in Base.metadata.tables.values()
    if any(key.column.table.name == "report" for key in table.foreign_keys)
]


@pytest.fixture
def report(session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime) -> UUID:
    """Give a report that answers every question, with a line added."""
    made = given_reports.a_report(session, sealers, evaluator, now=now)
    way = ByCode.of(sealers.reports, made.code)
    actions.add_line(session, sealers, report_id=made.id, text="And a line.", way=way, now=now)
    return made.id


def declined(session: Session, sealers: Sealers, report: UUID, now: datetime) -> None:
    ruth = given.a_caseworker(session, sealers, now=now)
    actions.take(session, report, by=ruth.id)
    actions.decline(session, report, now=now)


def nothing_is_left(session: Session) -> bool:
    tables = [*OF_REPORTS, ReportRow.__table__, checker.records.LedgerRow.__table__]
    counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    return not any(counts)


def test_a_declined_report_goes_after_ninety_days_with_everything_in_it(
    session: Session, sealers: Sealers, report: UUID, now: datetime
) -> None:
    declined(session, sealers, report, now)
    assert CLOSED.remove(session, now + 90 * DAY, 10) == 0
    assert not nothing_is_left(session)
    assert CLOSED.due(session, now + 90 * DAY + SECOND) == 1
    assert held(session)
    assert CLOSED.remove(session, now + 90 * DAY + SECOND, 10) == 1
    assert nothing_is_left(session)
    assert held(session) == {}  # shredded: no copy of the report opens any more


def test_so_does_a_withdrawn_one_whose_warning_was_never_published(
    session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime
) -> None:
    warning = TwoCaseworkers(session, sealers, evaluator, now).proposed()
    actions.withdraw_report(
        session, sealers.reports, evaluator, report_id=warning.report_id, now=now
    )
    assert CLOSED.remove(session, now + 91 * DAY, 10) == 1
    assert nothing_is_left(session)


def test_a_withdrawn_one_that_members_were_warned_of_stays_known(
    session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime
) -> None:
    two = TwoCaseworkers(session, sealers, evaluator, now)
    warning = two.proposed()
    actions.publish(
        session, sealers.reports, evaluator, warning_id=warning.id, by=two.colleague, now=now
    )
    actions.withdraw_report(
        session, sealers.reports, evaluator, report_id=warning.report_id, now=now
    )
    assert CLOSED.remove(session, now + 91 * DAY, 10) == 0
    assert session.get(WarningRow, warning.id)


@pytest.mark.parametrize("taken", [False, True])
def test_a_report_that_nobody_verified_goes_after_a_year(
    session: Session, sealers: Sealers, report: UUID, now: datetime, *, taken: bool
) -> None:
    if taken:
        ruth = given.a_caseworker(session, sealers, now=now)
        actions.take(session, report, by=ruth.id)
    assert UNVERIFIED.remove(session, now + 365 * DAY, 10) == 0
    assert UNVERIFIED.remove(session, now + 365 * DAY + SECOND, 10) == 1
    assert nothing_is_left(session)


def test_a_verified_one_stays(
    session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime
) -> None:
    ruth = given.a_caseworker(session, sealers, now=now)
    given_reports.a_verified_report(session, sealers, evaluator, by=ruth.id, now=now)
    for rule in (CLOSED, UNVERIFIED):
        assert rule.remove(session, now + 4000 * DAY, 10) == 0


def test_equal_numbers_of_other_reports_stay_on_the_ledger(
    session: Session,
    sealers: Sealers,
    recovery: Reader,
    evaluator: LocalEvaluator,
    report: UUID,
    now: datetime,
) -> None:
    other = given_reports.a_report(session, sealers, evaluator, now=now)
    declined(session, sealers, report, now)
    assert len(actions.sharing(session, other.id)) == 0
    CLOSED.remove(session, now + 91 * DAY, 10)
    kept = session.scalar(select(func.count()).select_from(checker.records.LedgerRow))
    assert kept
    assert actions.open_report(session, recovery, other.id).submission.identifiers


def test_no_more_go_at_once_than_were_asked_for(
    session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime
) -> None:
    for _ in range(3):
        given_reports.a_report(session, sealers, evaluator, now=now)
    later = now + 366 * DAY
    assert [UNVERIFIED.remove(session, later, 2) for _ in range(3)] == [2, 1, 0]
