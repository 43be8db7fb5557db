"""The calendar of due days: what it says, to whom, and until when."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from casework import actions
from casework.actions.access import shut_out
from casework.records import CaseRow, TaskFeedRow
from members import actions as members
from members.guard import is_for_the_fresh
from members.model import Account, AccountState, Role
from members.records import AccountRow
from tests import given
from tests.casework.desk import Desk, at_the_desk
from tests.whole import Whole
from web.crowds import READING

WORDS = "Ring Robin about the marmoset."
LIMIT = READING["casework.read_feed"]


@pytest.fixture
def desk(house: Whole) -> Desk:
    """Give a case that was taken and shared."""
    return at_the_desk(house)


def a_task(desk: Desk, *, days: int, whom: given.Person | None = None) -> UUID:
    """Write a task that is due in so many days, for the first of the two unless for another."""
    sealers, now = desk.house.services.sealers, desk.house.now
    with desk.house.writing() as session:
        reader = given.a_reader(session, sealers, desk.first, now=now)
        account = account_of(desk, session)
        return actions.add_task(
            session,
            reader,
            account,
            desk.case.id,
            text=WORDS,
            for_account=(whom or desk.first).id,
            due_on=now.date() + timedelta(days=days),
            now=now,
        )


def account_of(desk: Desk, session: Session) -> Account:
    """Return the account of the first of the two."""
    sealers = desk.house.services.sealers
    return members.get_account(session, sealers, account_id=desk.first.id)


def address(desk: Desk) -> str:
    """Make the address of the first one's calendar; return its path."""
    visitor = desk.house.sign_in(desk.first).open("/desk/tasks/feed").fill("/desk/tasks/feed")
    return str(re.findall(r"(/calendar/[\w-]+\.ics)", visitor.markup)[0])


def fetch(desk: Desk, path: str) -> TestResponse:
    """Fetch an address as a calendar program does."""
    return desk.house.app.test_client().get(path)


def test_a_calendar_reads_the_days_and_nothing_of_what_they_are_about(desk: Desk) -> None:
    path, task = address(desk), a_task(desk, days=3)
    answer = fetch(desk, path)
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert event["SUMMARY"] == f"Brolly: Case {desk.case.reference}: something is due"
    assert event.decoded("dtstart") == desk.house.now.date() + timedelta(days=3)
    assert type(event.decoded("dtstart")) is date
    assert str(event["UID"]).startswith(f"{task}@")
    assert "marmoset" not in answer.text
    assert "Robin" not in answer.text
    assert {*event} == {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "CLASS", "TRANSP"}
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert fetch(desk, path).data == answer.data


def test_it_holds_what_is_overdue_and_the_next_90_days_of_ones_own_and_nothing_done(
    desk: Desk,
) -> None:
    path = address(desk)
    late, soon = a_task(desk, days=-40), a_task(desk, days=90)
    done = a_task(desk, days=1)
    a_task(desk, days=92)
    a_task(desk, days=1, whom=desk.second)
    with desk.house.writing() as session:
        account, now = account_of(desk, session), desk.house.now
        actions.mark_task(session, account, desk.case.id, done, done=True, now=now)
    events = Calendar.from_ical(fetch(desk, path).data).walk("VEVENT")
    assert [str(each["UID"]).partition("@")[0] for each in events] == [str(late), str(soon)]


def test_a_case_that_was_closed_to_somebody_leaves_their_calendar(desk: Desk) -> None:
    path = address(desk)
    a_task(desk, days=1)
    with desk.house.writing() as session:
        shut_out(session, session.get_one(CaseRow, desk.case.id), account_id=desk.first.id)
    assert desk.case.reference not in fetch(desk, path).text


def test_a_new_address_ends_the_old_one_and_removing_ends_it_in_the_same_words(desk: Desk) -> None:
    old = address(desk)
    new = address(desk)
    nothing = fetch(desk, "/calendar/unknown.ics")
    visitor = desk.house.sign_in(desk.first).open("/desk/tasks/feed")
    assert new not in visitor.markup, "it is shown once"
    visitor.fill("/remove")
    for path in (old, new):
        answer = fetch(desk, path)
        assert (answer.status_code, answer.data) == (404, nothing.data)
        assert "Set-Cookie" not in answer.headers
        assert {*answer.headers.keys()} == {*nothing.headers.keys()}


def test_it_ends_with_ones_place_at_the_desk(desk: Desk) -> None:
    path, suspended = address(desk), AccountState.SUSPENDED.value
    assert fetch(desk, path).status_code == 200
    with desk.house.writing() as session:
        of_first = AccountRow.id == desk.first.id
        session.execute(update(AccountRow).where(of_first).values(state=suspended))
    assert fetch(desk, path).status_code == 404


def test_it_is_for_the_desk_alone_whatever_else_somebody_was(desk: Desk) -> None:
    operator = desk.house.person(Role.OPERATOR)
    with desk.house.writing() as session:
        token = actions.make_feed(session, operator.id, now=desk.house.now)
    assert fetch(desk, f"/calendar/{token}.ics").status_code == 404


def test_an_address_is_made_only_after_showing_who_one_is(desk: Desk) -> None:
    assert is_for_the_fresh(desk.house.app.view_functions["casework.make_feed"])


def test_only_the_hash_of_a_token_is_kept(desk: Desk) -> None:
    token = address(desk).removeprefix("/calendar/").removesuffix(".ics")
    with desk.house.services.reading() as session:
        row = session.get_one(TaskFeedRow, desk.first.id)
        assert token.encode() not in row.token_hash
        assert len(row.token_hash) == 32


def test_who_guesses_addresses_is_asked_to_wait(desk: Desk) -> None:
    answers = {
        desk.house.app.test_client()
        .get(f"/calendar/{number}.ics", headers={"X-Forwarded-For": "198.51.100.7"})
        .status_code
        for number in range(LIMIT.each)
    }
    assert answers == {404}
    headers = {"X-Forwarded-For": "198.51.100.7"}
    last = desk.house.app.test_client().get("/calendar/x.ics", headers=headers)
    assert last.status_code == 429
    assert 0 < int(last.headers["Retry-After"]) <= 3600
