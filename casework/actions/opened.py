"""Opening a case at the desk: with its keys, for who has access."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.actions.access import case_row, keys_of
from casework.keys import CaseKeys
from casework.model import Line, OpenedCase
from casework.reading import card_of, intake_of, line_of
from casework.records import CaseLineRow
from members.model import Account
from storage.envelopes import DataKey
from storage.record_keys import Reader


def require_access(session: Session, case_id: UUID, account: Account) -> None:
    """Raise NoSuchCase unless the account may open the case."""
    case_row(session, case_id, account)


def open_case_file(
    session: Session, reader: Reader, case_id: UUID, account: Account
) -> tuple[OpenedCase, CaseKeys]:
    """Return a case with its own words, and what opens it; raises NoSuchCase, NotOpenedYet."""
    row = case_row(session, case_id, account)
    keys = keys_of(session, reader, row)
    case = OpenedCase(
        card=card_of(row),
        intake=intake_of(keys.shared, row),
        lines=lines_of(session, keys.shared, case_id),
    )
    return case, keys


def lines_of(session: Session, shared_key: DataKey, case_id: UUID) -> tuple[Line, ...]:
    """Return what the person reads too, in its order."""
    rows = session.scalars(
        select(CaseLineRow)
        .where(CaseLineRow.case_id == case_id)
        .order_by(CaseLineRow.at, CaseLineRow.id)
    )
    return tuple(line_of(shared_key, each) for each in rows)
