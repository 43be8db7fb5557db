"""Retiring: reports that led to nothing go, with everything that was said in them.

A report whose warning was published stays as long as that is known of; its own words are another
matter.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from reports.actions.answering import retention_of_requests
from reports.actions.erasing import delete_reports
from reports.actions.proving import retention_of_codes
from reports.actions.reviewing import OPEN
from reports.model import ReportState
from reports.records import AdditionRow, ReportRow, RightsRequestRow, WarningRow
from storage.retention import Rule, count_rows

CLOSED_KEPT = timedelta(days=90)
UNVERIFIED_KEPT = timedelta(days=365)


def retention() -> tuple[Rule, ...]:
    """Return what of reports is kept for how long."""
    return (
        Rule(
            name="reports declined or withdrawn",
            kept=CLOSED_KEPT,
            total=_total,
            due=lambda session, at: count_rows(session, _closed(at)),
            remove=lambda session, at, most: _remove(session, _closed(at), most),
        ),
        Rule(
            name="reports that nobody verified",
            kept=UNVERIFIED_KEPT,
            total=_total,
            due=lambda session, at: count_rows(session, _unverified(at)),
            remove=lambda session, at, most: _remove(session, _unverified(at), most),
        ),
        retention_of_codes(),
        retention_of_requests(),
    )


def sealed_records() -> Select[UUID]:
    """Return the ids of all that is sealed under a key of its own."""
    every = union_all(
        select(ReportRow.id), select(AdditionRow.id), select(RightsRequestRow.id)
    ).subquery()
    return select(every.c.id)


def _total(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ReportRow)) or 0


def _closed(at: datetime) -> Select[UUID]:
    published = select(WarningRow.id).where(
        WarningRow.report_id == ReportRow.id, WarningRow.published_at.is_not(None)
    )
    return select(ReportRow.id).where(
        ReportRow.state.in_((ReportState.DECLINED, ReportState.WITHDRAWN)),
        ReportRow.closed_at < at - CLOSED_KEPT,
        ~published.exists(),
    )


def _unverified(at: datetime) -> Select[UUID]:
    return select(ReportRow.id).where(
        ReportRow.state.in_(OPEN), ReportRow.received_at < at - UNVERIFIED_KEPT
    )


def _remove(session: Session, which: Select[UUID], most: int) -> int:
    chosen = session.scalars(which.limit(most)).all()
    delete_reports(session, chosen)
    return len(chosen)
