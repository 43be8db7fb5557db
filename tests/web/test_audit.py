"""The audit's page: leads see who did what, and nobody else does."""

import re
from html import unescape

import pytest
from sqlalchemy import text

from members.model import STAFF, Role
from storage import audit
from storage.audit import PAGE, READS_AN_HOUR, Wanted
from storage.audit_chain import Act
from tests import given
from tests.alerts.steps import a_recipient, publish, steer
from tests.given import Person
from tests.members.visits import Visitor
from tests.whole import Whole, press
from web.audit_words import ACTS


@pytest.fixture
def lead(house: Whole) -> Person:
    return house.person(Role.LEAD)


@pytest.fixture
def desk(house: Whole, lead: Person) -> Visitor:
    return house.sign_in(lead)


def acts(house: Whole) -> list[str]:
    """Return what is on record, oldest first."""
    with house.services.reading() as session:
        found = audit.entries(session, house.services.sealers.audit, Wanted())
    return [each.act for each in reversed(found)]


def test_what_staff_did_to_a_warning_is_read_by_a_lead(
    house: Whole, desk: Visitor, lead: Person
) -> None:
    a_recipient(house, "GB-GMP")
    warning = house.proposed(lead)
    colleague = house.person(Role.CASEWORKER)
    visitor = house.sign_in(colleague)
    publish(visitor, warning)
    for step in ("pause", "resume", "recall"):
        steer(visitor, house, warning, step)
    page = desk.open("/desk/audit").text
    for words in ("published a warning", "paused an alert", "resumed an alert"):
        assert f"{colleague.name} {words} {warning.reference}" in page
    assert acts(house)[:4] == [
        Act.WARNING_PUBLISHED,
        Act.ALERT_PAUSED,
        Act.ALERT_RESUMED,
        Act.ALERT_RECALLED,
    ]


@pytest.mark.parametrize("role", list(Role))
def test_that_staff_signed_in_is_on_record_and_that_members_did_is_not(
    house: Whole, role: Role
) -> None:
    somebody = house.person(role)
    visitor = house.visitor()
    visitor.open("/sign-in")
    visitor.fill("/sign-in", name=somebody.name, passphrase=somebody.passphrase)
    assert acts(house) == []
    if role in STAFF:
        visitor.fill("", code=given.codes()[1])
    assert acts(house) == ([Act.SIGNED_IN] if role in STAFF else [])


def test_looking_at_it_is_on_record(house: Whole, desk: Visitor, lead: Person) -> None:
    page = desk.open("/desk/audit").text
    assert f"{lead.name} looked at the audit" in page
    assert acts(house) == [Act.AUDIT_READ]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEAD])
def test_nobody_but_a_lead_sees_it(house: Whole, role: Role) -> None:
    visitor = house.sign_in(house.person(role))
    assert visitor.client.get("/desk/audit").status_code == 404
    assert acts(house) == []


def test_it_is_searched_by_who_what_when_and_reference(
    house: Whole, desk: Visitor, lead: Person
) -> None:
    one, other = (house.proposed(lead, narrative=words) for words in ("One.", "Another."))
    colleague = house.person(Role.CASEWORKER)
    for warning in (one, other):
        press(house.sign_in(colleague), f"/desk/warnings/{warning.id}/withdraw")
    withdrew = "withdrew a warning"
    for query, found in {
        f"reference={one.reference.lower()}": [True, False],
        "reference=W-NONE": [False, False],
        f"by={colleague.id}": [True, True],
        f"by={lead.id}": [False, False],
        "act=warning_withdrawn": [True, True],
        "act=signed_in": [False, False],
        "act=nonsense&by=nobody&days=x&before=x": [True, True],
        "days=1": [True, True],
    }.items():
        page = desk.open(f"/desk/audit?{query}").text
        shown = [f"{withdrew} {each.reference}" in page for each in (one, other)]
        assert shown == found, query


def test_older_entries_are_a_page_away(house: Whole, desk: Visitor) -> None:
    auditor = house.services.auditor
    for _ in range(PAGE):
        auditor.record_alone(Act.AUDIT_RETIRED, by=None, now=house.now)
    first = desk.open("/desk/audit")
    assert "Older entries" in first.text
    (older,) = re.findall(r'href="(/desk/audit[^"]*before=[^"]*)"', first.markup)
    assert "Older entries" not in desk.open(unescape(older)).text


def test_an_alarm_stands_above_all_else(house: Whole, desk: Visitor) -> None:
    reader = house.person(Role.CASEWORKER)
    house.services.auditor.record_alone(Act.BULK_READING, by=None, on=reader.id, now=house.now)
    page = desk.open("/desk/audit?act=signed_in").text
    assert f"{reader.name} opened more than {READS_AN_HOUR} reports within an hour." in page


def test_a_reason_that_was_changed_is_shown_as_such(house: Whole, desk: Visitor) -> None:
    house.services.auditor.record_alone(
        Act.EXPORTED, by=None, reason="for the board", now=house.now
    )
    assert "for the board" in desk.open("/desk/audit").text
    with house.writing() as session:
        session.execute(text("UPDATE audit_entry SET sealed_reason = mac WHERE number = 1"))
    assert "this was changed since" in desk.open("/desk/audit").text


def test_every_act_has_words() -> None:
    assert set(ACTS) == set(Act)
