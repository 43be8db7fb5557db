"""Staff and approvals on the pages: asked for by one lead, granted by another, taken by one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from config.settings import Settings
from members import factors
from members.model import Role
from members.records import SignInRow
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from tests import given
from tests.members.visits import Visitor
from tests.whole import Whole, press, whole

WHY = "She has done the training."


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance."""
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        yield house


@pytest.fixture
def imogen(house: Whole) -> given.Person:
    """Give a lead."""
    return house.person(Role.LEAD)


@pytest.fixture
def lead(house: Whole, imogen: given.Person) -> Visitor:
    """Give her browser."""
    return house.sign_in(imogen)


@pytest.fixture
def other(house: Whole) -> Visitor:
    """Give the browser of another lead."""
    return house.sign_in(house.person(Role.LEAD))


@pytest.fixture
def rosa(house: Whole) -> given.Person:
    """Give a member who shall work here."""
    return house.person()


def ask(visitor: Visitor, name: str, role: str = "caseworker", why: str = WHY) -> Visitor:
    visitor.open("/desk/staff")
    return visitor.fill("/desk/staff", name=name, role=role, why=why)


def test_one_lead_asks_and_another_grants(
    house: Whole, lead: Visitor, other: Visitor, rosa: given.Person
) -> None:
    ask(lead, rosa.name)
    assert lead.path == "/desk/approvals"
    for words in (rosa.name, "caseworker", WHY, "Take it back"):
        assert words in lead.text
    assert "Grant it" not in lead.text
    other.open("/desk/approvals")
    other.fill("/grant")
    assert "Nothing waits" in other.text
    assert "two people" in other.open("/desk/staff").text
    assert house.sign_in(rosa).open("/desk").status == 200


def test_whoever_asked_grants_from_no_browser(
    house: Whole, lead: Visitor, imogen: given.Person, other: Visitor, rosa: given.Person
) -> None:
    ask(lead, rosa.name)
    other.open("/desk/approvals")
    action = other.form("/grant").action
    for visitor in (lead, house.sign_in(imogen)):
        assert press(visitor, action).status == 403
        assert "takes a second person" in visitor.text
    assert house.sign_in(rosa).open("/desk").status == 404


def test_a_caseworker_neither_grants_nor_refuses_a_role(
    house: Whole, lead: Visitor, other: Visitor, rosa: given.Person
) -> None:
    ask(lead, rosa.name)
    other.open("/desk/approvals")
    actions = [other.form(each).action for each in ("/grant", "/refuse")]
    caseworker = house.sign_in(house.person(Role.CASEWORKER))
    assert "Grant it" not in caseworker.open("/desk/approvals").text
    for action in actions:
        assert press(caseworker, action).status == 404
    assert rosa.name in other.open("/desk/approvals").text


def test_it_is_refused_or_taken_back_and_asked_for_again(
    lead: Visitor, other: Visitor, rosa: given.Person
) -> None:
    for visitor in (lead, other):
        ask(lead, rosa.name)
        visitor.open("/desk/approvals")
        visitor.fill("/refuse")
        assert "Nothing waits" in visitor.text


def test_granting_asks_who_one_is(
    house: Whole, lead: Visitor, other: Visitor, rosa: given.Person
) -> None:
    ask(lead, rosa.name)
    other.open("/desk/approvals")
    with house.writing() as session:
        session.execute(update(SignInRow).values(proved_at=datetime.now(UTC) - factors.FRESH))
    other.fill("/grant")
    assert (other.status, "Is it still you?" in other.text) == (403, True)


@pytest.mark.parametrize(
    ("name", "role", "why", "words"),
    [
        ("", "caseworker", WHY, "somebody who has an account"),
        ("Nobody", "caseworker", WHY, "No vetted account"),
        ("rosa", "", WHY, "Choose a role"),
        ("rosa", "member", WHY, "Choose a role"),
        ("rosa", "caseworker", " ", "Say why"),
        ("imogen", "operator", WHY, "for themselves"),
    ],
)
def test_what_was_typed_stays_when_it_cannot_be_asked_for(
    lead: Visitor,
    rosa: given.Person,
    imogen: given.Person,
    name: str,
    role: str,
    why: str,
    words: str,
) -> None:
    typed = {"rosa": rosa.name, "imogen": imogen.name}.get(name, name)
    assert ask(lead, typed, role, why).status == 422
    assert words in lead.text
    assert lead.form("/desk/staff").fields["name"] == typed
    assert lead.form("/desk/staff").fields["why"].strip() == why.strip()


def test_one_lead_takes_a_role_away_at_once(house: Whole, lead: Visitor) -> None:
    ruth = house.person(Role.CASEWORKER)
    theirs = house.sign_in(ruth)
    assert theirs.open("/desk").status == 200
    press(lead, f"/desk/staff/{ruth.id}/take")
    assert ruth.name not in lead.text
    assert theirs.open("/desk").path == "/sign-in"
    assert house.sign_in(ruth).open("/desk").status == 404


def test_all_of_it_is_on_record(
    house: Whole, lead: Visitor, other: Visitor, rosa: given.Person
) -> None:
    ask(lead, rosa.name)
    other.open("/desk/approvals")
    other.fill("/grant")
    press(lead, f"/desk/staff/{rosa.id}/take")
    with house.services.reading() as session:
        found = audit.entries(
            session, house.services.sealers.audit, Wanted(on_ids=frozenset({rosa.id}))
        )
    done = [(each.act, each.reason) for each in reversed(found)]
    assert done == [(Act.APPROVAL_ASKED, WHY), (Act.ROLE_GIVEN, WHY), (Act.ROLE_TAKEN, "")]
