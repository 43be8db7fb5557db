"""A person's own cases: found by code or account, read without their first words, added to."""

from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from casework import actions
from casework.keys import Person
from casework.model import (
    ANSWERED_WITHIN,
    CaseSource,
    CaseState,
    LineKind,
    NoSuchCase,
    Outcome,
    OwnCase,
)
from casework.records import CaseLineRow, CaseRow
from reports.codes import new_receipt_code
from storage.keys import Sealers
from storage.record_keys import Reader
from tests import given, given_cases


def by_code(sealers: Sealers, case: given_cases.GivenCase) -> Person:
    return Person.by_code(sealers.reports, case.code)


def of_account(session: Session, sealers: Sealers, *, now: datetime) -> tuple[Person, str]:
    """Return somebody with an account, and the reference of the case that they kept in it."""
    member = given.a_member(session, sealers, now=now)
    person = Person.by_account(given.a_reader(session, sealers, member, now=now).private)
    card, _ = actions.open_case(
        session,
        sealers,
        person=person,
        source=CaseSource.MESSAGE,
        intake=given_cases.ASKED,
        language="en",
        now=now,
    )
    return person, card.reference


def test_who_holds_the_code_reads_what_was_said_in_its_order(
    session: Session, sealers: Sealers, now: datetime, recovery: Reader
) -> None:
    case = given_cases.a_case(session, sealers, now=now)
    by = given.a_caseworker(session, sealers, now=now).id
    said = [("You rest first.", LineKind.STEP), ("We ring on Monday.", LineKind.AGREED)]
    for hours, (words, kind) in enumerate(said, start=1):
        later = now + timedelta(hours=hours)
        given_cases.a_line(session, recovery, case.id, words, by=by, kind=kind, now=later)
    person = by_code(sealers, case)
    actions.write_own_line(session, person, text="Thank you.", now=now + timedelta(hours=3))
    found = actions.own_case(session, person)
    assert found.card.reference == case.reference
    assert [(line.text, line.kind, line.by) for line in found.lines] == [
        ("You rest first.", LineKind.STEP, by),
        ("We ring on Monday.", LineKind.AGREED, by),
        ("Thank you.", LineKind.MESSAGE, None),
    ]


def test_what_was_written_first_is_no_part_of_it(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    case = given_cases.a_case(session, sealers, now=now)
    assert {each.name for each in fields(OwnCase)} == {"card", "lines"}
    shown = repr(actions.own_case(session, by_code(sealers, case)))
    assert given_cases.ASKED.words not in shown
    assert given_cases.ASKED.address not in shown


def test_another_code_and_another_account_find_nothing(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    case = given_cases.a_case(session, sealers, now=now)
    person, reference = of_account(session, sealers, now=now)
    other, _ = of_account(session, sealers, now=now)
    stranger = Person.by_code(sealers.reports, new_receipt_code())
    for who, which in ((stranger, ""), (other, reference), (person, case.reference)):
        with pytest.raises(NoSuchCase):
            actions.own_case(session, who, reference=which)
        with pytest.raises(NoSuchCase):
            actions.write_own_line(session, who, reference=which, text="Me too.", now=now)
    assert session.scalar(select(func.count(CaseLineRow.id))) == 0


def test_an_account_finds_its_cases_and_nobody_elses(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    case = given_cases.a_case(session, sealers, now=now)
    person, reference = of_account(session, sealers, now=now)
    of_account(session, sealers, now=now)
    assert [card.reference for card in actions.own_cases(session, person)] == [reference]
    assert actions.own_cases(session, by_code(sealers, case)) == ()


def test_a_line_waits_for_a_reader_and_moves_the_clock_only_forward(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    case = given_cases.a_case(session, sealers, now=now)
    row, person = session.get_one(CaseRow, case.id), by_code(sealers, case)
    soon, late = now + timedelta(hours=12), now + timedelta(days=30)
    for due_at, expected in (
        (soon, soon),
        (late, now + ANSWERED_WITHIN),
        (None, now + ANSWERED_WITHIN),
    ):
        row.due_at, row.unanswered = due_at, False
        actions.write_own_line(session, person, text=f"It is {due_at}.", now=now)
        assert (row.due_at, row.unanswered) == (expected, True)


def test_a_closed_case_stays_closed_and_somebody_still_reads_the_line(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    case = given_cases.a_case(session, sealers, now=now)
    closed = {"state": CaseState.CLOSED, "closed_at": now, "outcome": Outcome.HEARD}
    session.execute(update(CaseRow).values(**closed, due_at=None, unanswered=False))
    later = now + timedelta(days=3)
    actions.write_own_line(session, by_code(sealers, case), text="It began again.", now=later)
    found = select(CaseRow.state, CaseRow.closed_at, CaseRow.unanswered, CaseRow.due_at)
    assert session.execute(found).one() == ("closed", now, True, later + ANSWERED_WITHIN)


def test_a_line_that_is_sent_twice_stands_there_once(
    session: Session, sealers: Sealers, now: datetime, recovery: Reader
) -> None:
    case = given_cases.a_case(session, sealers, now=now)
    person, by = by_code(sealers, case), given.a_caseworker(session, sealers, now=now).id
    for _ in range(2):
        actions.write_own_line(session, person, text="Hello?", now=now)
    given_cases.a_line(session, recovery, case.id, "Hello?", by=by, now=now + timedelta(minutes=1))
    actions.write_own_line(session, person, text="Hello?", now=now + timedelta(minutes=2))
    lines = actions.own_case(session, person).lines
    assert [line.by for line in lines] == [None, by, None]


def test_no_row_says_whose_account_it_is(session: Session, sealers: Sealers, now: datetime) -> None:
    person, reference = of_account(session, sealers, now=now)
    actions.write_own_line(session, person, reference=reference, text="Hello.", now=now)
    member = session.scalar(text("select id from account"))
    for table in ("case_file", "case_line", "case_access"):
        for row in session.execute(text(f"select * from {table}")):  # noqa: S608 - our own names
            assert member not in [*row]
    bent = replace(person, mark=bytes(32))
    assert actions.own_cases(session, bent) == ()
