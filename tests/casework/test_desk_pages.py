"""The desk of cases through its pages: taken, written to, handed over, closed, found again."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from casework.model import CaseSource, Intake, Reach
from casework.records import CaseLineRow, CaseReportRow, CaseRow
from members.model import Role
from messages.records import CauseTextRow
from storage.records import AuditRow
from tests import given_cases
from tests.members.visits import Visitor
from tests.whole import Whole, open_report, press

LIST = "/desk/cases"


def a_case(house: Whole, intake: Intake = given_cases.ASKED) -> given_cases.GivenCase:
    with house.writing() as session:
        return given_cases.a_case(session, house.services.sealers, now=house.now, intake=intake)


def row(house: Whole, case_id: UUID) -> CaseRow:
    with house.services.reading() as session:
        return session.get_one(CaseRow, case_id)


def path(case: given_cases.GivenCase, end: str = "") -> str:
    return f"{LIST}/{case.id}{end}"


@pytest.fixture
def ruth(house: Whole) -> Visitor:
    """Give the browser of a caseworker."""
    return house.sign_in(house.person(Role.CASEWORKER))


def test_a_call_back_is_listed_with_its_clock_and_opened_with_what_keeps_the_person_safe(
    house: Whole, ruth: Visitor
) -> None:
    case = a_case(house)
    listed = ruth.open(LIST).text
    assert case.reference in listed
    assert "asks to be called" in listed
    opened = ruth.open(path(case))
    for words in ("Leave no message", "marigold", "weekdays after ten", "Robin", "I cannot sleep"):
        assert words in opened.text
    assert "900123" in opened.text.replace(" ", "")
    assert "Robin" not in opened.title + listed


def test_a_case_whose_time_has_come_is_marked_as_overdue(house: Whole, ruth: Visitor) -> None:
    case = a_case(house)
    assert "overdue" not in ruth.open(LIST).text
    with house.writing() as session:
        session.get_one(CaseRow, case.id).due_at = house.now - timedelta(minutes=1)
    assert "overdue" in ruth.open(LIST).text
    assert "overdue" in ruth.open(f"{LIST}/board").text
    assert "overdue" in ruth.open(path(case)).text


def test_a_case_is_taken_written_on_and_closed_and_the_person_reads_it(
    house: Whole, ruth: Visitor
) -> None:
    case = a_case(house)
    ruth.open(path(case)).fill("/take")
    assert row(house, case.id).state == "open"
    ruth.fill("/lines", line="We rang you at ten.", **{"line-next": "3"})
    assert "We rang you at ten." in ruth.text
    due_at = row(house, case.id).due_at
    assert due_at
    assert timedelta(days=3) <= due_at - house.now < timedelta(days=3, hours=1)
    ruth.fill("/lines", line="We ring the clinic.", **{"line-kind": "step", "line-next": "0"})
    assert row(house, case.id).due_at is None
    person = house.visitor().open("/case").fill("/case", code=case.code)
    assert "We rang you at ten." in person.text
    assert "We ring the clinic." in person.text
    assert "I cannot sleep" not in person.text
    person.fill("/case/write", line="Thank you.")
    assert "they wrote" in ruth.open(LIST).text
    assert "Thank you." in ruth.open(path(case)).text
    ruth.fill("/spoke")
    assert "they wrote" not in ruth.open(LIST).text
    ruth.open(path(case)).fill("/close", outcome="heard")
    assert "They wanted to be heard" in ruth.text
    assert case.reference not in ruth.open(LIST).text
    assert case.reference in ruth.open(f"{LIST}/closed").text
    ruth.open(path(case)).fill("/reopen")
    assert row(house, case.id).state == "open"


def test_a_case_is_handed_over_and_gone_for_who_had_it(house: Whole, ruth: Visitor) -> None:
    sol_is = house.person(Role.CASEWORKER)
    case, sol = a_case(house), house.sign_in(sol_is)
    ruth.open(path(case)).fill("/take")
    assert sol.open(path(case)).status == 404
    ruth.open(path(case)).fill("/hand-over", **{"hand-to": str(sol_is.id)})
    assert "I cannot sleep" in sol.open(path(case)).text
    assert ruth.open(path(case)).status == 404
    assert case.reference not in ruth.open(LIST).text


def test_a_colleague_who_is_let_in_opens_it_until_it_is_closed_to_them(
    house: Whole, ruth: Visitor
) -> None:
    sol_is = house.person(Role.CASEWORKER)
    case, sol = a_case(house), house.sign_in(sol_is)
    ruth.open(path(case)).fill("/take")
    ruth.fill("/let-in", **{"let-in": str(sol_is.id)})
    assert sol.open(path(case)).status == 200
    ruth.open(path(case)).fill(f"/shut-out/{sol_is.id}")
    assert sol.open(path(case)).status == 404


@pytest.mark.parametrize("tell", ["", "thrush741@example.org"])
def test_a_word_goes_to_where_the_person_wants_it_each_time_and_says_nothing(
    house: Whole, ruth: Visitor, tell: str
) -> None:
    case = a_case(house, replace(given_cases.ASKED, tell=tell))
    ruth.open(path(case)).fill("/take")
    ruth.fill("/lines", line="Come on Monday.", **{"line-next": "3"})
    told = {"complaint-body": "iopc", "complaint-tell": "yes"}
    assert press(ruth, path(case, "/complaints"), **told).status == 200
    with house.services.reading() as session:
        texts = session.scalars(select(CauseTextRow)).all()
    assert len(texts) == (2 if tell else 0)
    sealer = house.services.sealers.contacts
    for text in texts:
        words = sealer.text(text.sealed_body, table="cause_text", column="sealed_body", row=text.id)
        assert words.startswith("There is an answer. Open it here: ")
        assert words.endswith("/case")


def test_whoever_is_overtaken_is_told_and_keeps_what_they_wrote(
    house: Whole, ruth: Visitor
) -> None:
    case = a_case(house)
    ruth.open(path(case)).fill("/take")
    ruth.open(path(case))
    with house.writing() as session:  # a lead closed it meanwhile
        changed = session.get_one(CaseRow, case.id)
        changed.state, changed.outcome, changed.closed_at = "closed", "heard", house.now
    ruth.fill("/lines", line="All my words.", **{"line-next": "3"})
    assert ruth.status == 409
    assert "Somebody changed this case meanwhile" in ruth.text
    with house.services.reading() as session:
        assert session.scalars(select(CaseLineRow)).all() == []


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(
    house: Whole, ruth: Visitor
) -> None:
    case = a_case(house)
    ruth.open(path(case)).fill("/take")
    for form, fields, words in (
        ("/lines", {"line": " "}, "Write a line first."),
        ("/lines", {"line": "x" * 4_001}, "we can take 4000"),
        ("/lines", {"line": "kept words", "line-next": "99"}, "Choose when somebody looks"),
        ("/close", {}, "Choose how it ended."),
        ("/hand-over", {}, "Choose a colleague."),
        ("/let-in", {"let-in": "x"}, "Choose a colleague."),
    ):
        ruth.open(path(case)).fill(form, **fields)
        assert ruth.status == 422
        assert words in ruth.text
    ruth.open(path(case)).fill("/lines", line="kept words", **{"line-next": "99"})
    assert ruth.form("/lines").fields["line"] == "kept words"


def test_a_case_opened_by_hand_is_its_openers_and_its_code_opens_it(
    house: Whole, ruth: Visitor
) -> None:
    ruth.open(f"{LIST}/new").fill(
        "/new",
        words="She rang from the station.",
        reach="call",
        address="07700 900123",
        **{"safe-word": "heron", "with-code": "yes"},
    )
    code = re.search(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}", ruth.text)
    assert code
    with house.services.reading() as session:
        made = session.scalars(select(CaseRow)).one()
    assert (made.state, made.source) == ("open", CaseSource.BY_HAND)
    assert "heron" in ruth.open(f"{LIST}/{made.id}").text
    person = house.visitor().open("/case").fill("/case", code=code[0])
    assert made.reference in person.text


def test_a_case_is_opened_from_the_page_of_a_report_and_linked_with_it(
    house: Whole, ruth: Visitor
) -> None:
    report = house.report()
    page = open_report(ruth, report.id)
    link = re.search(r'href="(/desk/cases/new\?report=[^"]+)"', page.markup)
    assert link
    ruth.open(link[1]).fill("/new", words="They want somebody to talk to.")
    assert report.reference in ruth.text
    with house.services.reading() as session:
        assert session.scalars(select(CaseReportRow.report_id)).all() == [report.id]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"words": "x", "report": "R0000000"}, "No report has this reference."),
        ({"words": ""}, "Write what it is about."),
        ({"words": "x", "reach": "call", "address": "12"}, "Number or address"),
        ({"words": "x", "reach": "email", "address": "amber"}, "Number or address"),
    ],
)
def test_a_case_by_hand_says_what_is_wrong(
    house: Whole, ruth: Visitor, fields: dict[str, str], words: str
) -> None:
    ruth.open(f"{LIST}/new").fill("/new", **fields)
    assert ruth.status == 422
    assert words in ruth.text
    with house.services.reading() as session:
        assert session.scalars(select(CaseRow)).all() == []


def test_words_are_searched_without_standing_in_an_address_or_the_audit(
    house: Whole, ruth: Visitor
) -> None:
    case = a_case(house, Intake(words="The landlord shut the door.", reach=Reach.HERE))
    ruth.open(f"{LIST}/search").fill("/search", words="Landlord")
    assert case.reference in ruth.text
    assert ruth.path == f"{LIST}/search"
    ruth.fill("/search", words="nowhere")
    assert "Nothing found" in ruth.text
    with house.services.reading() as session:
        acts = session.scalars(select(AuditRow).where(AuditRow.act == "cases_searched")).all()
    assert [(each.on_id, each.sealed_reason) for each in acts] == [(None, None)] * 2


def test_the_board_shows_a_case_where_it_stands(house: Whole, ruth: Visitor) -> None:
    case = a_case(house)
    ruth.open(path(case)).fill("/take")
    ruth.open(path(case)).fill("/stands", state="waiting", **{"state-next": "7"})
    assert case.reference in ruth.open(f"{LIST}?state=waiting").text
    assert case.reference not in ruth.open(f"{LIST}?state=new").text
    page = ruth.open(f"{LIST}/board?whose=mine").text
    assert page.index("waiting (1)") < page.index(case.reference)
    assert "new (0)" in page


def test_a_case_one_may_not_open_answers_as_one_that_is_not_there_on_every_address(
    house: Whole, ruth: Visitor
) -> None:
    case, none = a_case(house), uuid4()
    ruth.open(path(case)).fill("/take")
    sol = house.sign_in(house.person(Role.CASEWORKER))
    found = 0
    for rule in house.app.url_map.iter_rules():
        if "case_id" not in rule.arguments:
            continue
        values = dict.fromkeys(rule.arguments, uuid4())
        addresses = [
            house.app.url_map.bind("").build(rule.endpoint, {**values, "case_id": each})
            for each in (case.id, none)
        ]
        answers = [_answer(sol, address, rule.methods or set()) for address in addresses]
        assert answers[0] == answers[1], rule.rule
        assert answers[0][0] in {404, 422}, rule.rule
        found += 1
    assert found >= 10


def _answer(visitor: Visitor, address: str, methods: set[str]) -> tuple[int, str]:
    if "GET" in methods:
        visitor.open(address)
    else:
        press(visitor, address, line="x", **{"line-next": "3"})
    return visitor.status, re.sub(r"[0-9a-f-]{36}", "", visitor.text)
