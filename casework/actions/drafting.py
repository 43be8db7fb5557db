"""The form on harm by a professional: begun, answered page by page, come back to, sent once.

A draft is sealed under what follows from its code: whoever keeps it cannot read it. When it is
sent the code becomes that of the case.
"""

from collections.abc import Callable
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from casework.actions.opening import open_case
from casework.harm_reading import seal_harm
from casework.keys import Person
from casework.model import CaseCard, CaseKind, CaseSource
from casework.professional import NoSuchForm, NothingSaid, ProfessionalHarm, Sector
from casework.reading import card_of
from casework.records import CaseRow, FormDraftRow, ProfessionalHarmRow
from reports.codes import new_receipt_code
from reports.opening import code_key
from storage.base import new_id
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.sealing import Sealer

DRAFT = TypeAdapter(ProfessionalHarm)
PLACE = {"table": "case_draft", "column": "sealed_answers"}


def begin_form(session: Session, sealer: Sealer, *, now: datetime) -> str:
    """Keep an empty form and return the code that opens it."""
    code = new_receipt_code()
    row = FormDraftRow(id=new_id(), code_fingerprint=_fingerprint(sealer, code))
    _write(row, _key(sealer, code), ProfessionalHarm(), now)
    session.add(row)
    session.flush()
    return code


def open_form(session: Session, sealer: Sealer, *, code: str) -> ProfessionalHarm:
    """Return what a form says so far; raises NoSuchForm."""
    return _read(_row(session, sealer, code), _key(sealer, code))


def change_form(
    session: Session,
    sealer: Sealer,
    *,
    code: str,
    change: Callable[[ProfessionalHarm], ProfessionalHarm],
    now: datetime,
) -> ProfessionalHarm:
    """Change one answer and leave the others as they are now; raises NoSuchForm.

    The form is locked while it is read and written: two tabs lose nothing of each other.
    """
    row, key = _row(session, sealer, code, lock=True), _key(sealer, code)
    harm = change(_read(row, key))
    _write(row, key, harm, now)
    session.flush()
    return harm


def discard_form(session: Session, sealer: Sealer, *, code: str) -> None:
    """Throw a form away that was not sent; nothing happens if there is none."""
    mark = _fingerprint(sealer, code)
    session.execute(delete(FormDraftRow).where(FormDraftRow.code_fingerprint == mark))


def send_form(
    session: Session, sealers: Sealers, *, code: str, person: Person, language: str, now: datetime
) -> CaseCard:
    """Open a case with what a form says, or return the one that it became.

    `person` is whoever shall have the case: the holder of the code, or an account. Raises
    NoSuchForm, NothingSaid, TooManyCases; the form is kept when the transaction is not committed.
    """
    try:
        draft = _row(session, sealers.reports, code, lock=True)
    except NoSuchForm:
        return sent_form(session, Person.by_code(sealers.reports, code), person)
    harm = _read(draft, _key(sealers.reports, code))
    if not harm.says_what_happened:
        raise NothingSaid
    card, key = open_case(
        session,
        sealers,
        person=person,
        source=CaseSource.FORM,
        intake=harm.intake,
        language=language,
        now=now,
        kind=CaseKind.PROFESSIONAL,
    )
    session.add(
        ProfessionalHarmRow(
            case_id=card.id,
            sector=harm.sector or Sector.OTHER,
            kinds=" ".join(harm.kinds),
            independent=harm.independent,
            sealed_account=seal_harm(key, harm, case_id=card.id),
        )
    )
    session.delete(draft)
    session.flush()
    return card


def sent_form(session: Session, *people: Person) -> CaseCard:
    """Return the newest case by form of the first of these that has one; raises NoSuchForm.

    Who sends twice is found by the code, or, where the account has the case, by that.
    """
    for person in people:
        row = session.scalar(_cases_of(person).order_by(CaseRow.opened_at.desc()).limit(1))
        if row is not None:
            return card_of(row)
    raise NoSuchForm


def _cases_of(person: Person) -> Select[CaseRow]:
    by_code = CaseRow.code_fingerprint == person.fingerprint
    by_account = CaseRow.person_mark == person.mark
    own = by_account if person.fingerprint is None else by_code
    return select(CaseRow).where(own, CaseRow.source == CaseSource.FORM)


def _fingerprint(sealer: Sealer, code: str) -> bytes:
    return sealer.fingerprint("case", code)


def _key(sealer: Sealer, code: str) -> DataKey:
    return code_key(sealer, code, purpose="draft of a case")


def _row(session: Session, sealer: Sealer, code: str, *, lock: bool = False) -> FormDraftRow:
    found = select(FormDraftRow).where(FormDraftRow.code_fingerprint == _fingerprint(sealer, code))
    row = session.scalar(found.with_for_update() if lock else found)
    if row is None:
        raise NoSuchForm
    return row


def _write(row: FormDraftRow, key: DataKey, harm: ProfessionalHarm, now: datetime) -> None:
    row.sealed_answers = key.seal(DRAFT.dump_json(harm), row=row.id, **PLACE)
    row.updated_at = now


def _read(row: FormDraftRow, key: DataKey) -> ProfessionalHarm:
    return DRAFT.validate_json(key.unseal(row.sealed_answers, row=row.id, **PLACE))
