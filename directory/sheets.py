"""Listings as a sheet: CSV in UTF-8, a line for each, with the columns that the form has as fields.

A cell that a program for tables would run as a formula gets an apostrophe in front, and loses it
when it is read again (OWASP: CSV injection).
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from directory.model import Listing, ListingDraft
from directory.phones import write_phones
from directory.reading import FIELDS, MANY

REFERENCE = "reference"
COLUMNS = (REFERENCE, *FIELDS)
NEEDED = frozenset({"name", "kinds", "summary", "source", "verified_on"})
FORMULA = re.compile(r"'*[=+\-@\t\r]")
QUOTED = re.compile(r"'+[=+\-@\t\r]")
LONGEST_CELL = 20_000
MARK = "\ufeff"  # which some programs put at the beginning


class NotASheet(Exception):
    """The file is not a sheet of listings; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet by its number in the file, and its cells by column."""

    number: int
    cells: dict[str, str]
    is_whole: bool = True  # as many cells as there are columns


def read_lines(file: Iterable[str]) -> Iterator[Line]:
    """Yield the lines of a sheet that say something; raises NotASheet."""
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(_unmarked(file), strict=True)
    try:
        said = (row for row in rows if any(cell.strip() for cell in row))
        columns = _columns(next(said, []))
        for row in said:
            cells = {name: _bare(cell) for name, cell in zip(columns, row, strict=False)}
            yield Line(rows.line_num, cells, len(row) == len(columns))
    except csv.Error:
        message = f"Line {rows.line_num} cannot be read: look at its quotation marks."
        raise NotASheet(message) from None
    except UnicodeDecodeError:
        message = "The file is not in UTF-8. Save it as CSV UTF-8."
        raise NotASheet(message) from None


def write_lines(file: TextIO, listings: Iterable[Listing]) -> int:
    """Write a sheet that reads again as it was; return how many listings it has."""
    sheet = csv.writer(file)
    sheet.writerow(COLUMNS)
    count = 0
    for each in listings:
        fields = {REFERENCE: each.reference, **fields_of(each)}
        sheet.writerow([harmless(fields[name]) for name in COLUMNS])
        count += 1
    return count


def fields_of(draft: ListingDraft) -> dict[str, str]:
    """Return a draft as `reading.read_draft` reads it."""
    fields = {name: str(getattr(draft, name)) for name in FIELDS}
    for name in ("kinds", "areas", "groups"):
        fields[name] = MANY.join(sorted(getattr(draft, name)))
    fields["languages"] = MANY.join(draft.languages)
    fields["phones"] = write_phones(draft.phones)
    return fields


def _columns(row: list[str]) -> list[str]:
    columns = [name.strip().lower() for name in row]
    strange = [name for name in columns if name not in COLUMNS]
    missing = sorted(NEEDED.difference(columns))
    if missing or strange or len(columns) != len(set(columns)):
        message = f"The first line names the columns. They are: {', '.join(COLUMNS)}."
        raise NotASheet(message)
    return columns


def _unmarked(file: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(file):
        yield text if number else text.removeprefix(MARK)


def harmless(cell: str) -> str:
    """Return a cell that no program for tables runs as a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def _bare(cell: str) -> str:
    return cell[1:] if QUOTED.match(cell) else cell
