"""Erasing: what two people decided to do to a report, other than to withdraw its warning."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from checker import actions as checker
from checker.evaluator import Evaluator
from reports.listing import list_identifiers, list_lines
from reports.model import ReportState, WarningState
from reports.records import (
    AdditionRow,
    ConsentRow,
    CorrectionRow,
    HarmRow,
    PersonRow,
    ReportIdentifierRow,
    ReportRow,
    RightsRequestLineRow,
    WarningRow,
)
from reports.refusals import NotInThisState
from storage.record_keys import shred
from storage.sealing import Sealer

ON_SHOW = (WarningState.PUBLISHED, WarningState.SUSPENDED)
TOLD = (HarmRow, PersonRow, ConsentRow, AdditionRow)  # what a report says beside itself


def on_show(session: Session, report_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the references of the warnings of these reports that were published and still are."""
    rows = session.execute(
        select(WarningRow.report_id, WarningRow.reference).where(
            WarningRow.report_id.in_(report_ids), WarningRow.state.in_(ON_SHOW)
        )
    )
    return dict(rows.all())


def hold_reports(session: Session, report_ids: Collection[UUID]) -> None:
    """Keep others from changing or publishing these reports until the commit.

    Reports before their warnings, and in one order: then no two wait for each other.
    """
    those = select(ReportRow.id).where(ReportRow.id.in_(report_ids)).order_by(ReportRow.id)
    session.execute(those.with_for_update())


def erase_report(
    session: Session, sealer: Sealer, evaluator: Evaluator, *, report_id: UUID, now: datetime
) -> None:
    """Erase a report with every word, and shred its keys, so that backups do not open it either.

    Where a warning was ever published, an empty shell stays that its alerts point to; the words of
    the warning go too. Raises NotInThisState if it is gone, or its warning is still on show.
    """
    row = _held(session, report_id)
    if on_show(session, [report_id]):
        raise NotInThisState
    row.state, row.closed_at = ReportState.WITHDRAWN, now
    session.flush()
    list_identifiers(session, sealer, evaluator, report_id=report_id, now=now)
    warning = session.scalar(select(WarningRow).where(WarningRow.report_id == report_id))
    if warning is None or warning.published_at is None:
        delete_reports(session, [report_id])
        session.expire_all()
        return
    _empty(session, row)
    _blank(session, sealer, warning)


def delete_reports(session: Session, chosen: Collection[UUID]) -> None:
    """Delete reports and their keys, their lines on the ledger, and a warning never published."""
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


def unlist_identifiers(
    session: Session,
    sealer: Sealer,
    evaluator: Evaluator,
    *,
    report_id: UUID,
    request_id: UUID,
    now: datetime,
) -> None:
    """Take what a request names off a report, and off the register unless others list it too.

    Raises NotInThisState if the report is gone, or names none of it any more.
    """
    _held(session, report_id)
    named = session.scalars(
        select(RightsRequestLineRow.ledger_id).where(RightsRequestLineRow.request_id == request_id)
    ).all()
    equal = checker.sharing(session, lines=named)
    chosen = session.execute(
        select(ReportIdentifierRow.id, ReportIdentifierRow.ledger_id).where(
            ReportIdentifierRow.report_id == report_id,
            ReportIdentifierRow.ledger_id.in_([each for line in named for each in equal[line]]),
        )
    ).all()
    if not chosen:
        raise NotInThisState
    ids = [row_id for row_id, _line in chosen]
    session.execute(delete(ReportIdentifierRow).where(ReportIdentifierRow.id.in_(ids)))
    checker.forget_identifiers(session, lines=[line for _id, line in chosen if line])
    list_lines(session, sealer, evaluator, lines=named, now=now)
    list_identifiers(session, sealer, evaluator, report_id=report_id, now=now)


def _held(session: Session, report_id: UUID) -> ReportRow:
    """Keep others from changing a report until the commit."""
    row = session.get(ReportRow, report_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotInThisState
    return row


def _empty(session: Session, row: ReportRow) -> None:
    """Leave of a report only that it was there: its references, its reporter's way in, its end."""
    own = select(AdditionRow.id).where(AdditionRow.report_id == row.id)
    shred(session, [row.id, *session.scalars(own)])
    lines = session.scalars(
        select(ReportIdentifierRow.ledger_id).where(ReportIdentifierRow.report_id == row.id)
    ).all()
    for table in (ReportIdentifierRow, *TOLD):
        session.execute(delete(table).where(table.report_id == row.id))
    checker.forget_identifiers(session, lines=[line for line in lines if line])
    row.precision = row.setting = row.from_day = row.to_day = None
    row.sealed_reporter_id = row.sealed_safe_contact = row.sealed_place = None
    row.time_of_day = row.area = ""
    row.support_wanted = False
    session.flush()


def _blank(session: Session, sealer: Sealer, row: WarningRow) -> None:
    """Leave nothing of the words of a warning that is over, nor of its corrections."""
    row.kinds = row.areas = row.settings = ""
    row.sealed_description, row.sealed_advice = (
        sealer.seal("", table="warning", column=column, row=row.id)
        for column in ("sealed_description", "sealed_advice")
    )
    if row.sealed_imminent_reason is not None:
        row.sealed_imminent_reason = sealer.seal(
            "", table="warning", column="sealed_imminent_reason", row=row.id
        )
    session.execute(delete(CorrectionRow).where(CorrectionRow.warning_id == row.id))
    session.flush()
