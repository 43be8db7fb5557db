"""A person's own cases: what was said to them since, and a line that they add.

Whoever holds the code of a case finds it by the code; an account finds its own by a mark that only
its key makes, and one of them by its reference. For anybody else there is none.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.actions.opened import lines_of
from casework.keys import Person
from casework.model import ANSWERED_WITHIN, CaseCard, LineKind, NoSuchCase, OwnCase
from casework.reading import card_of, seal_line
from casework.records import CaseLineRow, CaseRow
from storage.base import new_id
from storage.record_keys import open_key


def own_cases(session: Session, person: Person) -> tuple[CaseCard, ...]:
    """Return the cases of an account, the newest first; of who came by a code, none."""
    rows = session.scalars(
        select(CaseRow)
        .where(CaseRow.person_mark.is_not(None), CaseRow.person_mark == person.mark)
        .order_by(CaseRow.opened_at.desc())
    )
    return tuple(map(card_of, rows))


def own_case(session: Session, person: Person, *, reference: str = "") -> OwnCase:
    """Return a case as the person reads it; raises NoSuchCase, NotOpenedYet.

    `reference` says which, for an account.
    """
    row = own_row(session, person, reference)
    key = open_key(session, person.reader, row.id)
    return OwnCase(card=card_of(row), lines=lines_of(session, key, row.id))


def write_own_line(
    session: Session, person: Person, *, reference: str = "", text: str, now: datetime
) -> None:
    """Add what the person writes, once if it is sent twice; raises NoSuchCase, NotOpenedYet.

    Somebody has to read it within the time for an answer. A closed case stays closed: whether it
    is opened again is for who reads it to say.
    """
    row = own_row(session, person, reference, for_update=True)
    key = open_key(session, person.reader, row.id)
    last = next(reversed(lines_of(session, key, row.id)), None)
    if last is not None and last.by is None and last.text == text:
        return
    line_id = new_id()
    session.add(
        CaseLineRow(
            id=line_id,
            case_id=row.id,
            kind=LineKind.MESSAGE,
            at=now,
            by_account=None,
            sealed_text=seal_line(key, text, line_id=line_id),
        )
    )
    latest = now + ANSWERED_WITHIN
    row.due_at = min(row.due_at or latest, latest)
    row.unanswered = True
    session.flush()


def own_row(
    session: Session, person: Person, reference: str, *, for_update: bool = False
) -> CaseRow:
    """Return a case of whoever is here; raises NoSuchCase."""
    found = select(CaseRow)
    if person.fingerprint is not None:
        found = found.where(CaseRow.code_fingerprint == person.fingerprint)
    else:
        found = found.where(CaseRow.person_mark == person.mark, CaseRow.reference == reference)
    row = session.scalar(found.with_for_update() if for_update else found)
    if row is None:
        raise NoSuchCase
    return row
