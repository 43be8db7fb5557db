"""Work on a case: each change asks for access, and for a state that it may be done in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from casework import actions
from casework.model import (
    ANSWERED_WITHIN,
    CaseMoved,
    CaseState,
    LineKind,
    NoSuchCase,
    NoSuchColleague,
    OpenedCase,
    Outcome,
)
from casework.records import CaseRow
from members import actions as members
from members.model import Account
from storage.keys import Sealers
from storage.record_keys import NotOpenedYet, Reader
from tests import given, given_cases

DAY = timedelta(days=1)


class Desk:
    """Two caseworkers and a lead, and one case that the first of them took."""

    def __init__(self, session: Session, sealers: Sealers, now: datetime) -> None:
        self.session, self.now = session, now
        people = [
            given.a_caseworker(session, sealers, now=now),
            given.a_caseworker(session, sealers, now=now),
            given.a_lead(session, sealers, now=now),
        ]
        self.ruth, self.sol, self.lead = (
            members.get_account(session, sealers, account_id=each.id) for each in people
        )
        self.readers = {each.id: given.a_reader(session, sealers, each, now=now) for each in people}
        self.id = given_cases.a_case(session, sealers, now=now).id
        actions.take(session, self.ruth, self.id)

    @property
    def row(self) -> CaseRow:
        return self.session.get_one(CaseRow, self.id)

    def reader(self, account: Account) -> Reader:
        return self.readers[account.id]

    def opened_by(self, account: Account) -> OpenedCase:
        return actions.open_case_file(self.session, self.reader(account), self.id, account)[0]

    def write(self, account: Account, text: str = "We rang.", due: datetime | None = None) -> None:
        actions.write_line(
            self.session,
            self.reader(account),
            account,
            self.id,
            kind=LineKind.MESSAGE,
            text=text,
            due_at=due,
            now=self.now,
        )

    def hand(self, account: Account, to: Account, *, stay: bool = False) -> None:
        reader = self.reader(account)
        actions.hand_over(self.session, reader, account, self.id, to=to.id, stay=stay)


@pytest.fixture
def desk(session: Session, sealers: Sealers, now: datetime) -> Desk:
    """Give the desk."""
    return Desk(session, sealers, now)


def test_of_two_who_take_a_case_the_second_is_told(desk: Desk) -> None:
    assert (desk.row.state, desk.row.assignee_id) == (CaseState.OPEN, desk.ruth.id)
    with pytest.raises(CaseMoved):
        actions.take(desk.session, desk.lead, desk.id)
    with pytest.raises(NoSuchCase):
        actions.take(desk.session, desk.sol, desk.id)


def test_a_case_that_is_handed_over_opens_to_the_next_and_no_more_to_the_one_before(
    desk: Desk,
) -> None:
    desk.hand(desk.ruth, desk.sol)
    assert desk.row.assignee_id == desk.sol.id
    assert desk.opened_by(desk.sol).intake == given_cases.ASKED
    with pytest.raises(NoSuchCase):
        desk.opened_by(desk.ruth)


def test_who_hands_a_case_over_may_stay_in_it_and_be_shut_out_later(desk: Desk) -> None:
    desk.hand(desk.ruth, desk.sol, stay=True)
    assert desk.opened_by(desk.ruth).intake == given_cases.ASKED
    actions.shut_out(desk.session, desk.sol, desk.id, colleague=desk.ruth.id)
    with pytest.raises(NoSuchCase):
        desk.opened_by(desk.ruth)
    with pytest.raises(CaseMoved):  # nobody shuts out whoever has it
        actions.shut_out(desk.session, desk.sol, desk.id, colleague=desk.sol.id)


def test_a_lead_hands_over_the_case_of_somebody_who_is_away(desk: Desk) -> None:
    desk.hand(desk.lead, desk.sol)
    assert desk.opened_by(desk.sol).card.assignee_id == desk.sol.id
    desk.hand(desk.sol, desk.lead)
    assert desk.opened_by(desk.lead).card.assignee_id == desk.lead.id


def test_a_case_is_handed_to_nobody_who_does_not_work_on_cases(
    desk: Desk, session: Session, sealers: Sealers, now: datetime
) -> None:
    member = given.a_member(session, sealers, now=now)
    for somebody in (member.id, uuid4()):
        with pytest.raises(NoSuchColleague):
            actions.share(session, desk.reader(desk.ruth), desk.ruth, desk.id, to=somebody)


def test_a_lead_who_was_let_in_by_name_and_shut_out_still_opens_it(desk: Desk) -> None:
    actions.share(desk.session, desk.reader(desk.ruth), desk.ruth, desk.id, to=desk.lead.id)
    actions.shut_out(desk.session, desk.ruth, desk.id, colleague=desk.lead.id)
    assert desk.opened_by(desk.lead).intake == given_cases.ASKED


def test_the_first_line_to_the_person_stops_the_clock_and_is_remembered(desk: Desk) -> None:
    desk.row.unanswered = True
    desk.write(desk.ruth, due=desk.now + DAY)
    first = desk.row.answered_at
    assert (first, desk.row.due_at, desk.row.unanswered) == (desk.now, desk.now + DAY, False)
    desk.now += DAY
    desk.write(desk.ruth)
    assert (desk.row.answered_at, desk.row.due_at) == (first, None)
    assert [each.text for each in desk.opened_by(desk.ruth).lines] == ["We rang.", "We rang."]


def test_who_spoke_with_the_person_stops_the_clock_without_a_line(desk: Desk) -> None:
    actions.spoke(desk.session, desk.ruth, desk.id, now=desk.now)
    assert (desk.row.answered_at, desk.row.due_at) == (desk.now, None)
    assert desk.opened_by(desk.ruth).lines == ()


def test_a_closed_case_takes_nothing_until_it_is_opened_again(desk: Desk) -> None:
    actions.close(desk.session, desk.ruth, desk.id, outcome=Outcome.HEARD, now=desk.now)
    assert (desk.row.outcome, desk.row.closed_at, desk.row.due_at) == ("heard", desk.now, None)
    refused: list[Callable[[], object]] = [
        lambda: desk.write(desk.ruth),
        lambda: desk.hand(desk.ruth, desk.sol),
        lambda: actions.close(
            desk.session, desk.ruth, desk.id, outcome=Outcome.HEARD, now=desk.now
        ),
        lambda: actions.move(
            desk.session, desk.ruth, desk.id, state=CaseState.WAITING, due_at=None
        ),
    ]
    for change in refused:
        with pytest.raises(CaseMoved):
            change()
    desk.row.due_at = desk.now  # the person wrote again
    actions.spoke(desk.session, desk.ruth, desk.id, now=desk.now)
    assert [desk.row.state, desk.row.due_at] == [CaseState.CLOSED, None]
    actions.reopen(desk.session, desk.ruth, desk.id, now=desk.now)
    assert (desk.row.state, desk.row.outcome) == (CaseState.OPEN, None)
    assert desk.row.due_at == desk.now + ANSWERED_WITHIN
    with pytest.raises(CaseMoved):
        actions.reopen(desk.session, desk.ruth, desk.id, now=desk.now)


@pytest.mark.parametrize("state", [CaseState.NEW, CaseState.CLOSED])
def test_a_case_is_not_moved_to_where_it_is_taken_or_closed(desk: Desk, state: CaseState) -> None:
    with pytest.raises(CaseMoved):
        actions.move(desk.session, desk.ruth, desk.id, state=state, due_at=None)


def test_who_lost_the_key_pair_reads_nothing(desk: Desk) -> None:
    members.drop_pair(desk.session, desk.ruth.id)
    with pytest.raises(NotOpenedYet):
        desk.opened_by(desk.ruth)
