"""Bulletins: what is on the paper, for how long, and who makes one."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from alerts import actions
from alerts.bulletin import LIFE, MOST_A_DAY, NoSuchBulletin, TooManyBulletins
from members.model import Role
from reports.model import Warning
from reports.pdf import CannotPrint, as_pdf
from tests.given_reports import DRAFT
from tests.members.visits import Visitor
from tests.whole import Whole

AREA, ELSEWHERE = "GB-GMP", "GB-MET"
THAI = "\u0e2a\u0e27\u0e31"


@pytest.fixture
def practitioner(house: Whole) -> Visitor:
    return house.sign_in(house.person(Role.PRACTITIONER))


@pytest.fixture
def warning(house: Whole) -> Warning:
    return house.published(replace(DRAFT, areas=(AREA,)))


def make(visitor: Visitor, area: str = AREA) -> str:
    """Make a bulletin; return its address."""
    visitor.open("/bulletins").fill("/bulletins", area=area)
    assert re.fullmatch(r"/bulletins/[0-9]{4}-[0-9]+", visitor.path)
    return visitor.path


def test_a_bulletin_has_the_warnings_of_its_area_and_a_number(
    practitioner: Visitor, warning: Warning
) -> None:
    address = make(practitioner)
    shown = practitioner.text
    assert re.search(r"Bulletin 20[0-9]{2}-1 ", shown)
    for said in (warning.reference, warning.draft.description, warning.draft.advice):
        assert said
        assert said in shown
    assert "does not mean safe" in shown
    assert address.endswith("-1")
    assert make(practitioner).endswith("-2")


def test_it_says_when_it_was_made_and_until_when_it_may_be_handed_out(
    house: Whole,
) -> None:
    with time_machine.travel(house.now.replace(year=2026, month=3, day=28, hour=12)):
        practitioner = house.sign_in(house.person(Role.PRACTITIONER))
        make(practitioner)
    assert "made on 28 Mar 2026. Hand it out until 4 Apr 2026" in practitioner.text


def test_nothing_that_was_reported_is_on_it_beyond_the_warning(
    practitioner: Visitor, warning: Warning
) -> None:
    make(practitioner)
    for word in ("07700", "447700", "900123", "pushed"):
        assert word not in practitioner.text
    assert warning.reference in practitioner.text


def test_warnings_of_other_areas_are_not_on_it(house: Whole, practitioner: Visitor) -> None:
    there = house.published(replace(DRAFT, areas=(ELSEWHERE,)))
    make(practitioner)
    assert there.reference not in practitioner.text
    assert "There are no warnings for this area." in practitioner.text
    make(practitioner, ELSEWHERE)
    assert there.reference in practitioner.text


def test_what_was_taken_back_since_is_named_and_said_no_more(
    house: Whole, practitioner: Visitor, warning: Warning
) -> None:
    address = make(practitioner)
    with house.writing() as session:
        session.execute(text("UPDATE warning SET state = 'expired' WHERE state = 'published'"))
    practitioner.open(address)
    assert f"Strike these out on earlier sheets: {warning.reference}" in practitioner.text
    assert warning.draft.description not in practitioner.text


def test_a_bulletin_that_is_over_says_so_and_shows_nothing(
    house: Whole, practitioner: Visitor, warning: Warning
) -> None:
    address = make(practitioner)
    past = house.now - timedelta(minutes=1)
    sqlite = house.services.engine.dialect.name == "sqlite"
    with house.writing() as session:
        session.execute(
            text("UPDATE bulletin SET expires_at = :past"),
            {"past": past.replace(tzinfo=None) if sqlite else past},
        )
    practitioner.open(address)
    assert "This bulletin is over" in practitioner.text
    assert warning.reference not in practitioner.text
    assert practitioner.open(f"{address}.pdf").status == 410
    assert "None was made in the last seven days." in practitioner.open("/bulletins").text


def test_nobody_is_handed_the_warnings_of_a_bulletin_that_is_over(
    house: Whole, warning: Warning
) -> None:
    sealer, now = house.services.sealers.reports, house.now
    with house.writing() as session:
        made = actions.make_bulletin(session, sealer, area=AREA, year=2026, now=now)
        named = {"year": made.year, "number": made.number}
        last = actions.bulletin(session, sealer, **named, now=now + LIFE - timedelta(seconds=1))
        over = actions.bulletin(session, sealer, **named, now=now + LIFE)
    assert [each.reference for each in last.warnings] == [warning.reference]
    assert (over.warnings, over.taken_back) == ((), ())


def test_the_file_is_a_pdf_with_a_name_that_says_nothing(
    practitioner: Visitor, warning: Warning
) -> None:
    assert warning.reference
    answer = practitioner.client.get(f"{make(practitioner)}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.get_data().startswith(b"%PDF-")
    assert re.search(r'filename="sheet-[0-9-]+\.pdf"', answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"] == "no-store"


def test_letters_that_the_file_cannot_set_are_printed_from_the_page(
    house: Whole, practitioner: Visitor
) -> None:
    house.published(replace(DRAFT, areas=(AREA,), description=THAI))
    address = make(practitioner)
    assert practitioner.open(f"{address}.pdf").status == 422
    assert "Print this page instead." in practitioner.text
    assert THAI in practitioner.text


@pytest.mark.parametrize("area", ["", "GB-NOWHERE"])
def test_an_area_that_is_none_is_asked_for_again(practitioner: Visitor, area: str) -> None:
    practitioner.open("/bulletins").fill("/bulletins", area=area)
    assert practitioner.status == 422
    assert "Choose an area." in practitioner.text


@pytest.mark.parametrize("address", ["/bulletins/2026-99", "/bulletins/1-1.pdf"])
def test_a_number_that_is_none_is_not_there(practitioner: Visitor, address: str) -> None:
    assert practitioner.open(address).status == 404


def test_members_and_visitors_make_none(house: Whole) -> None:
    assert house.sign_in(house.person()).open("/bulletins").status == 404
    assert house.visitor().open("/bulletins").path.startswith("/sign-in")


def test_a_practitioner_finds_bulletins_beside_the_warnings_and_a_member_does_not(
    house: Whole, practitioner: Visitor
) -> None:
    assert "bulletins for outreach" in practitioner.open("/updates").text
    assert "bulletins for outreach" not in house.sign_in(house.person()).open("/updates").text


def test_who_makes_very_many_is_stopped(house: Whole, practitioner: Visitor) -> None:
    sealer = house.services.sealers.reports
    with house.writing() as session:
        for _ in range(MOST_A_DAY):
            actions.make_bulletin(session, sealer, area=AREA, year=2026, now=house.now)
        with pytest.raises(TooManyBulletins):
            actions.make_bulletin(session, sealer, area=AREA, year=2026, now=house.now)
    practitioner.open("/bulletins").fill("/bulletins", area=AREA)
    assert practitioner.status == 422
    assert "Very many were made today." in practitioner.text


def test_numbers_begin_anew_each_year_and_are_kept_for_two(house: Whole) -> None:
    sealer, now = house.services.sealers.reports, house.now
    (rule,) = actions.retention()
    over = now + LIFE + rule.kept
    later = over + timedelta(seconds=1)
    with house.writing() as session:
        names = [
            actions.make_bulletin(session, sealer, area=AREA, year=year, now=now).name
            for year in (2026, 2026, 2027)
        ]
        assert names == ["2026-1", "2026-2", "2027-1"]
        assert (rule.due(session, over), rule.remove(session, over, 10)) == (0, 0)
        assert (rule.total(session), rule.due(session, later)) == (3, 3)
        assert (rule.remove(session, later, 2), rule.remove(session, later, 2)) == (2, 1)
        with pytest.raises(NoSuchBulletin):
            actions.bulletin(session, sealer, year=2026, number=1, now=now)


@pytest.mark.parametrize("words", ["\u4f60\u597d", "\u0645\u0631\u062d", "\u05e9\u05dc", THAI])
def test_what_the_fonts_lack_or_would_turn_round_is_refused(words: str) -> None:
    with pytest.raises(CannotPrint):
        as_pdf("<p>x</p>", words=words, foot="")


def test_a_sheet_sets_many_alphabets_and_says_nothing_of_who_made_it() -> None:
    words = "\u017dlu\u0165 \u0395\u03bb\u03bb \u041f\u0440\u0438 Ti\u1ebfng"
    octets = as_pdf(f"<h1>{words}</h1><ul><li>{words}</li></ul>", words=words, foot="1")
    assert len(octets) > 5_000
    for property_of_a_file in (b"/Author", b"/Creator", b"/Producer", b"/Keywords"):
        assert property_of_a_file not in octets
