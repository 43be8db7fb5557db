"""Builders of cases: what a test starts from, said in the domain's words."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from casework import actions as casework
from casework.keys import Person
from casework.model import CaseKind, CaseSource, Intake, LineKind, Reach
from casework.professional import (
    HarmByProfessional,
    Nation,
    ProfessionalHarm,
    Sector,
    WantedOutcome,
)
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

BY_FORM = ProfessionalHarm(
    intake=Intake(
        words="She laughed and sent me away.",
        reach=Reach.CALL,
        address="+447700900123",
        safe_word="marigold",
    ),
    sector=Sector.HEALTH,
    role="receptionist",
    organisation="Elm Surgery",
    number="12345",
    kinds=(HarmByProfessional.RACISM, HarmByProfessional.REFUSAL),
    when="twice in spring",
    happened_on=date(2026, 3, 1),
    where="at the counter",
    nation=Nation.ENGLAND,
    witnesses="a friend",
    outcomes=(WantedOutcome.HEARD, WantedOutcome.APOLOGY),
    outcome_words="a chaperone for everybody",
    independent=True,
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


def a_form(
    session: Session, sealers: Sealers, said: ProfessionalHarm = BY_FORM, *, now: datetime
) -> str:
    """Fill the form on harm by a professional; return its code."""
    code = casework.begin_form(session, sealers.reports, now=now)
    casework.change_form(session, sealers.reports, code=code, change=lambda _: said, now=now)
    return code


def a_case_by_form(
    session: Session, sealers: Sealers, said: ProfessionalHarm = BY_FORM, *, now: datetime
) -> GivenCase:
    """Fill that form and send it."""
    code = a_form(session, sealers, said, now=now)
    person = Person.by_code(sealers.reports, code)
    card = casework.send_form(session, sealers, code=code, person=person, language="en", now=now)
    return GivenCase(id=card.id, reference=card.reference, code=code)
