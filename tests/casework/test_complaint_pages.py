"""Complaints at the case's page: proposed, begun, moved on; what is wrong stays in the form."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.keys import Person
from casework.model import LineKind
from casework.reading import line_of
from casework.records import CaseLineRow, CaseRow, ComplaintRow
from config.settings import Settings
from members.model import Role
from reports.codes import read_receipt_code
from storage.audit_chain import Act
from storage.record_keys import open_key
from storage.records import AuditRow
from tests import given_cases
from tests.casework.forms import STORY, answer, begin, code_on, filled, sent
from tests.members.visits import Visitor
from tests.reports.browser import Page
from tests.whole import Whole, whole


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance."""
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        yield house


@pytest.fixture
def desk(house: Whole) -> Visitor:
    """Give a caseworker at the case of a form."""
    caseworker = house.sign_in(house.person(Role.CASEWORKER))
    filled(house.visitor()).send(form="/professionals/send")
    with house.services.reading() as session:
        case_id = session.scalars(select(CaseRow.id)).one()
    return caseworker.open(f"/desk/cases/{case_id}")


def _begin(desk: Visitor, **fields: str) -> Visitor:
    return desk.fill(f"{desk.path.split('/complaints')[0]}/complaints", **fields)


def _change(desk: Visitor, **fields: str) -> Visitor:
    """Send the form of the only complaint; names are without their place."""
    forms = [each for each in desk.page.forms if "/complaints/" in each.action]
    desk.page.forms = forms
    named = {f"complaint-{name.replace('_', '-')}": words for name, words in fields.items()}
    return desk.fill("", **{_placed(name): words for name, words in named.items()})


def _placed(name: str) -> str:
    for part in ("-day", "-month", "-year"):
        if name.endswith(part):
            return f"{name.removesuffix(part)}-1{part}"
    return f"{name}-1"


def _complaint(house: Whole) -> ComplaintRow:
    with house.services.reading() as session:
        return session.scalars(select(ComplaintRow)).one()


def test_the_case_shows_what_was_said_and_where_a_complaint_can_go(desk: Visitor) -> None:
    for words in (STORY, "PC 1234", "They wish for somebody independent", "Racism, Outing"):
        assert words in desk.text
    force = desk.text.index("its professional standards department · by 3 Feb 2027")
    assert force < desk.text.index("A review by the local policing body")
    assert "Information Commissioner" in desk.text
    assert "General Medical Council" not in desk.text.split("Where it can go")[1]
    assert "PO Box 473, Sale" in desk.text
    assert "not verified" in desk.text
    assert "only after a final answer" in desk.text


def test_a_deadline_that_has_passed_is_said(house: Whole) -> None:
    caseworker = house.sign_in(house.person(Role.CASEWORKER))
    old = date.today() - timedelta(days=400)  # noqa: DTZ011 - a day more or less changes nothing
    someone = begin(house.visitor())
    answer(someone, story="He shouted.")
    answer(someone, sector="police")
    answer(someone, "skip")
    parts = {"day-day": str(old.day), "day-month": str(old.month), "day-year": str(old.year)}
    answer(someone, "enough", **parts).send(form="/professionals/send")
    with house.services.reading() as session:
        case_id = session.scalars(select(CaseRow.id)).one()
    assert "may be too late" in caseworker.open(f"/desk/cases/{case_id}").text


def test_a_complaint_is_begun_and_moved_on_and_each_is_on_record(
    house: Whole, desk: Visitor
) -> None:
    assert "None was begun" in desk.text
    _begin(desk, **{"complaint-body": "force", "complaint-due-day": "1"})
    assert desk.status == 422
    assert "such as 27 3 2027" in desk.text
    assert desk.form("/complaints").fields["complaint-body"] == "force"
    due = {"complaint-due-month": "4", "complaint-due-year": "2020"}
    _begin(desk, **due)
    assert desk.status == 200
    assert "with the organisation itself" in desk.text
    assert "overdue" in desk.text
    row = _complaint(house)
    assert (row.body, row.stage, row.due_on) == ("force", "organisation", date(2020, 4, 1))
    _change(
        desk,
        stage="ended",
        outcome="upheld",
        reply="They are sorry.",
        replied_day="2",
        replied_month="3",
        replied_year="2026",
    )
    assert "upheld" in desk.text
    assert "Answer of 2 March 2026" in desk.text
    assert "They are sorry." in desk.text
    assert "A review by the local policing body or the IOPC · by 30 Mar 2026" in desk.text
    assert "overdue" not in desk.text
    with house.services.reading() as session:
        acts = session.scalars(select(AuditRow.act).where(AuditRow.act == Act.COMPLAINT_CHANGED))
        assert len(acts.all()) == 2
        assert session.scalars(select(CaseLineRow)).all() == []


def test_the_person_reads_where_it_stands_only_where_it_is_ticked(house: Whole) -> None:
    caseworker = house.sign_in(house.person(Role.CASEWORKER))
    code = read_receipt_code(code_on(sent(house.visitor())))
    with house.services.reading() as session:
        case_id = session.scalars(select(CaseRow.id)).one()
    desk = caseworker.open(f"/desk/cases/{case_id}")
    _begin(desk, **{"complaint-body": "force-review", "complaint-tell": "yes"})
    _change(desk, stage="body", reply="Not for a line.")
    day = {"replied_day": "2", "replied_month": "3", "replied_year": "2026"}
    due = {"due_day": "1", "due_month": "4", "due_year": "2099"}
    _change(desk, stage="review", tell="yes", reply="Nor this.", **day, **due)
    _change(desk, stage="ended", outcome="partly", tell="yes")
    person = Person.by_code(house.services.sealers.reports, code)
    with house.services.reading() as session:
        key = open_key(session, person.reader, case_id)
        rows = session.scalars(select(CaseLineRow).order_by(CaseLineRow.at)).all()
        lines = [line_of(key, row) for row in rows]
    assert {line.kind for line in lines} == {LineKind.STEP}
    assert all(line.by for line in lines)
    told = "Your complaint: a review was asked for. There is an answer of 2 March 2026. "
    assert [line.text for line in lines] == [
        "A complaint goes to: A review by the local policing body or the IOPC.",
        f"{told}The next step is due by 1 April 2099.",
        "Your complaint ended: partly upheld.",
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": "nowhere"}, "Choose where it stands"),
        ({"stage": "ended"}, "Choose how it ended"),
        ({"stage": "ended", "outcome": "running"}, "Choose how it ended"),
        ({"stage": "review", "due_day": "1"}, "such as 27 3 2027"),
        ({"stage": "review", "reply": "x", "replied_day": "1"}, "such as 27 3 2026"),
        (
            {"reply": "x", "replied_day": "1", "replied_month": "1", "replied_year": "2099"},
            "has not come yet",
        ),
        ({"reply": "x" * 4_001}, "we can take 4000"),
    ],
)
def test_what_is_wrong_with_a_change_is_said_and_nothing_is_written(
    house: Whole, desk: Visitor, fields: dict[str, str], words: str
) -> None:
    _begin(desk, **{"complaint-body": "force"})
    before = _complaint(house)
    _change(desk, **fields)
    assert desk.status == 422
    assert words in desk.text
    assert _complaint(house).changed_at == before.changed_at
    if "reply" in fields:
        assert fields["reply"] in desk.markup


def test_a_change_over_a_colleagues_is_not_written_and_the_words_stay(
    house: Whole, desk: Visitor
) -> None:
    _begin(desk, **{"complaint-body": "force"})
    second_tab: Page = desk.page
    _change(desk, stage="review", reply="The first.")
    desk.page = second_tab
    _change(desk, stage="body", reply="The second.")
    assert desk.status == 409
    assert "Not written down" in desk.text
    assert "The second." in desk.markup
    assert _complaint(house).stage == "review"


def test_a_body_that_is_not_in_the_file_is_refused(house: Whole, desk: Visitor) -> None:
    for body in ("", "the-mayor"):
        _begin(desk, **{"complaint-body": body})
        assert desk.status == 422
        assert "Choose who the complaint goes to" in desk.text
    with house.services.reading() as session:
        assert session.scalars(select(ComplaintRow)).all() == []


def test_a_case_of_support_has_no_complaints(house: Whole) -> None:
    caseworker = house.sign_in(house.person(Role.CASEWORKER))
    with house.writing() as session:
        case = given_cases.a_case(session, house.services.sealers, now=datetime.now(UTC))
    caseworker.open(f"/desk/cases/{case.id}")
    assert caseworker.status == 200
    assert "Harm by a professional" not in caseworker.text


def test_nobody_but_the_desk_writes_complaints(house: Whole, desk: Visitor) -> None:
    action = f"{desk.path}/complaints"
    fields = desk.form("/complaints").fields | {"complaint-body": "force"}
    for person in (house.person(), house.person(Role.RESEARCHER), house.person(Role.OPERATOR)):
        other = house.sign_in(person)
        token = other.open("/account").page.forms[0].fields["csrf_token"]
        response = other.client.post(action, data={**fields, "csrf_token": token})
        assert response.status_code == 404
    with house.services.reading() as session:
        assert session.scalars(select(ComplaintRow)).all() == []
