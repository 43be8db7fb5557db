"""Who may open a case: the desk until somebody takes it, then whom it is given, and leads."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from casework.actions.access import case_row, close_in, keys_of, let_in, shut_out
from casework.keys import Person as CasePerson
from casework.model import CaseState, NoSuchCase
from casework.reading import intake_of
from casework.records import CaseRow
from members import actions as members
from members.model import Account
from storage.keys import Sealers
from storage.record_keys import NotOpenedYet, Reader, open_key
from tests import given, given_cases

Taken = tuple[CaseRow, given.Person, given.Person, given.Person]


def _account(session: Session, sealers: Sealers, account_id: UUID) -> Account:
    return members.get_account(session, sealers, account_id=account_id)


def _opens(session: Session, reader: Reader, row: CaseRow) -> bool:
    try:
        return intake_of(keys_of(session, reader, row).shared, row) == given_cases.ASKED
    except NotOpenedYet:
        return False


@pytest.fixture
def taken(session: Session, sealers: Sealers, now: datetime) -> Taken:
    """Give a case that one caseworker of two took, them, and a lead."""
    first = given.a_caseworker(session, sealers, now=now)
    other = given.a_caseworker(session, sealers, now=now)
    lead = given.a_lead(session, sealers, now=now)
    case = given_cases.a_case(session, sealers, now=now)
    row = case_row(session, case.id, _account(session, sealers, other.id))
    row.state, row.assignee_id = CaseState.OPEN, first.id
    close_in(session, row, to=first.id)
    session.flush()
    return row, first, other, lead


def test_a_case_that_nobody_took_opens_to_every_caseworker(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    one = given.a_caseworker(session, sealers, now=now)
    case = given_cases.a_case(session, sealers, now=now)
    row = case_row(session, case.id, _account(session, sealers, one.id))
    assert _opens(session, given.a_reader(session, sealers, one, now=now), row)


def test_a_case_that_was_taken_is_not_there_for_other_caseworkers_and_they_have_no_key(
    session: Session, sealers: Sealers, now: datetime, taken: Taken
) -> None:
    row, first, other, lead = taken
    with pytest.raises(NoSuchCase):
        case_row(session, row.id, _account(session, sealers, other.id))
    assert not _opens(session, given.a_reader(session, sealers, other, now=now), row)
    for person in (first, lead):
        assert case_row(session, row.id, _account(session, sealers, person.id)) is row
        assert _opens(session, given.a_reader(session, sealers, person, now=now), row)


def test_who_is_let_in_opens_it_until_shut_out(
    session: Session, sealers: Sealers, now: datetime, taken: Taken
) -> None:
    row, first, other, _ = taken
    giver = given.a_reader(session, sealers, first, now=now)
    for _ in range(2):  # once more changes nothing
        let_in(session, giver, row, account_id=other.id)
    account = _account(session, sealers, other.id)
    reader = given.a_reader(session, sealers, other, now=now)
    assert case_row(session, row.id, account) is row
    assert _opens(session, reader, row)
    shut_out(session, row, account_id=other.id)
    with pytest.raises(NoSuchCase):
        case_row(session, row.id, account)
    assert not _opens(session, reader, row)


def test_access_that_is_given_to_a_new_caseworker_leaves_cases_out_and_to_a_lead_has_them(
    session: Session, sealers: Sealers, now: datetime, taken: Taken
) -> None:
    row, first, _, _ = taken
    waiting = given_cases.a_case(session, sealers, now=now)
    new = given.a_caseworker(session, sealers, now=now)
    lead = given.a_lead(session, sealers, now=now)
    giver = given.a_reader(session, sealers, first, now=now)
    free = session.get_one(CaseRow, waiting.id)
    for person in (new, lead):
        while members.give_access(session, giver, to=person.id):
            pass
        reader = given.a_reader(session, sealers, person, now=now)
        assert _opens(session, reader, free)
        assert _opens(session, reader, row) is (person is lead)


def test_who_was_let_in_hands_a_case_on_to_nobody_with_all_the_rest(
    session: Session, sealers: Sealers, now: datetime, taken: Taken
) -> None:
    row, first, other, _ = taken
    let_in(session, given.a_reader(session, sealers, first, now=now), row, account_id=other.id)
    new = given.a_caseworker(session, sealers, now=now)
    giver = given.a_reader(session, sealers, other, now=now)
    while members.give_access(session, giver, to=new.id):
        pass
    assert not _opens(session, given.a_reader(session, sealers, new, now=now), row)


def test_the_offline_key_opens_a_case_that_was_taken_and_so_does_its_code(
    session: Session, sealers: Sealers, now: datetime, recovery: Reader
) -> None:
    case = given_cases.a_case(session, sealers, now=now)
    person = CasePerson.by_code(sealers.reports, case.code)
    row = session.get_one(CaseRow, case.id)
    one = given.a_caseworker(session, sealers, now=now)
    close_in(session, row, to=one.id)
    assert intake_of(open_key(session, recovery, row.id), row) == given_cases.ASKED
    assert intake_of(open_key(session, person.reader, row.id), row) == given_cases.ASKED
    with pytest.raises(NotOpenedYet):
        open_key(session, person.reader, row.notes_id)
