"""Rows of cases as models, and what is sealed in them."""

from uuid import UUID

from pydantic import TypeAdapter

from casework.model import (
    CaseCard,
    CaseKind,
    CaseSource,
    CaseState,
    Intake,
    Line,
    LineKind,
    Outcome,
)
from casework.records import CaseLineRow, CaseRow
from storage.envelopes import DataKey
from storage.sealing import Sealed

INTAKE = TypeAdapter(Intake)


def card_of(row: CaseRow) -> CaseCard:
    """Return a case as the desk lists it."""
    return CaseCard(
        id=row.id,
        reference=row.reference,
        kind=CaseKind(row.kind),
        source=CaseSource(row.source),
        state=CaseState(row.state),
        language=row.language,
        opened_at=row.opened_at,
        due_at=row.due_at,
        assignee_id=row.assignee_id,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        unanswered=row.unanswered,
    )


def seal_intake(key: DataKey, intake: Intake, *, case_id: UUID) -> Sealed:
    """Return what was asked for, sealed."""
    plain = INTAKE.dump_json(intake)
    return key.seal(plain, table="case_file", column="sealed_intake", row=case_id)


def intake_of(key: DataKey, row: CaseRow) -> Intake:
    """Return what was asked for."""
    return INTAKE.validate_json(
        key.unseal(row.sealed_intake, table="case_file", column="sealed_intake", row=row.id)
    )


def seal_line(key: DataKey, text: str, *, line_id: UUID) -> Sealed:
    """Return a line, sealed."""
    return key.seal(text, table="case_line", column="sealed_text", row=line_id)


def line_of(key: DataKey, row: CaseLineRow) -> Line:
    """Return a line that the person reads too."""
    return Line(
        id=row.id,
        kind=LineKind(row.kind),
        at=row.at,
        by=row.by_account,
        text=key.text(row.sealed_text, table="case_line", column="sealed_text", row=row.id),
    )
