"""The desk's list and board: what is due first, only what one may open, a page at a time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from casework import actions
from casework.actions import Whose
from casework.actions.listing import COLUMN, PAGE
from casework.model import CaseState, Outcome
from casework.records import CaseRow
from members import actions as members
from members.model import Account
from storage.keys import Sealers
from tests import given, given_cases
from tests.directory.test_searching import heard

HOUR = timedelta(hours=1)


@pytest.fixture
def ruth(session: Session, sealers: Sealers, now: datetime) -> Account:
    """Give a caseworker."""
    return _account(session, sealers, given.a_caseworker(session, sealers, now=now))


def _account(session: Session, sealers: Sealers, person: given.Person) -> Account:
    return members.get_account(session, sealers, account_id=person.id)


def _due(session: Session, sealers: Sealers, now: datetime, due_at: datetime | None) -> str:
    case = given_cases.a_case(session, sealers, now=now)
    session.execute(update(CaseRow).where(CaseRow.id == case.id).values(due_at=due_at))
    return case.reference


def _listed(session: Session, account: Account, whose: Whose = Whose.ALL) -> list[str]:
    return [each.reference for each in actions.list_cases(session, account, whose=whose).cards]


def test_what_is_due_first_comes_first_and_what_has_nothing_due_last(
    session: Session, sealers: Sealers, now: datetime, ruth: Account
) -> None:
    free = [_due(session, sealers, now + n * HOUR, None) for n in range(2)]
    later, first = (_due(session, sealers, now, now + n * HOUR) for n in (5, -1))
    assert _listed(session, ruth) == [first, later, *free]


def test_pages_follow_each_other_without_a_gap_from_what_is_due_to_what_is_not(
    session: Session, sealers: Sealers, now: datetime, ruth: Account
) -> None:
    due = [_due(session, sealers, now, now + n * HOUR / 4) for n in range(PAGE + 7)]
    free = [_due(session, sealers, now + n * HOUR / 4, None) for n in range(PAGE + 3)]
    page = actions.list_cases(session, ruth)
    found = [*page.cards]
    while page.after:
        page = actions.list_cases(session, ruth, after=page.after)
        found += page.cards
    assert [each.reference for each in found] == [*due, *free]


@pytest.mark.parametrize("after", ["x", "d", "dNaN_0", "d1e99_0", "o12_zz", "d1_" + "0" * 32])
def test_a_place_that_is_none_begins_at_the_top(
    session: Session, sealers: Sealers, now: datetime, ruth: Account, after: str
) -> None:
    case = given_cases.a_case(session, sealers, now=now)
    found = actions.list_cases(session, ruth, after=after)
    assert [each.id for each in found.cards] == [case.id]


def test_a_list_is_of_ones_own_of_nobodys_or_of_all_one_may_open(
    session: Session, sealers: Sealers, now: datetime, ruth: Account
) -> None:
    sol = _account(session, sealers, given.a_caseworker(session, sealers, now=now))
    lead = _account(session, sealers, given.a_lead(session, sealers, now=now))
    mine, theirs, free = (given_cases.a_case(session, sealers, now=now) for _ in range(3))
    actions.take(session, ruth, mine.id)
    actions.take(session, sol, theirs.id)
    refs = mine.reference, theirs.reference, free.reference
    for account, whose, wanted in (
        (ruth, Whose.MINE, {refs[0]}),
        (ruth, Whose.UNTAKEN, {refs[2]}),
        (ruth, Whose.ALL, {refs[0], refs[2]}),
        (lead, Whose.ALL, {*refs}),
        (lead, Whose.MINE, set()),
    ):
        assert set(_listed(session, account, whose)) == wanted
        counts = actions.board(session, account, whose=whose)
        shown = {each.reference for column in counts.values() for each in column.cards}
        assert shown == wanted
        assert sum(column.count for column in counts.values()) == len(wanted)


def test_a_list_is_of_what_stands_alike_if_that_is_asked(
    session: Session, sealers: Sealers, now: datetime, ruth: Account
) -> None:
    new, opened, waits = (given_cases.a_case(session, sealers, now=now) for _ in range(3))
    for case in (opened, waits):
        actions.take(session, ruth, case.id)
    actions.move(session, ruth, waits.id, state=CaseState.WAITING, due_at=None)
    for state, case in ((CaseState.NEW, new), (CaseState.OPEN, opened), (CaseState.WAITING, waits)):
        found = actions.list_cases(session, ruth, state=state)
        assert [each.id for each in found.cards] == [case.id]


def test_a_closed_case_stands_among_the_closed_alone(
    session: Session, sealers: Sealers, now: datetime, ruth: Account
) -> None:
    sol = _account(session, sealers, given.a_caseworker(session, sealers, now=now))
    case = given_cases.a_case(session, sealers, now=now)
    actions.take(session, ruth, case.id)
    actions.close(session, ruth, case.id, outcome=Outcome.HEARD, now=now)
    assert _listed(session, ruth) == []
    assert [each.reference for each in actions.list_closed(session, ruth)] == [case.reference]
    assert actions.list_closed(session, sol) == ()


def test_a_column_of_the_board_shows_what_is_due_first_and_counts_them_all(
    session: Session, sealers: Sealers, now: datetime, ruth: Account
) -> None:
    due = [_due(session, sealers, now, now + n * HOUR) for n in range(COLUMN + 2)]
    column = actions.board(session, ruth)[CaseState.NEW]
    assert [each.reference for each in column.cards] == due[:COLUMN]
    assert column.count == COLUMN + 2


def test_a_list_takes_two_statements_and_so_does_a_board(
    session: Session, engine: Engine, sealers: Sealers, now: datetime, ruth: Account
) -> None:
    for _ in range(3):
        given_cases.a_case(session, sealers, now=now)
    session.flush()
    with heard(engine) as statements:
        actions.list_cases(session, ruth)
    assert len(statements) == 2
    with heard(engine) as statements:
        actions.board(session, ruth)
    assert len(statements) == 2
