"""Builders of cases: what a test starts from, said in the domain's words."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from casework import actions as casework
from casework.keys import Person
from casework.model import CaseKind, CaseSource, Intake, LineKind, Reach
from casework.reading import seal_line
from casework.records import CaseLineRow
from reports.codes import new_receipt_code
from storage.base import new_id
from storage.keys import Sealers
from storage.record_keys import Reader, open_key

ASKED = Intake(
    words="I cannot sleep since it happened.",
    reach=Reach.CALL,
    address="+447700900123",
    safe_times="weekdays after ten",
    safe_word="marigold",
    no_message=True,
    called="Robin",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCase:
    """A case and what the person it is for holds."""

    id: UUID
    reference: str
    code: str = field(repr=False)


def a_case(
    session: Session,
    sealers: Sealers,
    *,
    now: datetime,
    intake: Intake = ASKED,
    source: CaseSource = CaseSource.CALL_BACK,
    kind: CaseKind = CaseKind.SUPPORT,
) -> GivenCase:
    """Open a case by code that nobody took yet."""
    code = new_receipt_code()
    card, _ = casework.open_case(
        session,
        sealers,
        person=Person.by_code(sealers.reports, code),
        source=source,
        kind=kind,
        intake=intake,
        language="en",
        now=now,
    )
    return GivenCase(id=card.id, reference=card.reference, code=code)


def a_line(
    session: Session,
    reader: Reader,
    case_id: UUID,
    text: str,
    *,
    by: UUID,
    now: datetime,
    kind: LineKind = LineKind.MESSAGE,
) -> None:
    """Write a line that the person reads too, by somebody at the desk."""
    line_id = new_id()
    key = open_key(session, reader, case_id)
    session.add(
        CaseLineRow(
            id=line_id,
            case_id=case_id,
            kind=kind,
            at=now,
            by_account=by,
            sealed_text=seal_line(key, text, line_id=line_id),
        )
    )
    session.flush()
