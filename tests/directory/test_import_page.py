"""A sheet brought in at the desk: looked at first, written once somebody says so."""

import io
from collections.abc import Mapping

import pytest

from directory import actions
from directory.model import Listing
from directory.pages.importing import LONGEST_SHEET
from directory.sheets import COLUMNS, write_lines
from members.model import Role
from storage.audit_chain import Act
from tests.directory.test_desk_pages import acts, put
from tests.members.visits import Visitor
from tests.whole import Whole

ADDRESS = "/desk/directory/import"
HEAD = "name,kinds,summary,phones,source,verified_on\r\n"
GOOD = 'Harbour,housing,"A roof.\r\nAnd tea.",0808 802 0300,Its page,2026-03-01\r\n'
BAD = "Lantern,housing,Light.,soon,Its page,2026-03-01\r\n"


@pytest.fixture
def desk(house: Whole) -> Visitor:
    """Give the browser of a caseworker, at the page."""
    visitor = house.sign_in(house.person(Role.CASEWORKER))
    visitor.open(ADDRESS)
    return visitor


def listings(house: Whole) -> list[Listing]:
    with house.services.reading() as session:
        return [*actions.all_listings(session)]


def look(desk: Visitor, sheet: str) -> Visitor:
    """Paste a sheet into the last form of the page."""
    form = desk.page.forms[-1]
    fields = {**form.fields, "sheet": sheet}
    return arrive(desk, fields)


def confirm(desk: Visitor) -> Visitor:
    """Say that it shall be written."""
    [form] = [each for each in desk.page.forms if "seen" in each.fields]
    return arrive(desk, dict(form.fields))


def arrive(desk: Visitor, fields: Mapping[str, object]) -> Visitor:
    desk._arrive(desk.client.post(ADDRESS, data=fields))  # noqa: SLF001 - a file is sent so too
    return desk


def test_a_sheet_is_looked_at_and_then_written(house: Whole, desk: Visitor) -> None:
    look(desk, HEAD + GOOD)
    assert (desk.status, "A new listing" in desk.text, listings(house)) == (200, True, [])
    confirm(desk)
    [found] = listings(house)
    assert (found.name, found.summary) == ("Harbour", "A roof.\nAnd tea.")
    assert "The sheet was brought in" in desk.text
    assert acts(house) == [Act.LISTINGS_IMPORTED]


def test_a_file_counts_as_well(house: Whole, desk: Visitor) -> None:
    octets = b"\xef\xbb\xbf" + (HEAD + GOOD).encode()
    fields: dict[str, object] = dict(desk.page.forms[-1].fields)
    arrive(desk, fields | {"file": (io.BytesIO(octets), "sheet.csv")})
    confirm(desk)
    assert [each.name for each in listings(house)] == ["Harbour"]


def test_what_is_refused_is_said_by_line_and_the_others_can_be_written(
    house: Whole, desk: Visitor
) -> None:
    look(desk, HEAD + BAD + GOOD)
    assert "One of these is no phone number." in desk.text
    assert '<th scope="row">2</th>' in desk.markup
    assert "Write the other lines" in desk.text
    confirm(desk)
    assert [each.name for each in listings(house)] == ["Harbour"]


def test_nothing_is_offered_where_nothing_would_change(house: Whole, desk: Visitor) -> None:
    put(house, name="Harbour")
    sheet = io.StringIO(newline="")
    write_lines(sheet, listings(house))
    look(desk, sheet.getvalue())
    assert "No line would change anything." in desk.text
    assert not any("seen" in each.fields for each in desk.page.forms)
    assert acts(house) == []


def test_what_changed_since_it_was_seen_is_shown_again_first(house: Whole, desk: Visitor) -> None:
    look(desk, HEAD + GOOD)
    listing_id = put(house, name="Harbour", summary="A colleague's.")
    confirm(desk)
    assert "What changes" in desk.text
    assert [each.summary for each in listings(house)] == ["A colleague's."]
    assert acts(house) == []
    confirm(desk)
    assert [(each.id, each.summary[:7]) for each in listings(house)] == [(listing_id, "A roof.")]


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("colour\r\nred\r\n", "The first line names the columns."),
        (f'{HEAD}"Harbour', "cannot be read"),
        (HEAD + "x" * LONGEST_SHEET, "too long for the page"),
        (f"{HEAD}{'y' * 30_000},{'z' * 10},a,b,c,d\r\n", "cannot be read"),
    ],
)
def test_what_is_no_sheet_is_said_and_kept(
    house: Whole, desk: Visitor, sheet: str, words: str
) -> None:
    look(desk, sheet)
    assert (desk.status, words in desk.text) == (422, True)
    assert desk.page.forms[-1].fields["sheet"].strip() == sheet.strip()
    assert listings(house) == []


def test_a_file_in_another_encoding_is_refused_in_words(desk: Visitor) -> None:
    fields: dict[str, object] = dict(desk.page.forms[-1].fields)
    arrive(desk, fields | {"file": (io.BytesIO("Café".encode("latin-1")), "sheet.csv")})
    assert (desk.status, "Save it as CSV UTF-8." in desk.text) == (422, True)


def test_every_column_has_words(house: Whole, desk: Visitor) -> None:
    wrong = ",".join("?" for _ in COLUMNS)
    look(desk, ",".join(COLUMNS) + f"\r\n{wrong}\r\n")
    assert (desk.status, listings(house)) == (200, [])


def test_only_the_desk_may(house: Whole) -> None:
    for role in (Role.MEMBER, Role.PRACTITIONER, Role.RESEARCHER):
        assert house.sign_in(house.person(role)).open(ADDRESS).status == 404
