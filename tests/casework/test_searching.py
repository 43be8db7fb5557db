"""Searching cases: a reference, or the person's words, and never a case that one may not open."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from casework import actions
from casework.actions import searching
from casework.model import Intake
from casework.records import CaseAccessRow
from members import actions as members
from members.model import Account
from storage.keys import Sealers
from storage.record_keys import Reader, open_keys
from tests import given, given_cases

DAY = timedelta(days=1)


class Desk:
    """Two caseworkers, and what they find."""

    def __init__(self, session: Session, sealers: Sealers, now: datetime) -> None:
        self.session, self.sealers, self.now = session, sealers, now
        self.ruth, self.sol = (self._one() for _ in range(2))

    def _one(self) -> tuple[Account, Reader]:
        person = given.a_caseworker(self.session, self.sealers, now=self.now)
        account = members.get_account(self.session, self.sealers, account_id=person.id)
        return account, given.a_reader(self.session, self.sealers, person, now=self.now)

    def case(self, words: str, *, days: int = 0) -> given_cases.GivenCase:
        at = self.now - days * DAY
        return given_cases.a_case(
            self.session, self.sealers, now=at, intake=Intake(words=words, called="Robin")
        )

    def found(self, who: tuple[Account, Reader], words: str) -> list[str]:
        hits = actions.search_cases(self.session, who[1], who[0], words=words)
        return [each.reference for each in hits.cards]


@pytest.fixture
def desk(session: Session, sealers: Sealers, now: datetime) -> Desk:
    """Give the desk."""
    return Desk(session, sealers, now)


def test_a_reference_finds_its_case_however_it_is_written(desk: Desk) -> None:
    case = desk.case("Something else.")
    desk.case(f"They had asked about {case.reference} once.")
    assert desk.found(desk.ruth, f" {case.reference.lower()} ") == [case.reference]


def test_words_are_found_without_case_and_accents_all_of_them_newest_first(desk: Desk) -> None:
    old = desk.case("My landlord shut the door. Café.", days=2)
    new = desk.case("LANDLORD again, and the door.")
    desk.case("The landlord.")
    assert desk.found(desk.ruth, "door Landlord") == [new.reference, old.reference]
    assert desk.found(desk.ruth, "cafe") == [old.reference]
    assert desk.found(desk.ruth, "robin door") == [new.reference, old.reference]
    assert desk.found(desk.ruth, "  ") == []


def test_what_was_said_since_is_looked_through_too(desk: Desk) -> None:
    case = desk.case("Nothing much.")
    account, reader = desk.ruth
    given_cases.a_line(
        desk.session, reader, case.id, "The tribunal sits on Monday.", by=account.id, now=desk.now
    )
    assert desk.found(desk.ruth, "tribunal monday") == [case.reference]


def test_a_case_that_somebody_else_took_is_found_neither_by_words_nor_by_reference(
    desk: Desk,
) -> None:
    case = desk.case("The landlord.")
    actions.take(desk.session, desk.ruth[0], case.id)
    assert desk.found(desk.ruth, "landlord") == [case.reference]
    assert desk.found(desk.sol, "landlord") == []
    assert desk.found(desk.sol, case.reference) == []


def test_who_still_has_the_key_of_a_case_and_may_not_open_it_finds_nothing(desk: Desk) -> None:
    case = desk.case("The landlord.")
    actions.take(desk.session, desk.ruth[0], case.id)
    account, reader = desk.ruth
    desk.session.execute(delete(CaseAccessRow).where(CaseAccessRow.account_id == account.id))
    assert open_keys(desk.session, reader, [case.id])
    assert desk.found(desk.ruth, "landlord") == []


def test_it_says_that_older_cases_were_not_looked_through(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_OPENED", 3)
    monkeypatch.setattr(searching, "PART", 2)
    cases = [desk.case("The landlord.", days=days) for days in range(4)]
    account, reader = desk.ruth
    hits = actions.search_cases(desk.session, reader, account, words="landlord")
    assert [each.id for each in hits.cards] == [each.id for each in cases[:3]]
    assert hits.there_are_more
