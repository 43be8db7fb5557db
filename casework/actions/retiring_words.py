"""What goes of disclosures: the words of exports after a while, and all of an erased report."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casework.actions.exporting import forget_content
from casework.disclosing import WORDS_KEPT
from casework.records import DisclosureRow, ExportRow
from storage.record_keys import is_kept, shred
from storage.retention import Rule, count_rows


def retention_of_disclosures() -> tuple[Rule, ...]:
    """Return the rules on what left."""
    return (
        Rule(
            name="words of exports",
            kept=WORDS_KEPT,
            total=lambda session: count_rows(session, select(ExportRow.id)),
            due=lambda session, at: count_rows(session, _old(at)),
            remove=_forget_exports,
        ),
        Rule(
            name="what left about reports that were erased",
            kept=timedelta(0),
            total=lambda session: count_rows(session, select(DisclosureRow.id)),
            due=lambda session, at: count_rows(session, _erased()),  # noqa: ARG005 - the rule's shape
            remove=_forget_erased,
        ),
    )


def _old(at: datetime) -> Select[*tuple[Any, ...]]:
    return select(ExportRow.id).where(ExportRow.made_at < at - WORDS_KEPT, is_kept(ExportRow.id))


def _erased() -> Select[*tuple[Any, ...]]:
    """Find what is still readable about reports that nobody can open any more."""
    return select(DisclosureRow.id, DisclosureRow.export_id).where(
        DisclosureRow.report_id.is_not(None),
        ~is_kept(DisclosureRow.report_id),
        is_kept(DisclosureRow.id),
    )


def _forget_exports(session: Session, at: datetime, most: int) -> int:
    chosen = session.scalars(_old(at).limit(most)).all()
    forget_content(session, chosen)
    return len(chosen)


def _forget_erased(session: Session, at: datetime, most: int) -> int:  # noqa: ARG001 - as above
    chosen = session.execute(_erased().limit(most)).all()
    forget_content(session, {export_id for _, export_id in chosen if export_id})
    shred(session, [row_id for row_id, _ in chosen])
    return len(chosen)
