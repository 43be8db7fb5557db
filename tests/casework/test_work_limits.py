"""What is done about a case, where it ends: at slips, at other cases, at access that was lost."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from casework import actions
from casework.actions.access import shut_out
from casework.model import NoSuchCase
from casework.records import CaseRow
from casework.work import ReferralOutcome
from directory.actions import listing_by_id
from members import actions as members
from members.model import Account
from storage.record_keys import Reader
from tests import given
from tests.casework.desk import Desk, at_the_desk, task_form
from tests.directory.listings import written
from tests.whole import Whole

Reach = Callable[[Session, Account, UUID], object]


@pytest.fixture
def desk(house: Whole) -> Desk:
    """Give a case that was taken and shared."""
    return at_the_desk(house)


@pytest.mark.parametrize(
    "slip", [{"day": "9" * 12}, {"month": "9" * 12}, {"year": "9" * 12}, {"year": "9" * 5000}]
)
def test_a_number_that_is_far_too_long_for_a_day_is_asked_for_again(
    desk: Desk, slip: dict[str, str]
) -> None:
    typed = task_form(desk.first.id, "Ring them", **{"day": "1", "month": "2", **slip})
    visitor = desk.open(desk.first).fill("/tasks", **typed)
    assert visitor.status == 422
    assert visitor.form("/tasks").fields["task-words"] == "Ring them"


@pytest.mark.parametrize("version", ["x", "-1", str(2**31), str(2**63)])
def test_a_version_that_no_note_can_have_changes_nothing_and_loses_nothing(
    desk: Desk, version: str
) -> None:
    visitor = desk.open(desk.first).fill("/notes", note="As it stands.")
    path = str(re.findall(rf'href="({desk.path}/notes/[^"]+)"', visitor.markup)[0])
    visitor.open(path).fill(path, note="My words.", version=version)
    assert visitor.status == 409
    assert "As it stands." in visitor.text
    assert visitor.form(path).fields["note"] == "My words."


def test_who_loses_a_case_loses_its_tasks_from_their_own_list(desk: Desk) -> None:
    with desk.house.writing() as session:
        _task(desk, session)
    mine = desk.house.sign_in(desk.first).open("/desk/tasks")
    assert desk.case.reference in mine.text
    with desk.house.writing() as session:
        shut_out(session, session.get_one(CaseRow, desk.case.id), account_id=desk.first.id)
    assert desk.case.reference not in mine.open("/desk/tasks").text


def test_ones_own_tasks_take_at_most_three_statements_however_many_there_are(desk: Desk) -> None:
    with desk.house.writing() as session:
        reader, account = _reader(desk, session), _first(desk, session)
        for _ in range(5):
            _task(desk, session)
        with _counted(session.get_bind().engine) as said:
            assert len(actions.own_tasks(session, reader, account)) == 5
    assert 0 < len(said) <= 3


def test_tasks_services_and_reports_are_not_reached_through_another_case(desk: Desk) -> None:
    other, report = at_the_desk(desk.house), desk.house.report()
    now = desk.house.now
    with desk.house.writing() as session:
        task, account = _task(desk, session), _first(desk, session)
        shown = listing_by_id(session, written(session, name="The Night Line"))
        referral = actions.refer(session, account, desk.case.id, reference=shown.reference, now=now)
        actions.link_report(session, account, desk.case.id, reference=report.reference, now=now)
        session.flush()
        reaches: tuple[Reach, ...] = (
            lambda s, who, case: actions.mark_task(s, who, case, task, done=True, now=now),
            lambda s, who, case: actions.change_referral(
                s, who, case, referral, outcome=ReferralOutcome.HELPED, now=now
            ),
            lambda s, who, case: actions.part_report(s, who, case, report_id=report.id),
        )
        stranger = _account(desk, session, other.first.id)
        for reach in reaches:
            with pytest.raises(NoSuchCase):
                reach(session, stranger, other.case.id)
        for reach in reaches:
            reach(session, account, desk.case.id)


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    """Give the statements that are sent while it is open."""
    said: list[str] = []

    def keep(*about: object) -> None:
        said.append(str(about[2]))

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def _account(desk: Desk, session: Session, account_id: UUID) -> Account:
    return members.get_account(session, desk.house.services.sealers, account_id=account_id)


def _first(desk: Desk, session: Session) -> Account:
    return _account(desk, session, desk.first.id)


def _reader(desk: Desk, session: Session) -> Reader:
    return given.a_reader(session, desk.house.services.sealers, desk.first, now=desk.house.now)


def _task(desk: Desk, session: Session) -> UUID:
    """Write a task of the first of the two for themselves."""
    now = desk.house.now
    return actions.add_task(
        session,
        _reader(desk, session),
        _first(desk, session),
        desk.case.id,
        text="Ring them",
        for_account=desk.first.id,
        due_on=now.date() + timedelta(days=1),
        now=now,
    )
