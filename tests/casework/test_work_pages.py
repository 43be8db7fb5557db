"""What is done about a case: notes, tasks, services and reports, for who has access."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from directory.records import ListingRow
from members.guard import TOKEN
from storage.audit_chain import Act
from storage.records import AuditRow
from tests.casework.desk import Desk, at_the_desk, task_form
from tests.directory.listings import written
from tests.whole import Whole, press

WORDS = "The landlord is the marmoset of Mull."


@pytest.fixture
def desk(house: Whole) -> Desk:
    """Give a case that was taken and shared."""
    return at_the_desk(house)


def test_a_note_is_read_by_who_has_access_and_says_who_wrote_and_who_changed_it(desk: Desk) -> None:
    visitor = desk.open(desk.first).fill("/notes", note=WORDS)
    assert WORDS in visitor.text
    other = desk.open(desk.second)
    (path,) = re.findall(rf'href="({desk.path}/notes/[^"]+)"', other.markup)
    other.open(path).fill(path, note="Nobody's business.")
    assert "Nobody's business." in other.text
    assert WORDS not in other.text
    assert "changed by" in other.text


def test_who_changes_a_note_second_reads_the_others_words_beside_their_own(desk: Desk) -> None:
    path = _note(desk)
    one, two = (desk.house.sign_in(each).open(path) for each in (desk.first, desk.second))
    one.fill(path, note="I rang at ten.")
    two.fill(path, note="They rang at eleven.")
    assert two.status == 409
    assert "I rang at ten." in two.text
    assert two.form(path).fields["note"] == "They rang at eleven."
    two.fill(path, note="I rang at ten, they at eleven.")
    assert "I rang at ten, they at eleven." in two.text


def test_a_note_that_is_too_long_or_empty_stays_in_the_form(desk: Desk) -> None:
    path = _note(desk)
    one = desk.house.sign_in(desk.first).open(path).fill(path, note="x" * 10_001)
    assert one.status == 422
    assert one.form(path).fields["note"] == "x" * 10_001
    desk.house.sign_in(desk.second).open(path).fill(path, note="I rang at ten.")
    one.fill(path, note="Shorter.")
    assert one.status == 409, "what was read before the long note is what it is held against"
    assert desk.open(desk.first).fill("/notes", note=" ").status == 422


def test_a_note_that_was_typed_is_kept_when_the_sign_in_has_ended(desk: Desk) -> None:
    visitor = desk.open(desk.first)
    with visitor.client.session_transaction() as cookie:
        del cookie[TOKEN]
    form = visitor.form("/notes")
    left = visitor.client.post(form.action, data={**form.fields, "note": WORDS})
    assert WORDS in left.text
    assert left.status_code == 403


def test_a_task_is_on_its_case_and_with_whom_it_is_for_until_it_is_done(desk: Desk) -> None:
    typed = task_form(desk.second.id, WORDS, day="1", month="2", year=str(desk.house.now.year))
    assert desk.open(desk.first).fill("/tasks", **typed).status == 200
    mine = desk.house.sign_in(desk.second).open("/desk/tasks")
    assert WORDS in mine.text
    assert desk.case.reference in mine.text
    assert "Overdue" in mine.text
    assert WORDS not in desk.house.sign_in(desk.first).open("/desk/tasks").text
    mine.send(form=_marking(mine.markup))
    assert mine.path == "/desk/tasks"
    assert WORDS not in mine.text
    case = desk.open(desk.first)
    assert "To be done after all" in case.markup
    case.send(form=_marking(case.markup))
    assert WORDS in mine.open("/desk/tasks").text


@pytest.mark.parametrize("day", [{"day": "30", "month": "2"}, {}, {"day": "x", "month": "1"}])
def test_a_day_that_is_none_is_asked_for_again(desk: Desk, day: dict[str, str]) -> None:
    visitor = desk.open(desk.first).fill("/tasks", **task_form(desk.first.id, WORDS, **day))
    assert visitor.status == 422
    assert visitor.form("/tasks").fields["task-words"] == WORDS


def test_a_task_for_who_may_not_open_the_case_is_refused(desk: Desk) -> None:
    day = {"day": "1", "month": "2"}
    visitor = desk.open(desk.first)
    offered = visitor.markup.partition('name="task-for"')[2].partition("</select>")[0]
    assert str(desk.lead.id) in offered
    assert str(desk.stranger.id) not in offered
    assert visitor.fill("/tasks", **task_form(desk.stranger.id, WORDS, **day)).status == 422
    assert "Let them in first" in visitor.text
    assert visitor.fill("/tasks", **task_form(desk.lead.id, WORDS, **day)).status == 200


def test_a_service_is_found_named_and_followed_up_and_stays_named_when_hidden(desk: Desk) -> None:
    with desk.house.writing() as session:
        shown = written(session, name="The Night Line", hours="24/7", time_zone="Europe/London")
    visitor = desk.open(desk.first).fill("/services", service="night")
    assert "The Night Line" in visitor.text
    assert visitor.path == f"{desk.path}/services"
    visitor.send(form="/referrals")
    name = re.findall(r'name="(outcome-[^"]+)"', visitor.markup)[0]
    visitor.fill(name.replace("outcome-", "/referrals/"), **{name: "helped"})
    assert visitor.form(name.replace("outcome-", "/referrals/")).fields[name] == "helped"
    visitor.fill(name.replace("outcome-", "/referrals/"), **{name: "nonsense"})
    assert visitor.status == 422
    with desk.house.writing() as session:
        session.execute(update(ListingRow).where(ListingRow.id == shown).values(shown=False))
    again = desk.open(desk.second)
    assert "The Night Line" in again.text
    assert "Not in the directory any more" in again.text


def test_a_report_is_linked_by_its_reference_once_and_parted_again(desk: Desk) -> None:
    report = desk.house.report()
    visitor = desk.open(desk.first).fill("/reports", report="R0000000")
    assert visitor.status == 422
    for _ in range(2):
        visitor.fill("/reports", report=report.reference.lower())
    assert visitor.text.count(f"Report {report.reference}") == 1
    visitor.send(form="/part")
    assert report.reference not in visitor.text


def test_each_change_is_on_record_and_names_the_case(desk: Desk) -> None:
    visitor = desk.open(desk.first).fill("/notes", note=WORDS)
    visitor.fill("/tasks", **task_form(desk.first.id, WORDS, day="1", month="2"))
    visitor.fill("/reports", report=desk.house.report().reference)
    with desk.house.services.reading() as session:
        found = session.execute(
            select(AuditRow.act).where(AuditRow.on_id == desk.case.id)
        ).scalars()
        assert {Act.CASE_NOTED, Act.CASE_TASKED, Act.CASE_LINKED} <= {*found}


def test_for_who_has_no_access_nothing_is_there_whichever_way_they_ask(desk: Desk) -> None:
    path = _note(desk)
    report, thing = desk.house.report(), uuid4()
    visitor = desk.house.sign_in(desk.stranger)
    typed = task_form(desk.stranger.id, WORDS, day="1", month="2")
    sent: dict[str, dict[str, str]] = {
        "/notes": {"note": WORDS},
        path.removeprefix(desk.path): {"note": WORDS, "version": "1"},
        "/tasks": typed,
        f"/tasks/{thing}": {"done": "yes"},
        "/services": {"service": "night"},
        "/referrals": {"listing": "none"},
        f"/referrals/{thing}": {f"outcome-{thing}": "told"},
        "/reports": {"report": report.reference},
        f"/reports/{report.id}/part": {},
    }
    for below, fields in sent.items():
        assert press(visitor, f"{desk.path}{below}", **fields).status == 404, below
        assert press(visitor, f"/desk/cases/{thing}{below}", **fields).status == 404, below
    assert visitor.open(path).status == 404
    assert visitor.open(desk.path).status == 404


def test_what_belongs_to_another_case_is_not_reached_through_ones_own(desk: Desk) -> None:
    path = _note(desk)
    other = at_the_desk(desk.house)
    visitor = desk.house.sign_in(other.first)
    note = path.removeprefix(desk.path)
    assert visitor.open(f"{other.path}{note}").status == 404
    assert press(visitor, f"{other.path}{note}", note="x", version="1").status == 404


def _note(desk: Desk) -> str:
    """Write a note; return the address of its form."""
    visitor = desk.open(desk.first).fill("/notes", note=WORDS)
    found = re.findall(rf'href="({desk.path}/notes/[^"]+)"', visitor.markup)
    return str(found[0])


def _marking(markup: str) -> str:
    """Return the address at which the first task of a page is marked."""
    return str(re.findall(r'action="(/desk/cases/[^"]+/tasks/[^"]+)"', markup)[0])
