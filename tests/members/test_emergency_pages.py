"""Emergency access on the pages: asked, granted, seen for an hour, told, reviewed, on record."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from config.settings import Settings
from members import factors
from members.approval_records import ApprovalRow
from members.model import Role
from members.records import SignInRow
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from tests import given
from tests.members.emergencies import FINDINGS, WHY
from tests.members.visits import Visitor
from tests.whole import Whole, press, whole

SHOWN = ("+44 7700 900123", "rosa@example.org")


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance."""
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        yield house


@pytest.fixture
def rosa(house: Whole) -> given.Person:
    """Give a member whom somebody must reach."""
    with house.writing() as session:
        return given.a_member(
            session,
            house.services.sealers,
            now=house.now,
            phone="+447700900123",
            email="rosa@example.org",
        )


@pytest.fixture
def ruth(house: Whole) -> given.Person:
    """Give a caseworker."""
    return house.person(Role.CASEWORKER)


@pytest.fixture
def asker(house: Whole, ruth: given.Person) -> Visitor:
    """Give her browser."""
    return house.sign_in(ruth)


@pytest.fixture
def lead(house: Whole) -> Visitor:
    """Give the browser of a lead."""
    return house.sign_in(house.person(Role.LEAD))


@pytest.fixture
def third(house: Whole) -> Visitor:
    """Give the browser of another caseworker."""
    return house.sign_in(house.person(Role.CASEWORKER))


def ask(visitor: Visitor, name: str, why: str = WHY) -> Visitor:
    visitor.open("/desk/emergencies")
    return visitor.fill("/desk/emergencies", name=name, why=why)


def grant(visitor: Visitor) -> Visitor:
    visitor.open("/desk/approvals")
    return visitor.fill("/grant")


def address(house: Whole) -> str:
    """Return where the two see it."""
    with house.services.reading() as session:
        row = session.query(ApprovalRow).one()
    return f"/desk/emergencies/{row.id}"


def sees(visitor: Visitor, where: str) -> tuple[int, bool]:
    visitor.open(where)
    return visitor.status, all(each in visitor.text for each in SHOWN)


def reference_in(where: str) -> str:
    return f"A-{where.rpartition('/')[2][:6].upper()}"


def acts(house: Whole, rosa: given.Person) -> list[tuple[str, str | None]]:
    with house.services.reading() as session:
        wanted = Wanted(on_ids=frozenset({rosa.id}))
        found = audit.entries(session, house.services.sealers.audit, wanted)
    return [(each.act, each.reason) for each in reversed(found)]


def test_from_the_asking_to_the_review(
    house: Whole, rosa: given.Person, asker: Visitor, lead: Visitor, third: Visitor
) -> None:
    ask(asker, rosa.name)
    assert WHY in asker.text
    assert "Emergency access was opened" not in third.open("/desk").text
    grant(lead)
    where = address(house)
    assert lead.path == "/desk/emergencies"
    assert f'href="{where}"' in lead.markup
    assert [sees(each, where) for each in (asker, lead)] == [(200, True)] * 2
    assert sees(third, where) == (404, False)
    for visitor in (asker, lead, third):
        page = visitor.open("/desk").text
        assert f"Emergency access was opened, reference {reference_in(where)}" in page
        assert rosa.name not in page
        assert not any(each in page for each in SHOWN)
    third.open("/desk/emergencies")
    assert "Looks 2" in third.text
    assert rosa.name not in third.text
    assert WHY not in third.text
    third.open(f"{where}/review")
    assert rosa.name in third.text
    assert WHY in third.text
    third.fill("/review", findings=FINDINGS)
    assert FINDINGS in lead.open("/desk/emergencies").text
    assert "Emergency access was opened" not in third.open("/desk").text
    reference = reference_in(where)
    assert acts(house, rosa) == [
        (Act.APPROVAL_ASKED, WHY),
        (Act.EMERGENCY_OPENED, WHY),
        (Act.EMERGENCY_LOOKED, reference),
        (Act.EMERGENCY_LOOKED, reference),
        (Act.EMERGENCY_REVIEWED, FINDINGS),
    ]


def test_after_the_hour_it_is_closed_and_nothing_of_it_is_shown(
    house: Whole, rosa: given.Person, asker: Visitor, lead: Visitor
) -> None:
    grant_after_asking(asker, lead, rosa)
    where = address(house)
    with house.writing() as session:
        session.execute(update(ApprovalRow).values(expires_at=datetime.now(UTC)))
    for visitor in (asker, lead):
        assert sees(visitor, where) == (403, False)
        assert "The hour is over" in visitor.text
    assert "See how to reach" not in lead.open("/desk/emergencies").text


def grant_after_asking(asker: Visitor, lead: Visitor, rosa: given.Person) -> None:
    ask(asker, rosa.name)
    grant(lead)


def test_one_person_with_two_browsers_is_one_person(
    house: Whole, rosa: given.Person, ruth: given.Person, asker: Visitor, lead: Visitor
) -> None:
    ask(asker, rosa.name)
    lead.open("/desk/approvals")
    action = lead.form("/grant").action
    other_browser = house.sign_in(ruth)
    assert "Grant it" not in other_browser.open("/desk/approvals").text
    assert press(other_browser, action).status in {403, 404}
    assert sees(asker, address(house)) == (404, False)
    grant(lead)
    assert press(other_browser, f"{address(house)}/review", findings=FINDINGS).status == 403


def test_two_caseworkers_without_a_lead_open_nothing(
    house: Whole, rosa: given.Person, asker: Visitor, lead: Visitor, third: Visitor
) -> None:
    ask(asker, rosa.name)
    lead.open("/desk/approvals")
    actions = [lead.form(each).action for each in ("/grant", "/refuse")]
    page = third.open("/desk/approvals").text
    assert not [each for each in ("Grant it", "Refuse it", rosa.name, WHY) if each in page]
    assert [press(third, each).status for each in actions] == [404, 404]
    assert sees(asker, address(house)) == (404, False)


def test_what_a_lead_asked_for_a_caseworker_grants(
    house: Whole, rosa: given.Person, lead: Visitor, third: Visitor
) -> None:
    ask(lead, rosa.name)
    grant(third)
    assert sees(third, address(house)) == (200, True)


def test_asking_and_granting_ask_who_one_is(
    house: Whole, rosa: given.Person, asker: Visitor, lead: Visitor
) -> None:
    ask(asker, rosa.name)
    lead.open("/desk/approvals")
    with house.writing() as session:
        session.execute(update(SignInRow).values(proved_at=datetime.now(UTC) - factors.FRESH))
    lead.fill("/grant")
    assert (lead.status, "Is it still you?" in lead.text) == (403, True)
    assert ask(asker, rosa.name).status == 403


@pytest.mark.parametrize(
    ("name", "why", "words"),
    [
        ("", WHY, "whom it is about"),
        ("Nobody", WHY, "Compare each letter"),
        ("rosa", "  ", "why it cannot wait"),
        ("rosa", "x" * 501, "why it cannot wait"),
        ("ruth", WHY, "your own account"),
    ],
)
def test_what_was_typed_stays_when_it_cannot_be_asked_for(
    asker: Visitor, rosa: given.Person, ruth: given.Person, name: str, why: str, words: str
) -> None:
    typed = {"rosa": rosa.name, "ruth": ruth.name}.get(name, name)
    assert ask(asker, typed, why).status == 422
    assert words in asker.text
    assert asker.form("/desk/emergencies").fields["name"] == typed


def test_a_review_says_something(
    house: Whole, rosa: given.Person, asker: Visitor, lead: Visitor, third: Visitor
) -> None:
    grant_after_asking(asker, lead, rosa)
    third.open(f"{address(house)}/review")
    assert third.fill("/review", findings="  ").status == 422
    assert "Say what you found" in third.text


def test_an_overdue_review_stands_on_everybodys_desk(
    house: Whole, rosa: given.Person, asker: Visitor, lead: Visitor, third: Visitor
) -> None:
    grant_after_asking(asker, lead, rosa)
    with house.writing() as session:
        session.execute(
            update(ApprovalRow).values(decided_at=datetime.now(UTC) - timedelta(hours=73))
        )
    for visitor in (asker, lead, third):
        assert "Its review is overdue" in visitor.open("/desk").text


def test_who_has_no_contact_is_said_to_have_none(
    house: Whole, asker: Visitor, lead: Visitor
) -> None:
    grant_after_asking(asker, lead, house.person())
    asker.open(address(house))
    assert "No way to reach them is kept" in asker.text
