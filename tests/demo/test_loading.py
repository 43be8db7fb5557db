"""The demo's people and warnings: the same for a seed, many-sided, and nobody real."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text

from checker import actions as checker
from checker.identifiers import read
from checker.model import HarmKind
from config.settings import Settings
from demo.accounts import BUSY_AREAS, PASSPHRASES, demo_members, demo_phone, is_demo_name
from demo.commands.load import load_once
from demo.stories import Story, first_story, one_more, published_stories, waiting_stories
from members import actions as members
from members.model import Role, Severity
from messages.records import ContactRow
from reports import actions
from reports.records import ReportRow, WarningRow
from workers.services import Services

FICTION = re.compile(
    r"\+447700900\d{3}|\+441632960\d{3}|\+1[2-9]\d\d55501\d\d|[\w.]+@example\.(?:org|com|net)"
)
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def services(keys: Path, database_url: str, redis_url: str) -> Iterator[Services]:
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with Services.open(settings) as services:
        yield services


def stories(seed: int) -> list[Story]:
    return [first_story(NOW), *published_stories(20, seed, NOW), *waiting_stories(seed, NOW)]


def test_the_same_seed_and_number_give_the_same_people_and_stories() -> None:
    assert [*demo_members(300, 7)] == [*demo_members(300, 7)]
    assert [*demo_members(300, 7)] != [*demo_members(300, 8)]
    assert stories(7) == stories(7)
    assert stories(7) != stories(8)


def test_a_smaller_demo_is_the_beginning_of_a_larger_one() -> None:
    assert [*demo_members(100, 7)] == [*demo_members(300, 7)][:100]


def test_names_never_repeat_and_are_known_as_the_demos() -> None:
    people = [*demo_members(5_000, 1)]
    assert len({person.name for person in people}) == len(people)
    assert all(is_demo_name(person.role, person.name) for person in people)
    assert not is_demo_name(Role.MEMBER, "Rosa of Salford")


def test_seventy_thousand_members_have_a_number_each() -> None:
    numbers = {demo_phone(index) for index in range(70_000)}
    assert len(numbers) == 70_000
    assert all(number and FICTION.fullmatch(number) for number in numbers)


def test_members_want_to_hear_of_different_things() -> None:
    people = [*demo_members(300, 1)]
    wishes = [person.preferences for person in people]
    assert set(chain(*(wish.areas for wish in wishes))) == set(BUSY_AREAS)
    assert {wish.cover for wish in wishes} == set(type(wishes[0].cover))
    assert {(wish.by_sms, wish.by_email) for wish in wishes} == {
        (True, True),
        (True, False),
        (False, True),
    }
    assert {wish.risk for wish in wishes} == {True, False}
    assert any(not wish.settings for wish in wishes)
    assert any(wish.settings for wish in wishes)
    assert {person.role for person in people} == {Role.MEMBER, Role.PRACTITIONER}
    for person in people:
        assert person.preferences.by_sms == (person.phone is not None)
        assert person.preferences.by_email == (person.email is not None)


@pytest.mark.parametrize("seed", range(5))
def test_every_number_and_address_is_kept_for_fiction(seed: int) -> None:
    contacts = [
        each
        for person in demo_members(3_000, seed)
        for each in (person.phone, person.email)
        if each
    ]
    listed = [
        identifier.value
        for story in [*stories(seed), *(one_more(_random(each), NOW) for each in range(50))]
        for entry in story.identifiers
        for identifier in read(entry, region="GB").identifiers
    ]
    assert len(listed) > 70
    for each in (*contacts, *listed):
        assert FICTION.fullmatch(each)
    assert not set(contacts) & set(listed), "a member would be warned about themselves"


def _random(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - not for secrets


def test_what_is_loaded_is_many_sided(services: Services) -> None:
    assert load_once(services, number=300, seed=3)
    with services.reading() as session:
        rows = session.execute(text("SELECT severity, kinds, areas, state FROM warning")).all()
        people = members.list_accounts(session, services.sealers)
        areas = set(session.scalars(text("SELECT DISTINCT area FROM account_area")))
        waiting = session.scalar(text("SELECT count(*) FROM report WHERE state = 'received'"))
        contacts = session.query(ContactRow).all()
    assert 18 <= len(rows) <= 25
    assert {row.severity for row in rows} == set(Severity)
    assert set(chain(*(row.kinds.split(",") for row in rows))) == set(HarmKind)
    assert {row.state for row in rows} == {"published"}
    assert len({row.areas for row in rows}) >= 4
    assert areas == set(BUSY_AREAS)
    assert waiting == 5
    names = {person.name for person in people}
    assert names > {person.name for person in demo_members(300, 3)}
    assert {person.role for person in people} == set(PASSPHRASES)
    sealer = services.sealers.contacts
    for row in contacts:
        address = sealer.text(
            row.sealed_address, table="contact", column="sealed_address", row=row.id
        )
        assert FICTION.fullmatch(address)


@pytest.mark.parametrize("seed", range(5))
def test_warnings_came_out_over_the_past_weeks_each_after_its_report(seed: int) -> None:
    published = [*published_stories(20, seed, NOW)]
    moments = [story.published_at for story in published if story.published_at]
    assert len(moments) == 20
    assert moments == sorted(moments)
    assert NOW - timedelta(weeks=8) <= moments[0] < NOW - timedelta(weeks=7)
    assert NOW - timedelta(days=4) <= moments[-1] <= NOW - timedelta(days=1)
    assert len({f"{moment:%H:%M}" for moment in moments}) > 15
    for story in (*published, first_story(NOW)):
        assert story.published_at
        assert story.happened_at + timedelta(hours=12) <= story.published_at


def test_loaded_warnings_are_published_at_their_stories_moments(services: Services) -> None:
    before = datetime.now(UTC)
    load_once(services, number=0, seed=4)
    with services.reading() as session:
        found = actions.latest(session, services.sealers.reports, areas=None, now=datetime.now(UTC))
        written = session.execute(
            select(WarningRow.written_at, WarningRow.published_at, ReportRow.received_at).join(
                ReportRow, ReportRow.id == WarningRow.report_id
            )
        ).all()
    moments = [warning.published_at for warning in found]
    assert len(set(moments)) == len(moments) > 10
    assert all(moment and moment < before for moment in moments)
    for row in written:
        assert row.received_at <= row.written_at < row.published_at


def test_the_first_number_is_on_the_register_and_the_last_is_not(services: Services) -> None:
    load_once(services, number=0, seed=1)
    entries = ("07700 900123", "07700 900999")
    identifiers = [read(entry, region="GB").identifiers[0] for entry in entries]
    with services.reading() as session:
        listed, unlisted = checker.check(
            session,
            evaluator=services.evaluator,
            register=services.register,
            identifiers=identifiers,
        )
    assert listed.found is not None
    assert listed.found.severity is Severity.DANGER
    assert unlisted.found is None


def test_a_database_with_accounts_is_left_as_it_is(services: Services) -> None:
    assert load_once(services, number=3, seed=1)
    with services.reading() as session:
        before = members.count_accounts(session)
    assert not load_once(services, number=30, seed=2)
    with services.reading() as session:
        assert members.count_accounts(session) == before
