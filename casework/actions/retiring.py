"""Retiring: a closed case goes after two years with all that is in it, a forgotten form sooner."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, union_all
from sqlalchemy.orm import Session

from casework.actions.retiring_words import retention_of_disclosures
from casework.model import CLOSED_KEPT, DRAFT_LIFE
from casework.records import CaseRow, DisclosureRow, ExportRow, FormDraftRow
from storage.base import Base
from storage.record_keys import shred
from storage.retention import Rule, count_rows


def retention() -> tuple[Rule, ...]:
    """Return what of casework is kept for how long."""
    return (
        Rule(
            name="cases that are closed",
            kept=CLOSED_KEPT,
            total=lambda session: _total(session, CaseRow),
            due=lambda session, at: count_rows(session, _closed(at)),
            remove=_remove_cases,
        ),
        Rule(
            name="forms that nobody sent",
            kept=DRAFT_LIFE,
            total=lambda session: _total(session, FormDraftRow),
            due=lambda session, at: count_rows(session, _forgotten(at)),
            remove=_remove_drafts,
        ),
        *retention_of_disclosures(),
    )


def sealed_records() -> Select[UUID]:
    """Return the ids of all that is sealed under a key of its own."""
    every = union_all(
        select(CaseRow.id),
        select(CaseRow.notes_id),
        select(ExportRow.id),
        select(DisclosureRow.id),
    ).subquery()
    return select(every.c.id)


def _closed(at: datetime) -> Select[*tuple[Any, ...]]:
    return select(CaseRow.id, CaseRow.notes_id).where(CaseRow.closed_at < at - CLOSED_KEPT)


def _forgotten(at: datetime) -> Select[*tuple[Any, ...]]:
    return select(FormDraftRow.id).where(FormDraftRow.updated_at < at - DRAFT_LIFE)


def _total(session: Session, rows: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(rows)) or 0


def _remove_cases(session: Session, at: datetime, most: int) -> int:
    chosen = session.execute(_closed(at).limit(most)).all()
    ids = [case_id for case_id, _ in chosen]
    told = session.scalars(select(DisclosureRow.id).where(DisclosureRow.case_id.in_(ids))).all()
    shred(session, [*(each for pair in chosen for each in pair), *told])
    session.execute(delete(CaseRow).where(CaseRow.id.in_(ids)))
    return len(ids)


def _remove_drafts(session: Session, at: datetime, most: int) -> int:
    chosen = session.scalars(_forgotten(at).limit(most)).all()
    session.execute(delete(FormDraftRow).where(FormDraftRow.id.in_(chosen)))
    return len(chosen)
