"""A member's own data as a file: all of theirs, nothing of anybody else's, for who knows why."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import update

from members.model import Preferences, Role
from reports.records import ReportRow
from tests import given, given_reports
from tests.alerts.steps import publish
from tests.casework.asking import write
from tests.members.visits import Visitor
from tests.reports.test_follow_up_pages import own_mark
from tests.whole import Whole, press

PHONE, MAIL = "+447700900601", "amber@example.org"


@pytest.fixture
def amber(house: Whole) -> given.Person:
    with house.writing() as session:
        return given.a_member(
            session,
            house.services.sealers,
            now=house.now,
            name="Amber",
            phone=PHONE,
            email=MAIL,
            preferences=Preferences(areas=frozenset({"GB-MET"}), by_sms=True, by_email=True),
        )


def downloaded(visitor: Visitor, passphrase: str) -> Mapping[str, Any]:
    visitor.open("/account/data")
    fields = visitor.form("/account/data").fields
    answer = visitor.client.post("/account/data", data={**fields, "passphrase": passphrase})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == "attachment; filename=account.json"
    assert answer.headers["Cache-Control"] == "no-store"
    found: Mapping[str, Any] = json.loads(answer.get_data(as_text=True))
    return found


def test_everything_kept_of_a_member_is_in_the_file(house: Whole, amber: given.Person) -> None:
    visitor = house.sign_in(amber)
    found = downloaded(visitor, amber.passphrase)
    assert found["account"]["working_name"] == "Amber"
    assert found["account"]["state"] == "vetted"
    assert {each["address"] for each in found["contacts"]} == {PHONE, MAIL}
    assert found["preferences"]["areas"] == ["GB-MET"]
    assert len(found["signed_in"]) == 1
    assert found["checks_in_the_last_24_hours"] == 0
    assert found["messages_to_you"] == []
    assert found["told_if_reported"] == []
    assert found["reports_in_your_name"] == []
    assert found["cases_in_your_account"] == []


def test_nothing_of_anybody_else_is(house: Whole, amber: given.Person) -> None:
    house.published()
    with house.writing() as session:
        given.a_member(
            session, house.services.sealers, now=house.now, name="Scarlet", phone="+447700900602"
        )
    text = json.dumps(downloaded(house.sign_in(amber), amber.passphrase))
    for other in ("Scarlet", "900602", "caseworker", "Casework"):
        assert other not in text.replace("Sealed to caseworkers", "").replace("Ask one", "")


@pytest.mark.parametrize("passphrase", ["", "not my passphrase at all"])
def test_without_the_passphrase_there_is_no_file(
    house: Whole, amber: given.Person, passphrase: str
) -> None:
    visitor = house.sign_in(amber)
    press(visitor, "/account/data", passphrase=passphrase)
    assert visitor.status == 422
    assert PHONE not in visitor.markup
    assert "This is not your passphrase." in visitor.text


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_have_its_own(house: Whole, role: Role) -> None:
    person = house.person(role)
    found = downloaded(house.sign_in(person), person.passphrase)
    assert found["account"]["role"] == role


def test_an_applicant_finds_what_they_wrote(house: Whole) -> None:
    with house.writing() as session:
        person = given.an_applicant(session, house.services.sealers, now=house.now)
    found = downloaded(house.sign_in(person), person.passphrase)
    assert "advert" in found["account"]["what_you_wrote_when_you_asked_to_join"]


def test_what_was_sent_to_them_and_what_they_reported_is_in_it(
    house: Whole, amber: given.Person
) -> None:
    ruth, sol = (house.person(Role.CASEWORKER) for _ in range(2))
    publish(house.sign_in(sol), house.proposed(ruth))
    visitor = house.sign_in(amber)
    with house.writing() as session:
        services = house.services
        mine = given_reports.a_report(
            session, services.sealers, services.evaluator, now=house.now, account_id=amber.id
        )
        mark = own_mark(session, services.sealers, amber)
        session.execute(update(ReportRow).where(ReportRow.id == mine.id).values(reporter_mark=mark))
    visitor.open(f"/reports/mine/{mine.reference}").send(form="/line", line="Rang me again.")
    found = downloaded(visitor, amber.passphrase)
    assert sorted((each["kind"], each["channel"]) for each in found["messages_to_you"]) == [
        ("alert", "email"),
        ("alert", "sms"),
    ]
    (report,) = found["reports_in_your_name"]
    assert report["reference"] == mine.reference
    assert [line["text"] for line in report["lines_you_added"]] == ["Rang me again."]
    assert report["passed_on"] == []
    assert "He took the money back" not in json.dumps(found)


def test_a_case_is_in_it_with_its_lines_and_without_its_first_words(
    house: Whole, amber: given.Person
) -> None:
    write(house.sign_in(house.person()), "Somebody else's.")
    visitor = house.sign_in(amber)
    own = write(visitor, "He took the money back.").path
    visitor.fill(own, line="Rang me again.")
    found = downloaded(visitor, amber.passphrase)
    (case,) = found["cases_in_your_account"]
    assert own.endswith(case["reference"])
    assert (case["state"], case["closed"]) == ("new", None)
    assert [(line["by_you"], line["text"]) for line in case["lines"]] == [(True, "Rang me again.")]
    assert "He took the money back" not in json.dumps(found)
