"""What the operator has to hear of emergency accesses: each once when opened, once when overdue."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from members.actions.emergencies import KIND, has_third
from members.approval_records import ApprovalRow
from members.approvals import SECOND_LOOK, reference_of
from members.emergencies import Unreviewed, Untold

Told = InstrumentedAttribute[datetime | None]


def untold_openings(session: Session, *, now: datetime) -> list[Untold]:
    """Mark what was opened as told now, and return it; the caller commits, then tells."""
    return _take(session, ApprovalRow.told_at, now)


def untold_overdue(session: Session, *, now: datetime) -> list[Untold]:
    """Mark as told now whose review is overdue, and return it; the caller commits, then tells."""
    overdue = (ApprovalRow.reviewed_at.is_(None), ApprovalRow.decided_at <= now - SECOND_LOOK)
    return _take(session, ApprovalRow.told_overdue_at, now, *overdue)


def unmark_told(session: Session, approval_id: UUID, *, told_at: datetime) -> None:
    """Take a mark back: the operator could not be told, and is when the watch looks again."""
    for mark in (ApprovalRow.told_at, ApprovalRow.told_overdue_at):
        session.execute(
            update(ApprovalRow)
            .where(ApprovalRow.id == approval_id, mark == told_at)
            .values({mark: None})
            .execution_options(synchronize_session=False)
        )


def unreviewed(session: Session, *, now: datetime) -> list[Unreviewed]:
    """Return what everybody on the desk hears of: what waits for a review, longest first."""
    rows = session.execute(
        select(ApprovalRow.id, ApprovalRow.decided_at)
        .where(
            ApprovalRow.kind == KIND,
            ApprovalRow.granted_by.is_not(None),
            ApprovalRow.reviewed_at.is_(None),
        )
        .order_by(ApprovalRow.decided_at)
    )
    overdue = now - SECOND_LOOK
    return [
        Unreviewed(reference=reference_of(id_), is_overdue=opened is not None and opened <= overdue)
        for id_, opened in rows
    ]


def _take(session: Session, mark: Told, now: datetime, *more: ColumnElement[bool]) -> list[Untold]:
    rows = session.scalars(
        update(ApprovalRow)
        .where(ApprovalRow.kind == KIND, ApprovalRow.granted_by.is_not(None), mark.is_(None), *more)
        .values({mark: now})
        .returning(ApprovalRow)
        .execution_options(synchronize_session=False)
    ).all()
    return [
        Untold(
            approval_id=row.id,
            reference=reference_of(row.id),
            has_third=has_third(session, row),
        )
        for row in rows
    ]
