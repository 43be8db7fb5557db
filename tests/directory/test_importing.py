"""Bringing a sheet in: what each line does, and that an export changes nothing."""

import io
from collections.abc import Iterable
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from directory import actions
from directory.actions import Effect, Outcome, Terms
from directory.model import Listing
from directory.sheets import COLUMNS, read_lines, write_lines
from tests.directory.listings import AREAS, MONDAY, written

TERMS = Terms(areas=AREAS, home_region="GB", today=date(2026, 3, 4), now=MONDAY)
LINE = {
    "name": "Harbour",
    "kinds": "housing",
    "summary": "A roof.",
    "source": "Its own page",
    "verified_on": "2026-03-01",
}


def sheet(lines: Iterable[dict[str, str]]) -> io.StringIO:
    """Return a sheet of lines that say the same but for what is given."""
    rows = [",".join(({} | LINE | line).get(name, "") for name in COLUMNS) for line in lines]
    return io.StringIO("\r\n".join([",".join(COLUMNS), *rows]), newline="")


def brought(session: Session, *lines: dict[str, str], write: bool = True) -> list[Outcome]:
    """Bring lines in."""
    found = actions.bring_in(session, read_lines(sheet(lines)), terms=TERMS, write=write)
    return list(found)


def everything(session: Session) -> list[Listing]:
    """Return all listings."""
    return list(actions.all_listings(session))


def export(session: Session) -> io.StringIO:
    """Return all listings as a sheet."""
    file = io.StringIO(newline="")
    write_lines(file, actions.all_listings(session))
    file.seek(0)
    return file


def test_a_look_says_what_would_be_done_and_writes_nothing(session: Session) -> None:
    written(session, name="Lantern")
    before = everything(session)
    lines = [{}, {"name": "LANTERN", "summary": "Advice."}, {"name": "Moor", "phones": "soon"}]
    outcomes = brought(session, *lines, write=False)
    assert [each.effect for each in outcomes] == [Effect.ADDED, Effect.CHANGED, Effect.REFUSED]
    assert outcomes[1].changed == ("name", "kinds", "source")
    assert (outcomes[2].line, [*outcomes[2].errors]) == (4, ["phones"])
    assert everything(session) == before


def test_a_sheet_is_written_and_found_again_as_the_same(session: Session) -> None:
    assert brought(session, {})[0].effect is Effect.ADDED
    assert brought(session, {})[0].effect is Effect.SAME
    assert brought(session, {"summary": "Two roofs."})[0].changed == ("summary",)
    assert [each.summary for each in everything(session)] == ["Two roofs."]


def test_a_reference_names_the_listing_whatever_it_is_called(session: Session) -> None:
    brought(session, {})
    [there] = everything(session)
    [outcome] = brought(session, {"reference": there.reference, "name": "Haven"})
    assert outcome.changed == ("name",)
    assert [each.id for each in everything(session)] == [there.id]
    [refused] = brought(session, {"reference": "NOTTHERE"})
    assert [*refused.errors] == ["reference"]


def test_the_same_name_in_another_country_is_another_listing(session: Session) -> None:
    brought(session, {}, {"country": "NZ"})
    assert {each.country for each in everything(session)} == {"GB", "NZ"}


def test_two_lines_about_one_listing_are_refused(session: Session) -> None:
    for write in (False, True):
        found = brought(session, {}, {"name": "harbour"}, write=write)
        assert [each.effect for each in found] == [Effect.ADDED, Effect.REFUSED]


def test_a_name_that_two_listings_have_is_asked_about(session: Session) -> None:
    for _ in range(2):
        written(session, name="Harbour")
    assert brought(session, {})[0].effect is Effect.REFUSED


def test_an_export_brought_in_changes_nothing(session: Session) -> None:
    for number in range(3):
        written(session, name="Twin", summary=f"=Number {number}\nand more", areas={"GB-MET"})
    hidden = written(session, name="Away", hours="Mo-Fr 09:00-17:00", time_zone="Europe/London")
    actions.hide_listing(session, hidden, now=MONDAY)
    before = everything(session)
    found = actions.bring_in(session, read_lines(export(session)), terms=TERMS, write=True)
    assert {each.effect for each in found} == {Effect.SAME}
    assert everything(session) == before


def test_all_listings_are_given_part_by_part(session: Session) -> None:
    lines = [{"name": f"Harbour {number}"} for number in range(6)]
    brought(session, *lines)
    session.commit()
    for part in (1, 2, 5, 6, 7):
        found = actions.all_listings(session, part=part)
        assert [each.name for each in found] == [line["name"] for line in lines]


def test_what_is_brought_in_can_be_found(session: Session) -> None:
    brought(session, {})
    assert session.scalar(text("select count(*) from listing_mark where mark = 'kind:housing'"))
