"""Consents of a case: written down at the desk, seen and taken back by the person at any time.

How somebody said yes is a line of their own view: they read there what was written down for them.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.actions.access import case_row, keys_of
from casework.actions.disclosing import keep_told, told_of_case
from casework.actions.own import own_row
from casework.consents import WORD_FOR_WORD, WORDING, CaseConsent, ConsentOfCase, NotGiven
from casework.disclosing import Disclosed
from casework.keys import Person
from casework.model import LineKind
from casework.reading import seal_line
from casework.records import CaseConsentRow, CaseLineRow
from members.model import Account
from storage.base import new_id
from storage.keys import Sealers
from storage.record_keys import Reader, open_key


def case_consents(session: Session, case_id: UUID) -> tuple[ConsentOfCase, ...]:
    """Return every consent of a case, oldest first; whoever calls this has opened the case."""
    rows = session.scalars(
        select(CaseConsentRow)
        .where(CaseConsentRow.case_id == case_id)
        .order_by(CaseConsentRow.given_at)
    )
    return tuple(map(_consent, rows))


def give_case_consent(
    session: Session,
    reader: Reader,
    account: Account,
    case_id: UUID,
    *,
    switch: CaseConsent,
    line: str,
    now: datetime,
) -> None:
    """Write down that the person said yes; `line` says how, and they read it in their own view.

    Raises NoSuchCase, NotOpenedYet. One that stands is not written down again.
    """
    row = case_row(session, case_id, account, for_update=True)
    if _stands(session, row.id, switch):
        return
    key, line_id = keys_of(session, reader, row).shared, new_id()
    session.add(
        CaseConsentRow(id=new_id(), case_id=row.id, switch=switch, wording=WORDING, given_at=now)
    )
    session.add(
        CaseLineRow(
            id=line_id,
            case_id=row.id,
            kind=LineKind.AGREED,
            at=now,
            by_account=account.id,
            sealed_text=seal_line(key, line, line_id=line_id),
        )
    )
    session.flush()


def end_case_consent(
    session: Session, account: Account, case_id: UUID, *, switch: CaseConsent, now: datetime
) -> None:
    """Write down that the person took it back; raises NoSuchCase."""
    row = case_row(session, case_id, account, for_update=True)
    _take_back(session, row.id, switch, now)


def pass_on(
    session: Session,
    sealers: Sealers,
    reader: Reader,
    account: Account,
    case_id: UUID,
    *,
    switch: CaseConsent,
    recipient: str,
    words: str,
    now: datetime,
) -> None:
    """Write down what exactly is passed on; raises NoSuchCase, NotOpenedYet, NotGiven.

    The case is held until the commit: nobody takes the consent back in between.
    """
    row = case_row(session, case_id, account, for_update=True)
    if switch not in WORD_FOR_WORD or not _stands(session, row.id, switch):
        raise NotGiven
    keep_told(
        session,
        sealers,
        row,
        keys_of(session, reader, row).shared,
        consent=switch,
        recipient=recipient,
        words=words,
        by=account.id,
        now=now,
    )


# For the person


def own_consents(
    session: Session, person: Person, *, reference: str = ""
) -> tuple[tuple[ConsentOfCase, ...], tuple[Disclosed, ...]]:
    """Return what of a case may go to whom, and what went; raises NoSuchCase, NotOpenedYet.

    `reference` says which case, for an account.
    """
    row = own_row(session, person, reference)
    key = open_key(session, person.reader, row.id)
    return case_consents(session, row.id), told_of_case(session, row.id, key)


def take_back_own(
    session: Session, person: Person, *, reference: str = "", switch: CaseConsent, now: datetime
) -> None:
    """Take a consent back, as the person; raises NoSuchCase."""
    row = own_row(session, person, reference, for_update=True)
    _take_back(session, row.id, switch, now)
    row.unanswered = True  # somebody has to see it
    session.flush()


def _stands(session: Session, case_id: UUID, switch: CaseConsent) -> bool:
    return any(each.stands and each.switch is switch for each in case_consents(session, case_id))


def _take_back(session: Session, case_id: UUID, switch: CaseConsent, now: datetime) -> None:
    session.execute(
        update(CaseConsentRow)
        .where(
            CaseConsentRow.case_id == case_id,
            CaseConsentRow.switch == switch,
            CaseConsentRow.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )


def _consent(row: CaseConsentRow) -> ConsentOfCase:
    return ConsentOfCase(
        switch=CaseConsent(row.switch),
        wording=row.wording,
        given_at=row.given_at,
        withdrawn_at=row.withdrawn_at,
    )
