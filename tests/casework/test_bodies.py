"""Complaint bodies: the file that is shipped, what is wrong with one, and what is proposed."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import product

import pytest

from casework.bodies import COLUMNS, BodiesRefused, load_bodies, propose, read_bodies
from casework.complaints import Stage
from casework.professional import HarmByProfessional, Nation, ProfessionalHarm, Sector

HEAD = ",".join(COLUMNS)
LINE = {
    "code": "board",
    "name": "The board",
    "stage": "body",
    "sectors": "health;other",
    "kinds": "",
    "nations": "GB-ENG",
    "what_for": "Anything.",
    "address": "",
    "phone": "",
    "web": "https://board.example",
    "after_answer": "yes",
    "steps": "Write.| Wait.",
    "deadline": "A year.",
    "days": "365",
    "counted_from": "event",
    "source": "The board's site",
    "checked_on": "2026-11-01",
}


def _line(**cells: str) -> str:
    return ",".join((LINE | cells).values())


def _codes(harm: ProfessionalHarm, nation: Nation | None) -> list[str]:
    return [each.body.code for each in propose(load_bodies("GB").values(), harm, nation)]


@pytest.mark.parametrize(("sector", "nation"), [*product(Sector, Nation)])
def test_in_every_nation_every_sector_has_somewhere_to_begin_that_waits_for_nobody(
    sector: Sector, nation: Nation
) -> None:
    proposals = propose(load_bodies("GB").values(), ProfessionalHarm(sector=sector), nation)
    first = proposals[0].body
    assert not first.after_answer
    assert first.stage is Stage.ORGANISATION or first.code == "poni"  # in its own words comes first
    order = [list(Stage).index(each.body.stage) for each in proposals]
    assert order == sorted(order)
    assert all(nation in each.body.nations for each in proposals)


def test_what_is_proposed_fits_who_it_was_where_and_what_they_did() -> None:
    officer = ProfessionalHarm(sector=Sector.POLICE)
    assert _codes(officer, Nation.ENGLAND) == ["force", "force-review", "iopc"]
    assert _codes(officer, Nation.SCOTLAND) == ["force-sct", "pirc"]
    assert _codes(officer, Nation.NORTHERN_IRELAND) == ["poni"]
    doctor = ProfessionalHarm(sector=Sector.HEALTH, kinds=(HarmByProfessional.RACISM,))
    found = _codes(doctor, Nation.ENGLAND)
    assert found[0] == "pals"
    assert {"phso", "gmc", "nmc", "eass"} <= {*found}
    assert "ico" not in found
    outed = ProfessionalHarm(sector=Sector.EDUCATION, kinds=(HarmByProfessional.OUTING,))
    assert {"oia", "ico"} <= {*_codes(outed, Nation.WALES)}
    assert "eass" not in _codes(outed, Nation.WALES)
    landlord = ProfessionalHarm(sector=Sector.HOUSING)
    assert "housing-ombudsman" in _codes(landlord, Nation.ENGLAND)
    assert {"spso", "psow", "nipso"} <= {*_codes(landlord, None)}
    assert _codes(ProfessionalHarm(), Nation.ENGLAND) == ["itself"]


def test_a_deadline_counts_from_the_day_it_happened_or_from_the_final_answer() -> None:
    harm = ProfessionalHarm(sector=Sector.POLICE, happened_on=date(2026, 3, 1))
    bodies = load_bodies("GB").values()
    days = {each.body.code: each.last_day for each in propose(bodies, harm, Nation.SCOTLAND)}
    assert days == {"force-sct": date(2027, 3, 1), "pirc": None}
    answered = propose(bodies, harm, Nation.SCOTLAND, answered_on=date(2026, 5, 1))
    assert {each.body.code: each.last_day for each in answered}["pirc"] == date(2026, 7, 29)
    undated = ProfessionalHarm(sector=Sector.POLICE)
    assert {each.last_day for each in propose(bodies, undated, Nation.WALES)} == {None}


@pytest.mark.parametrize(
    ("days", "months", "less"), [(89, 3, 0), (180, 6, 1), (181, 6, 0), (365, 12, 0), (1826, 60, 0)]
)
def test_a_day_is_never_later_than_the_months_that_it_stands_for(
    days: int, months: int, less: int
) -> None:
    assert days in {each.days for each in load_bodies("GB").values()}
    start = date(2024, 1, 1)
    for number in range(4 * 366):
        begins = start + timedelta(days=number)
        year, month = divmod(begins.month - 1 + months, 12)
        year += begins.year
        last = monthrange(year, month + 1)[1]
        ends = date(year, month + 1, min(begins.day, last)) - timedelta(days=less)
        assert begins + timedelta(days=days) <= ends


def test_the_shipped_file_says_where_each_fact_is_from_and_that_nobody_compared_it_yet() -> None:
    bodies = load_bodies("GB")
    assert len(bodies) > 30
    assert all(each.source and each.steps and each.deadline for each in bodies.values())
    assert {each.checked_on for each in bodies.values()} == {None}
    assert not load_bodies("NZ")


def test_a_line_becomes_a_body() -> None:
    body = read_bodies([HEAD, _line()])["board"]
    assert body.sectors == (Sector.HEALTH, Sector.OTHER)
    assert body.steps == ("Write.", "Wait.")
    assert (body.days, body.after_answer, body.checked_on) == (365, True, date(2026, 11, 1))


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"name": " "}, "name is empty"),
        ({"code": "x" * 41}, "code is longer than 40 characters"),
        ({"stage": "ended"}, "stage: ended is none of organisation, review, body"),
        ({"sectors": "health;space"}, "sectors: space is none of police"),
        ({"kinds": "rude"}, "kinds: rude is none of racism"),
        ({"nations": "GB-FRA"}, "nations: GB-FRA is none of"),
        ({"web": "http://board.example"}, "web does not begin with https://"),
        ({"after_answer": "maybe"}, "after_answer is neither yes nor no"),
        ({"days": ""}, "days and counted_from go together"),
        ({"counted_from": ""}, "days and counted_from go together"),
        ({"counted_from": "moon"}, "counted_from: moon is none of event, answer"),
        ({"days": "-3"}, "days: -3 is no number of days"),
        ({"days": "0"}, "days: 0 is no number of days"),
        ({"checked_on": "yesterday"}, "checked_on: yesterday is no day such as 2026-11-28"),
        ({"source": "A,B"}, "more or fewer cells"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(cells: dict[str, str], words: str) -> None:
    with pytest.raises(BodiesRefused, match="line 3") as refused:
        read_bodies([HEAD, _line(code="fine"), _line(**cells)])
    assert words in refused.value.errors[3]
    assert list(refused.value.errors) == [3]


def test_every_wrong_line_is_named_at_once_and_so_is_a_code_that_stands_there_twice() -> None:
    with pytest.raises(BodiesRefused) as refused:
        read_bodies([HEAD, _line(), _line(stage="x"), _line(), "board,too,few"])
    assert list(refused.value.errors) == [3, 4, 5]
    assert "twice" in refused.value.errors[4]


def test_other_columns_are_refused() -> None:
    with pytest.raises(BodiesRefused, match="line 1: the columns are code,name"):
        read_bodies(["code,name", "a,b"])
