"""Requests about data on their pages: the same whatever is held, and answered by two people."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event, text

from members.model import Role
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from tests.members.visits import Visitor
from tests.reports.requests import OTHER, PHONE, WORDS, answer, ask, code_on, decide, first_request
from tests.whole import Whole, press

RANDOM = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}|Q[0-9A-Z]{7}|value=\"[\w.-]{40,}\"")


@pytest.fixture
def desk(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.CASEWORKER))


@pytest.fixture
def lead(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.LEAD))


@pytest.mark.parametrize("kind", ["access", "erasure", "dispute"])
def test_who_asks_reads_the_same_whether_or_not_anything_is_held(house: Whole, kind: str) -> None:
    house.report()
    pages = [ask(house, kind, named) for named in (PHONE, OTHER)]
    pages += [answer(house, code_on(page)) for page in pages]
    held, not_held, held_later, not_held_later = (RANDOM.sub("-", page.markup) for page in pages)
    assert held == not_held
    assert held_later == not_held_later
    assert "We are looking at it." in pages[-1].text


def test_the_same_statements_run_whether_or_not_anything_is_held(house: Whole) -> None:
    house.report()
    engine = house.services.writing.kw["bind"]
    ran: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: ran.append(args[2]))
    ask(house, named=OTHER)
    not_held = ran.copy()
    ran.clear()
    ask(house, named=PHONE)
    assert not_held
    assert ran == not_held


@pytest.mark.parametrize(
    ("kind", "outcomes"),
    [("erasure", ("erased", "refused")), ("dispute", ("stands", "corrected", "withdrawn"))],
)
def test_every_outcome_is_answered_in_the_same_words(
    house: Whole, desk: Visitor, lead: Visitor, kind: str, outcomes: tuple[str, ...]
) -> None:
    read = set()
    for outcome in outcomes:
        code = code_on(ask(house, kind))
        decide(desk, lead, outcome, why="It is ours to keep.")
        read.add(RANDOM.sub("-", answer(house, code).markup))
    assert len(read) == 1
    assert "We have looked at it with two people." in read.pop()


def test_every_answer_has_the_same_length_in_the_database(
    house: Whole, desk: Visitor, lead: Visitor
) -> None:
    ask(house, "access")
    decide(desk, lead, "told", told="A member's account." * 50, proof="rang")
    ask(house, "access")
    decide(desk, lead, "not_confirmed")
    with house.services.reading() as session:
        lengths = session.scalars(text("select length(sealed_answer) from rights_request")).all()
    assert len(lengths) == 2
    assert len(set(lengths)) == 1


def test_what_is_told_is_read_with_the_code_alone(
    house: Whole, desk: Visitor, lead: Visitor
) -> None:
    code = code_on(ask(house, "access"))
    decide(desk, lead, "told", told="We hold your account's name.", proof="account")
    assert "We hold your account&#39;s name." in answer(house, code).markup
    wrong = answer(house, "0" * 24)
    assert wrong.status == 422
    assert "Nothing opens with this code." in wrong.text


def test_nothing_is_told_before_it_is_shown_to_whom_it_belongs(house: Whole, desk: Visitor) -> None:
    ask(house, "access")
    first_request(desk)
    desk.fill("/answer", outcome="told", told="An account.", proof="none")
    assert desk.status == 422
    assert "Nothing is told before it is shown" in desk.text
    assert "An account." in desk.markup  # what was typed stays


def test_nobody_answers_alone(house: Whole, desk: Visitor) -> None:
    code = code_on(ask(house, "erasure"))
    address = first_request(desk)
    desk.fill("/answer", outcome="refused", proof="none")
    assert "A colleague has to confirm it." in desk.text
    own = re.search(r"[0-9a-f-]{36}", address)
    assert own
    with house.services.reading() as session:
        proposer = str(session.scalar(text("select proposed_by from rights_request")))
    press(desk, f"{address}/confirm", proposed_by=proposer)
    assert desk.status == 403
    assert "We are looking at it." in answer(house, code).text


def test_a_dispute_waits_for_a_lead(house: Whole, desk: Visitor) -> None:
    code = code_on(ask(house, "dispute"))
    address = first_request(desk)
    desk.fill("/answer", outcome="stands", proof="none")
    colleague = house.sign_in(house.person(Role.CASEWORKER))
    first_request(colleague)
    assert "A lead decides disputes." in colleague.text
    with house.services.reading() as session:
        proposer = str(session.scalar(text("select proposed_by from rights_request")))
    press(colleague, f"{address}/confirm", proposed_by=proposer)
    assert colleague.status == 404
    assert "We are looking at it." in answer(house, code).text


def test_the_desk_sees_what_was_asked_and_which_reports_name_the_same(
    house: Whole, desk: Visitor
) -> None:
    report = house.report()
    ask(house)
    first_request(desk)
    assert WORDS in desk.text
    assert "marmoset@example.org" in desk.text
    assert f"/desk/reports/{report.id}" in desk.markup


def test_a_request_that_names_nothing_known_shows_no_report(house: Whole, desk: Visitor) -> None:
    house.report()
    ask(house, named=OTHER)
    first_request(desk)
    assert "No report names any of it." in desk.text


def test_each_step_is_on_record(house: Whole, desk: Visitor, lead: Visitor) -> None:
    ask(house)
    decide(desk, lead, "stands")
    with house.services.reading() as session:
        found = audit.entries(session, house.services.sealers.audit, Wanted())
    acts = [each.act for each in reversed(found)]
    steps = [act for act in acts if act.startswith("request_") and act != Act.REQUEST_READ]
    assert steps == [Act.REQUEST_PROPOSED, Act.REQUEST_ANSWERED]
    assert acts.index(Act.REQUEST_READ) < acts.index(Act.REQUEST_PROPOSED)


def test_the_deadline_moves_once_and_who_asked_reads_why(house: Whole, desk: Visitor) -> None:
    code = code_on(ask(house))
    address = first_request(desk)
    desk.fill("/longer", longer="")
    assert desk.status == 422
    desk.open(address).fill("/longer", longer="There are many requests at once.")
    assert "There are many requests at once." in answer(house, code).text
    press(desk, f"{address}/longer", longer="Again.")
    assert desk.status == 409


def test_what_is_typed_stays_when_something_is_missing(house: Whole) -> None:
    visitor = ask(house, kind="", named="07700 900123\nMister Vicuna")
    assert visitor.status == 422
    assert "Choose what you ask for." in visitor.text
    assert "We cannot tell what line 2 is." in visitor.text
    assert WORDS in visitor.markup
    assert "Mister Vicuna" in visitor.markup


def test_the_code_is_shown_for_half_an_hour_and_then_asked_for(house: Whole) -> None:
    visitor = ask(house)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=31)):
        assert visitor.open("/your-data/code").path == "/your-data/answer"
