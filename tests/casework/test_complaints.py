"""Complaints of a case: begun, moved on, answered, ended; who may, and what the person reads."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import actions
from casework.actions.access import case_row, close_in, keys_of
from casework.actions.complaining import Change
from casework.complaints import (
    MOST_COMPLAINTS,
    MOST_REPLIES,
    Complaint,
    ComplaintState,
    NoSuchComplaint,
    NotLikeThis,
    Reply,
    Stage,
)
from casework.keys import Person
from casework.model import CaseKind, CaseMoved, CaseState, LineKind, NoSuchCase, Outcome
from casework.reading import line_of
from casework.records import CaseLineRow, CaseRow, ComplaintRow
from members import actions as members
from members.model import Account
from storage.keys import Sealers
from storage.record_keys import Reader, open_key
from storage.sealing import CannotOpen
from tests import given, given_cases

ANSWER = Reply(on=date(2026, 5, 4), words="We are sorry that you felt so.")


@dataclass(frozen=True, slots=True)
class Desk:
    """A caseworker at a case that they took, and a colleague who did not."""

    session: Session
    sealers: Sealers
    now: datetime
    case: given_cases.GivenCase
    account: Account
    reader: Reader
    other: Account
    others: Reader

    def begin(self, told: str = "", body: str = "pals") -> UUID:
        return actions.begin_complaint(
            self.session,
            self.reader,
            self.account,
            self.case.id,
            body=body,
            stage=Stage.ORGANISATION,
            due_on=date(2026, 6, 1),
            told=told,
            now=self.now,
        )

    def change(self, complaint_id: UUID, change: Change, *, now: datetime | None = None) -> None:
        actions.change_complaint(
            self.session,
            self.reader,
            self.account,
            self.case.id,
            complaint_id,
            change=change,
            now=now or self.now + timedelta(hours=1),
        )

    def complaints(self) -> tuple[Complaint, ...]:
        row = case_row(self.session, self.case.id, self.account)
        keys = keys_of(self.session, self.reader, row)
        return actions.complaints_of_case(self.session, keys, self.case.id)


@pytest.fixture
def desk(session: Session, sealers: Sealers, now: datetime) -> Desk:
    """Give a case about a professional that one of two caseworkers took."""
    one, other = (given.a_caseworker(session, sealers, now=now) for _ in range(2))
    case = given_cases.a_case(session, sealers, now=now, kind=CaseKind.PROFESSIONAL)
    row = session.get_one(CaseRow, case.id)
    row.state, row.assignee_id = CaseState.OPEN, one.id
    close_in(session, row, to=one.id)
    accounts = [members.get_account(session, sealers, account_id=each.id) for each in (one, other)]
    readers = [given.a_reader(session, sealers, each, now=now) for each in (one, other)]
    return Desk(session, sealers, now, case, accounts[0], readers[0], accounts[1], readers[1])


def moved(desk: Desk, **said: object) -> Change:
    change = Change(
        stage=Stage.REVIEW,
        state=ComplaintState.RUNNING,
        due_on=date(2026, 7, 1),
        reply=None,
        seen_at=desk.now,
    )
    return replace(change, **said)  # type: ignore[arg-type] # fields of a change, by their names


def lines(desk: Desk) -> list[tuple[str, UUID | None, str]]:
    """Return what the person reads, opened with their code."""
    person = Person.by_code(desk.sealers.reports, desk.case.code)
    key = open_key(desk.session, person.reader, desk.case.id)
    rows = desk.session.scalars(select(CaseLineRow).where(CaseLineRow.case_id == desk.case.id))
    found = [line_of(key, row) for row in rows]
    return [(line.kind, line.by, line.text) for line in found]


def test_a_complaint_goes_from_the_organisation_to_the_ombudsman_and_ends(desk: Desk) -> None:
    complaint_id = desk.begin()
    (begun,) = desk.complaints()
    assert (begun.body, begun.stage, begun.state) == ("pals", "organisation", "running")
    assert (begun.due_on, begun.replies, begun.is_running) == (date(2026, 6, 1), (), True)
    later = desk.now + timedelta(hours=1)
    desk.change(complaint_id, moved(desk, reply=ANSWER), now=later)
    (answered,) = desk.complaints()
    assert (answered.stage, answered.replies) == ("review", (ANSWER,))
    assert answered.last_reply_on == ANSWER.on
    end = moved(
        desk,
        stage=Stage.ENDED,
        state=ComplaintState.PARTLY,
        due_on=None,
        reply=ANSWER,
        seen_at=later,
    )
    desk.change(complaint_id, end, now=later + timedelta(hours=1))
    (ended,) = desk.complaints()
    assert (ended.stage, ended.state, ended.due_on) == ("ended", "partly", None)
    assert ended.replies == (ANSWER, ANSWER)
    assert not ended.is_running


def test_an_end_can_be_taken_back(desk: Desk) -> None:
    complaint_id = desk.begin()
    later = desk.now + timedelta(hours=1)
    end = moved(desk, stage=Stage.ENDED, state=ComplaintState.NO_ANSWER, due_on=None)
    desk.change(complaint_id, end)
    desk.change(complaint_id, moved(desk, seen_at=later), now=later)
    assert desk.complaints()[0].is_running


@pytest.mark.parametrize(
    ("stage", "state", "due_on"),
    [
        (Stage.ENDED, ComplaintState.RUNNING, None),
        (Stage.ENDED, ComplaintState.UPHELD, date(2026, 7, 1)),
        (Stage.BODY, ComplaintState.UPHELD, None),
        (Stage.ORGANISATION, ComplaintState.NO_ANSWER, None),
    ],
)
def test_an_end_has_an_outcome_and_nothing_due_and_only_an_end_has_one(
    desk: Desk, stage: Stage, state: ComplaintState, due_on: date | None
) -> None:
    complaint_id = desk.begin()
    with pytest.raises(NotLikeThis):
        desk.change(complaint_id, moved(desk, stage=stage, state=state, due_on=due_on))
    assert desk.complaints()[0].stage is Stage.ORGANISATION


def test_what_a_colleague_changed_in_the_meantime_is_not_written_over(desk: Desk) -> None:
    complaint_id = desk.begin()
    desk.change(complaint_id, moved(desk, reply=ANSWER))
    with pytest.raises(CaseMoved):
        desk.change(complaint_id, moved(desk, stage=Stage.BODY))
    assert desk.complaints()[0].replies == (ANSWER,)
    assert desk.complaints()[0].stage is Stage.REVIEW


def test_answers_are_sealed_under_what_the_person_opens_too_each_in_its_own_place(
    desk: Desk,
) -> None:
    for _ in range(2):
        desk.change(desk.begin(), moved(desk, reply=ANSWER))
    first, second = desk.session.scalars(select(ComplaintRow)).all()
    assert b"sorry" not in bytes(first.sealed_answers or b"")
    person = Person.by_code(desk.sealers.reports, desk.case.code)
    key = open_key(desk.session, person.reader, desk.case.id)
    place = {"table": "complaint", "column": "sealed_answers"}
    assert b"sorry" in key.unseal(first.sealed_answers, row=first.id, **place)  # type: ignore[arg-type] # it is there
    first.sealed_answers = second.sealed_answers
    with pytest.raises(CannotOpen):
        desk.complaints()


def test_the_person_reads_a_line_only_where_the_caseworker_says_so(desk: Desk) -> None:
    complaint_id = desk.begin()
    assert lines(desk) == []
    assert desk.session.get_one(CaseRow, desk.case.id).answered_at is None
    desk.change(complaint_id, moved(desk, reply=ANSWER, told="It is with a review now."))
    assert lines(desk) == [(LineKind.STEP, desk.account.id, "It is with a review now.")]
    assert desk.session.get_one(CaseRow, desk.case.id).answered_at


def test_who_did_not_take_the_case_finds_no_complaint_of_it(desk: Desk) -> None:
    complaint_id = desk.begin()
    with pytest.raises(NoSuchCase):
        actions.begin_complaint(
            desk.session,
            desk.others,
            desk.other,
            desk.case.id,
            body="gmc",
            stage=Stage.BODY,
            due_on=None,
            told="",
            now=desk.now,
        )
    with pytest.raises(NoSuchCase):
        actions.change_complaint(
            desk.session,
            desk.others,
            desk.other,
            desk.case.id,
            complaint_id,
            change=moved(desk),
            now=desk.now,
        )


def test_a_complaint_of_another_case_is_not_there(desk: Desk) -> None:
    complaint_id = desk.begin()
    other = given_cases.a_case(desk.session, desk.sealers, now=desk.now)
    with pytest.raises(NoSuchComplaint):
        actions.change_complaint(
            desk.session,
            desk.reader,
            desk.account,
            other.id,
            complaint_id,
            change=moved(desk),
            now=desk.now,
        )


def test_a_closed_case_takes_no_complaint_and_no_change(desk: Desk) -> None:
    complaint_id = desk.begin()
    row = desk.session.get_one(CaseRow, desk.case.id)
    row.state, row.closed_at, row.outcome = CaseState.CLOSED, desk.now, Outcome.HEARD
    desk.session.flush()
    with pytest.raises(CaseMoved):
        desk.begin()
    with pytest.raises(CaseMoved):
        desk.change(complaint_id, moved(desk))


def test_a_case_holds_so_many_complaints_and_a_complaint_so_many_answers(desk: Desk) -> None:
    complaint_id = desk.begin()
    seen = desk.now
    for hour in range(MOST_REPLIES):
        at = desk.now + timedelta(hours=hour + 1)
        desk.change(complaint_id, moved(desk, reply=ANSWER, seen_at=seen), now=at)
        seen = at
    with pytest.raises(NotLikeThis):
        desk.change(complaint_id, moved(desk, reply=ANSWER, seen_at=seen))
    for _ in range(MOST_COMPLAINTS - 1):
        desk.begin()
    with pytest.raises(NotLikeThis):
        desk.begin()
