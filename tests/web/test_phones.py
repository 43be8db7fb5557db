"""Whom somebody can ring now: our own number with its hours, and helplines that answer."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from cli.doctor import doctor
from cli.up import up
from cli.web import web
from config.settings import Settings, SettingsError
from directory.model import ListingKind
from directory.records import ListingOpeningRow, ListingRow
from tests.directory.services import add_service
from tests.web.conftest import BuildApp
from tests.whole import Whole

PHONE, HOURS = "01632 960 123", "Mo-Fr 09:00-20:00; Sa,Su 10:00-16:00; PH off"
WRONG = "whenever we can"


@pytest.fixture
def database_kind() -> str:
    """Give one kind: these pages ask little of the database."""
    return "sqlite"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 27, 19, 59, tzinfo=UTC), "Open now, until 20:00"),
        (datetime(2026, 11, 27, 20, 0, tzinfo=UTC), "Opens tomorrow at 10:00"),
        (datetime(2026, 11, 27, 7, 0, tzinfo=UTC), "Opens today at 09:00"),
        (datetime(2026, 7, 31, 18, 59, tzinfo=UTC), "Open now, until 20:00"),  # by London's summer
        (datetime(2026, 7, 31, 19, 1, tzinfo=UTC), "Opens tomorrow at 10:00"),
        (datetime(2026, 12, 25, 12, 0, tzinfo=UTC), "Opens on"),  # a holiday, and one after it
    ],
)
def test_the_help_page_says_when_our_phone_is_answered(
    build: BuildApp, moment: datetime, said: str
) -> None:
    app = build(caseworker_phone=PHONE, caseworker_hours=HOURS)
    with time_machine.travel(moment, tick=False):
        assert said in app.test_client().get("/help").text


def test_where_holidays_are_not_known_hours_still_are(build: BuildApp) -> None:
    app = build(caseworker_phone=PHONE, caseworker_hours="24/7", home_region="AC")
    assert "Open now, day and night" in app.test_client().get("/help").text


def test_without_hours_or_without_a_phone_nothing_is_said_of_when(build: BuildApp) -> None:
    for settings in ({"caseworker_phone": PHONE}, {"caseworker_hours": "24/7"}):
        assert "Open" not in build(**settings).test_client().get("/help").text


@pytest.mark.parametrize("command", [web, up])
def test_hours_that_nobody_can_read_stop_the_start_by_name(
    command: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROLLY_CASEWORKER_HOURS", WRONG)
    found = CliRunner().invoke(command, [])  # type: ignore[arg-type] # one of ours
    assert isinstance(found.exception, SettingsError)
    assert str(found.exception).startswith("BROLLY_CASEWORKER_HOURS: ")


def test_the_doctor_names_them_too(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv("BROLLY_CASEWORKER_HOURS", WRONG)
    monkeypatch.setenv("BROLLY_DATA_DIR", str(settings.data_dir))
    assert "hours: BROLLY_CASEWORKER_HOURS: " in CliRunner().invoke(doctor).output


def opened(house: Whole, name: str, hours: float) -> None:
    """Let a service answer from an hour ago for so many hours."""
    with house.writing() as session:
        row = session.scalars(select(ListingRow).where(ListingRow.name == name)).one()
        begins = house.now - timedelta(hours=1)
        ends = begins + timedelta(hours=hours)
        session.execute(
            insert(ListingOpeningRow).values(listing_id=row.id, begins_at=begins, ends_at=ends)
        )


def shown(house: Whole) -> list[str]:
    """Return which of the helplines the page names, in its order."""
    text = house.visitor().open("/help").text
    named = ("Alder", "Birch", "Cedar", "Douglas", "Elder", "Fir", "Gorse", "Hazel")
    return sorted((name for name in named if name in text), key=text.index)


def test_helplines_that_answer_now_are_named_the_nearest_kinds_first(house: Whole) -> None:
    for name, kind in (
        ("Alder", ListingKind.CRIME),
        ("Birch", ListingKind.SEX_WORKERS),
        ("Cedar", ListingKind.SEXUAL_VIOLENCE),
        ("Douglas", ListingKind.CRIME),
    ):
        add_service(house, name, kind)
        opened(house, name, 3)
    assert shown(house) == ["Cedar", "Birch", "Alder"]
    assert 'href="tel:+441632960123"' in house.visitor().open("/help").markup
    assert "Open now, until" in house.visitor().open("/help").text


def test_who_does_not_answer_is_hidden_helps_elsewhere_or_has_no_phone_is_not_named(
    house: Whole,
) -> None:
    kind = ListingKind.SEXUAL_VIOLENCE
    add_service(house, "Alder", kind)
    add_service(house, "Birch", kind, shown=False)
    add_service(house, "Cedar", kind, areas=("GB-MET",))
    add_service(house, "Douglas", kind, country="IE")
    add_service(house, "Elder", ListingKind.HOUSING)
    add_service(house, "Fir", kind)
    add_service(house, "Gorse", kind)
    add_service(house, "Hazel", kind, ListingKind.CRIME)
    for name in ("Birch", "Cedar", "Douglas", "Elder", "Gorse", "Hazel"):
        opened(house, name, 3)
    opened(house, "Fir", 0.5)
    with house.writing() as session:
        session.execute(update(ListingRow).where(ListingRow.name == "Gorse").values(phones=[]))
    assert shown(house) == ["Hazel"]
