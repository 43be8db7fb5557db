"""Corrections: a published warning's text, rewritten by one person and confirmed by a second."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from checker.evaluator import Evaluator
from members.model import Severity
from reports.actions.warning import NoSuchWarning, warning
from reports.listing import list_identifiers
from reports.model import Correction, WaitingCorrection, Warning, WarningState
from reports.records import CorrectionRow, WarningRow
from reports.refusals import NotInThisState, Overtaken, TwoPeopleNeeded
from storage.base import new_id
from storage.sealing import Sealer

TABLE = "correction"


def propose_correction(
    session: Session,
    sealer: Sealer,
    *,
    warning_id: UUID,
    description: str,
    advice: str,
    by: UUID,
    now: datetime,
    opened: str = "",
) -> Correction:
    """Write the corrected text of a published warning, in place of one that waits.

    `opened` is the version that `by` rewrote. Raises Overtaken if another one stands by now, unless
    it says the same; NoSuchWarning, NotInThisState. Rewritten, it has another id, so that nobody
    confirms words that they have not seen.
    """
    _published(session, warning_id)
    waiting = correction_of(session, sealer, warning_id)
    if waiting and (waiting.description, waiting.advice) == (description, advice):
        return waiting
    if correction_version(session, warning_id) != opened:
        raise Overtaken
    if waiting:
        discard_correction(session, warning_id, waiting.id)
    row_id = new_id()
    row = CorrectionRow(
        id=row_id,
        warning_id=warning_id,
        sealed_description=sealer.seal(
            description, table=TABLE, column="sealed_description", row=row_id
        ),
        sealed_advice=sealer.seal(advice, table=TABLE, column="sealed_advice", row=row_id),
        written_by=by,
        written_at=now,
    )
    session.add(row)
    session.flush()
    return _read(sealer, row)


def correction_of(session: Session, sealer: Sealer, warning_id: UUID) -> Correction | None:
    """Return the correction of a warning that waits for a second person, if one does."""
    row = session.scalar(
        select(CorrectionRow).where(
            CorrectionRow.warning_id == warning_id, CorrectionRow.confirmed_at.is_(None)
        )
    )
    return _read(sealer, row) if row else None


def correction_version(session: Session, warning_id: UUID) -> str:
    """Return which text of a warning stands: its newest correction, confirmed or not; or none."""
    newest = session.scalar(
        select(CorrectionRow.id)
        .where(CorrectionRow.warning_id == warning_id)
        .order_by(CorrectionRow.confirmed_at.is_(None).desc(), CorrectionRow.written_at.desc())
        .limit(1)
    )
    return str(newest) if newest else ""


def discard_correction(session: Session, warning_id: UUID, correction_id: UUID) -> None:
    """Drop this correction, while it waits; raises NotInThisState if it does not."""
    found = session.scalars(
        delete(CorrectionRow)
        .where(
            CorrectionRow.id == correction_id,
            CorrectionRow.warning_id == warning_id,
            CorrectionRow.confirmed_at.is_(None),
        )
        .returning(CorrectionRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not found:
        raise NotInThisState


def confirm_correction(
    session: Session,
    sealer: Sealer,
    evaluator: Evaluator,
    *,
    correction_id: UUID,
    warning_id: UUID,
    by: UUID,
    now: datetime,
) -> Warning:
    """Put the corrected text in a warning's place, and its advice on the register's ledger.

    Raises TwoPeopleNeeded if `by` wrote it, NotInThisState if it, or the warning, has moved on,
    NoSuchWarning. The database refuses a lone corrector as well.
    """
    row = _published(session, warning_id)
    correction = session.get(CorrectionRow, correction_id)
    if correction is None or correction.warning_id != warning_id or correction.confirmed_at:
        raise NotInThisState
    if correction.written_by == by:
        raise TwoPeopleNeeded
    correction.confirmed_by, correction.confirmed_at = by, now
    text = _read(sealer, correction)
    for column, words in (
        ("sealed_description", text.description),
        ("sealed_advice", text.advice),
    ):
        setattr(row, column, sealer.seal(words, table="warning", column=column, row=row.id))
    session.flush()
    list_identifiers(session, sealer, evaluator, report_id=row.report_id, now=now)
    return warning(session, sealer, warning_id)


def corrections_waiting(session: Session) -> tuple[WaitingCorrection, ...]:
    """Return the corrections that wait for a second person, oldest first."""
    rows = session.execute(
        select(WarningRow.id, WarningRow.reference, WarningRow.severity, CorrectionRow.written_by)
        .join(CorrectionRow, CorrectionRow.warning_id == WarningRow.id)
        .where(CorrectionRow.confirmed_at.is_(None), WarningRow.state == WarningState.PUBLISHED)
        .order_by(CorrectionRow.written_at)
    )
    return tuple(
        WaitingCorrection(
            warning_id=row.id,
            reference=row.reference,
            severity=Severity(row.severity),
            written_by=row.written_by,
        )
        for row in rows
    )


def _published(session: Session, warning_id: UUID) -> WarningRow:
    """Lock a warning that members read."""
    row = session.get(WarningRow, warning_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchWarning
    if row.state != WarningState.PUBLISHED:
        raise NotInThisState
    return row


def _read(sealer: Sealer, row: CorrectionRow) -> Correction:
    return Correction(
        id=row.id,
        warning_id=row.warning_id,
        description=sealer.text(
            row.sealed_description, table=TABLE, column="sealed_description", row=row.id
        ),
        advice=sealer.text(row.sealed_advice, table=TABLE, column="sealed_advice", row=row.id),
        written_by=row.written_by,
        written_at=row.written_at,
    )
