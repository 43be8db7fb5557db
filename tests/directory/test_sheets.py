"""Sheets: what they are made of, and that what is written reads again as it was."""

import io
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from directory.model import Cost, Group, Listing, ListingDraft, ListingKind, Phone
from directory.reading import clean, read_draft
from directory.sheets import COLUMNS, LONGEST_CELL, NotASheet, read_lines, write_lines
from tests.directory.listings import AREAS, a_draft

TEXT = some.text(min_size=1, max_size=60).map(clean).filter(bool)
LINE = TEXT.map(lambda text: " ".join(text.split())).filter(bool)
PURPOSE = LINE.filter(lambda text: not set(text) & set("();"))
DRAFTS = some.builds(
    a_draft,
    name=LINE,
    kinds=some.frozensets(some.sampled_from(ListingKind), min_size=1),
    summary=TEXT,
    phones=some.lists(
        some.builds(
            Phone, number=some.just("+44 808 802 0300"), e164=some.just("+448088020300"),
            purpose=some.just("") | PURPOSE,
        ),
        max_size=5,
    ).map(tuple),
    web=some.sampled_from(["", "https://example.org/a?b=c", "http://example.org"]),
    hours=some.sampled_from(["", "Mo-Fr 09:00-17:00", "24/7"]),
    time_zone=some.just("Europe/London"),
    areas=some.frozensets(some.sampled_from([*AREAS])),
    languages=some.sampled_from([(), ("en",), ("pt-BR", "en")]),
    groups=some.frozensets(some.sampled_from(Group)),
    cost=some.sampled_from(Cost),
    works_with=some.just("") | TEXT,
    source=LINE,
    verified_on=some.dates(max_value=date(2026, 3, 4)),
)  # fmt: skip


def sheet(*listings: Listing) -> str:
    """Return a sheet of listings."""
    file = io.StringIO(newline="")
    write_lines(file, listings)
    return file.getvalue()


def listed(draft: ListingDraft) -> Listing:
    """Return a listing of a draft."""
    said = {name: getattr(draft, name) for name in ListingDraft.__slots__}
    now = datetime(2026, 3, 4, tzinfo=UTC)
    return Listing(id=UUID(int=1), reference="LANTERN0", shown=True, changed_at=now, **said)


@given(draft=DRAFTS)
def test_a_sheet_reads_again_as_it_was(draft: ListingDraft) -> None:
    file = io.StringIO(sheet(listed(draft)), newline="")
    [line] = read_lines(file)
    assert line.is_whole
    assert line.cells["reference"] == "LANTERN0"
    assert read_draft(line.cells, areas=AREAS, home_region="GB") == draft


@pytest.mark.parametrize("name", ["=1+1", "+44", "-1", "@SUM(A1)", "'=1", "''+1"])
def test_no_cell_is_run_as_a_formula(name: str) -> None:
    text = sheet(listed(a_draft(name=name, summary=name)))
    assert f"'{name}" in text
    [line] = read_lines(io.StringIO(text, newline=""))
    assert line.cells["name"] == line.cells["summary"] == name


def test_a_mark_at_the_beginning_and_empty_lines_are_passed_over() -> None:
    text = "\ufeff" + sheet(listed(a_draft())) + "\r\n,,,\r\n"
    assert [line.number for line in read_lines(io.StringIO(text, newline=""))] == [2]


def test_a_line_is_known_by_its_number_in_the_file() -> None:
    tall = listed(a_draft(works_with="One\nand two"))
    text = sheet(tall, tall)
    assert [line.number for line in read_lines(io.StringIO(text, newline=""))] == [3, 5]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names the columns"),
        ("name,kinds\r\n", "names the columns"),
        (",".join([*COLUMNS, "colour"]), "names the columns"),
        (",".join([*COLUMNS, "name"]), "names the columns"),
        (",".join(COLUMNS) + '\r\n"open', "quotation marks"),
        (",".join(COLUMNS) + "\r\n" + "n" * (LONGEST_CELL + 1), "cannot be read"),
    ],
)
def test_what_is_no_sheet_is_refused_with_words(text: str, words: str) -> None:
    with pytest.raises(NotASheet, match=words):
        list(read_lines(io.StringIO(text, newline="")))


def test_another_encoding_is_refused_with_words() -> None:
    octets = io.BytesIO((",".join(COLUMNS) + "\r\nCaf\u00e9").encode("latin-1"))
    with pytest.raises(NotASheet, match="UTF-8"):
        list(read_lines(io.TextIOWrapper(octets, encoding="utf-8", newline="")))
