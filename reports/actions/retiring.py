"""Retiring: reports that led to nothing go, with everything that was said in them.

A report whose warning was published stays as long as that is known of; its own words are another
matter.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, union_all
from sqlalchemy.orm import Session

from checker import actions as checker
from reports.actions.answering import retention_of_requests
from reports.actions.reviewing import OPEN
from reports.model import ReportState
from reports.records import AdditionRow, ReportIdentifierRow, ReportRow, WarningRow
from storage.record_keys import shred
from storage.retention import Rule

CLOSED_KEPT = timedelta(days=90)
UNVERIFIED_KEPT = timedelta(days=365)


def retention() -> tuple[Rule, ...]:
    """Return what of reports is kept for how long."""
    return (
        Rule(
            name="reports declined or withdrawn",
            kept=CLOSED_KEPT,
            total=_total,
            due=lambda session, at: _count(session, _closed(at)),
            remove=lambda session, at, most: _remove(session, _closed(at), most),
        ),
        Rule(
            name="reports that nobody verified",
            kept=UNVERIFIED_KEPT,
            total=_total,
            due=lambda session, at: _count(session, _unverified(at)),
            remove=lambda session, at, most: _remove(session, _unverified(at), most),
        ),
        retention_of_requests(),
    )


def sealed_records() -> Select[UUID]:
    """Return the ids of all that is sealed under a key of its own."""
    every = union_all(select(ReportRow.id), select(AdditionRow.id)).subquery()
    return select(every.c.id)


def _total(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ReportRow)) or 0


def _count(session: Session, rows: Select[*tuple[Any, ...]]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


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
    """Delete reports and their keys, their lines on the ledger, and a warning never published."""
    chosen = session.scalars(which.limit(most)).all()
    lines = session.scalars(
        select(ReportIdentifierRow.ledger_id).where(
            ReportIdentifierRow.report_id.in_(chosen), ReportIdentifierRow.ledger_id.is_not(None)
        )
    ).all()
    added = session.scalars(select(AdditionRow.id).where(AdditionRow.report_id.in_(chosen))).all()
    shred(session, [*chosen, *added])
    session.execute(delete(WarningRow).where(WarningRow.report_id.in_(chosen)))
    session.execute(delete(ReportRow).where(ReportRow.id.in_(chosen)))
    checker.forget_identifiers(session, lines=[line for line in lines if line])
    return len(chosen)
