"""Publications: found by topic, year and kind; written, hidden and shown by staff, on record."""

import csv
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from config.settings import Settings
from directory import actions
from directory.actions.publishing import SHIPPED
from directory.model import PublicationDraft, PublicationKind, Topic
from members.model import Role
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from tests.members.visits import Visitor
from tests.whole import Whole, whole

DESK = "/desk/publications"
GOOD = {"heading": "Lanterns in the rain", "kind": "report", "topic": "health", "year": "2023"}


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance."""
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        yield house


@pytest.fixture
def caseworker(house: Whole) -> Visitor:
    """Give the browser of a caseworker."""
    return house.sign_in(house.person(Role.CASEWORKER))


def publish(house: Whole, title: str, kind: str, topic: str, year: int) -> None:
    draft = PublicationDraft(
        title=title, kind=PublicationKind(kind), topic=Topic(topic), year=year, summary="In short."
    )
    with house.writing() as session:
        actions.write_publication(session, draft)


def put(visitor: Visitor, **typed: str) -> Visitor:
    visitor.open(DESK)
    return visitor.fill(DESK, **{**GOOD, **typed})


def acts(house: Whole) -> list[str]:
    with house.services.reading() as session:
        return [done.act for done in audit.entries(session, house.services.sealers.audit, Wanted())]


@pytest.fixture
def shelf(house: Whole) -> Whole:
    """Give a house with four publications."""
    publish(house, "Alpha", "report", "health", 2023)
    publish(house, "Bravo", "policy_brief", "health", 2021)
    publish(house, "Charlie", "report", "policing", 2021)
    publish(house, "Delta", "magazine", "community", 0)
    return house


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ["Alpha", "Bravo", "Charlie", "Delta"]),
        ("?topic=health", ["Alpha", "Bravo"]),
        ("?year=2021", ["Bravo", "Charlie"]),
        ("?kind=report", ["Alpha", "Charlie"]),
        ("?topic=health&year=2021&kind=policy_brief", ["Bravo"]),
        ("?topic=&year=&kind=", ["Alpha", "Bravo", "Charlie", "Delta"]),
        ("?topic=weather&year=twelve&kind=0", ["Alpha", "Bravo", "Charlie", "Delta"]),
        ("?topic=law", []),
    ],
)
def test_anybody_finds_them_by_topic_year_and_kind(
    shelf: Whole, asked: str, expected: list[str]
) -> None:
    page = shelf.visitor().open(f"/publications{asked}")
    places = {name: page.text.find(name) for name in ("Alpha", "Bravo", "Charlie", "Delta")}
    found = sorted((name for name in places if places[name] >= 0), key=places.__getitem__)
    assert (page.status, found) == (200, expected)
    assert page.title == shelf.services.settings.instance_name
    assert ("Nothing fits" in page.text) is (not expected)


def test_only_years_of_something_are_offered(shelf: Whole) -> None:
    with shelf.services.reading() as session:
        assert actions.years(session) == (2023, 2021)
    markup = shelf.visitor().open("/publications?year=2021").markup
    assert '<option value="2021" selected' in markup
    assert 'value="0"' not in markup


def test_staff_add_one_and_it_is_on_record(house: Whole, caseworker: Visitor) -> None:
    put(caseworker, link="https://example.org/a?b=1", summary="Who is wet, and why.")
    assert caseworker.path == DESK
    page = house.visitor().open("/publications")
    for words in ("Lanterns in the rain", "Health", "2023", "Who is wet, and why."):
        assert words in page.text
    assert 'href="https://example.org/a?b=1" rel="noreferrer"' in page.markup
    assert acts(house)[0] == Act.PUBLICATION_WRITTEN


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("heading", " ", "Write its title"),
        ("heading", "a" * 201, "Write its title"),
        ("kind", "", "Choose what it is."),
        ("topic", "weather", "Choose what it is about."),
        ("year", "23", "four digits"),
        ("year", "1066", "four digits"),
        ("year", "٢٠٢٣", "four digits"),
        ("summary", "a" * 601, "up to 600"),
        ("link", "http://example.org", "begins with https://"),
        ("link", "javascript:alert(1)", "begins with https://"),
        ("link", "https://[", "begins with https://"),
        ("link", "https://", "begins with https://"),
        ("language", "klingonese", "code of the language"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_kept(
    house: Whole, caseworker: Visitor, field: str, typed: str, words: str
) -> None:
    put(caseworker, **{field: typed})
    assert caseworker.status == 422
    assert f'id="{field}-error"' in caseworker.markup
    assert words in caseworker.text
    kept = {**GOOD, field: typed}
    fields = caseworker.form(DESK).fields
    assert {name: fields[name] for name in kept if name not in ("kind", "topic")} == {
        name: said for name, said in kept.items() if name not in ("kind", "topic")
    }
    with house.services.reading() as session:
        assert actions.list_publications(session, hidden=True) == ()


def test_staff_change_one_and_a_mistake_changes_nothing(house: Whole, caseworker: Visitor) -> None:
    publish(house, "Alpha", "report", "health", 0)
    with house.services.reading() as session:
        (before,) = actions.list_publications(session)
    path = f"{DESK}/{before.id}"
    fields = caseworker.open(path).form(path).fields
    assert (fields["heading"], fields["year"], fields["summary"]) == ("Alpha", "", "In short.")
    caseworker.fill(path, heading="")
    assert (caseworker.status, "Write its title" in caseworker.text) == (422, True)
    with house.services.reading() as session:
        assert actions.publication(session, before.id) == before
    caseworker.open(path).fill(path, heading="Omega", topic="law", language="cy")
    assert caseworker.path == DESK
    with house.services.reading() as session:
        after = actions.publication(session, before.id)
    assert (after.title, after.topic, after.year, after.language) == ("Omega", Topic.LAW, 0, "cy")
    assert acts(house)[0] == Act.PUBLICATION_WRITTEN


def test_what_is_hidden_only_staff_see_until_it_is_shown_again(
    house: Whole, caseworker: Visitor
) -> None:
    publish(house, "Alpha", "report", "health", 2023)
    caseworker.open(DESK).fill("/hide")
    assert "Hidden" in caseworker.text
    assert acts(house)[0] == Act.PUBLICATION_HIDDEN
    markup = house.visitor().open("/publications").markup
    assert "Alpha" not in markup
    assert "2023" not in markup
    caseworker.open(DESK).fill("/show")
    assert acts(house)[0] == Act.PUBLICATION_SHOWN
    assert "Alpha" in house.visitor().open("/publications").text


@pytest.mark.parametrize("end", ["", "/hide", "/show"])
def test_what_is_not_there_is_not_found(caseworker: Visitor, end: str) -> None:
    token = caseworker.open(DESK).form(DESK).fields["csrf_token"]
    path = f"{DESK}/{uuid4()}{end}"
    answer = caseworker.client.post(path, data={"csrf_token": token, **GOOD})
    assert answer.status_code == 404


def test_what_is_shipped_says_a_year_only_where_its_source_does(house: Whole) -> None:
    with house.writing() as session:
        added = actions.add_publications(session, actions.shipped_publications())
    with house.services.reading() as session:
        found = actions.list_publications(session)
        assert actions.years(session) == (2023, 2021, 2018)
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert added == len(found) == len(rows) == len({row["title"] for row in rows})
    assert {row["source"] for row in rows} - {""} == {row["source"] for row in rows}
    assert {each.topic for each in found} >= {
        Topic.POLICING,
        Topic.HEALTH,
        Topic.HOUSING,
        Topic.EDUCATION,
        Topic.SUPPORT,
        Topic.RACIAL_JUSTICE,
    }
    page = house.visitor().open("/publications?kind=magazine").text
    assert "Under the Red Umbrella: Issue 8" in page
