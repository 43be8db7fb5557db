"""Reports that a case is about: linked by their reference, and parted again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.actions.access import case_row
from casework.model import NoSuchCase
from casework.records import CaseReportRow
from members.model import Account
from reports.actions import NoSuchReport, queue_row, references
from reports.model import QueueRow
from storage.dialects import insert_or_ignore


def link_report(
    session: Session, account: Account, case_id: UUID, *, reference: str, now: datetime
) -> None:
    """Link a case with a report; once more changes nothing. Raises NoSuchCase, NoSuchReport."""
    row = case_row(session, case_id, account)
    found = [*references(session, reference=reference)]
    if not found:
        raise NoSuchReport
    link = insert_or_ignore(session, CaseReportRow).values(
        case_id=row.id, report_id=found[0], linked_by=account.id, linked_at=now
    )
    session.execute(link)


def part_report(session: Session, account: Account, case_id: UUID, *, report_id: UUID) -> None:
    """Part a case from a report; raises NoSuchCase."""
    row = case_row(session, case_id, account)
    parted = session.scalar(
        delete(CaseReportRow)
        .where(CaseReportRow.case_id == row.id, CaseReportRow.report_id == report_id)
        .returning(CaseReportRow.report_id)
    )
    if parted is None:
        raise NoSuchCase


def linked_reports(session: Session, case_id: UUID) -> tuple[QueueRow, ...]:
    """Return the reports of a case that was opened, as the desk lists them."""
    ids = session.scalars(
        select(CaseReportRow.report_id)
        .where(CaseReportRow.case_id == case_id)
        .order_by(CaseReportRow.linked_at, CaseReportRow.report_id)
    ).all()
    return tuple(queue_row(session, report_id) for report_id in ids)
