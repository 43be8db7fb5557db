"""Many listings in a database: invented ones, with the marks and openings of real ones.

`directory.actions.write_listing` takes milliseconds for each; this writes the same rows, some
thousand listings at once. Marks are nine of ten rows: they go in as the driver takes them, in the
order of their key, and what finds them by listing is built at the end.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Engine, Index, insert, text

from directory.actions.opening import LAID_OUT
from directory.actions.rows import write_down
from directory.hours import openings
from directory.marks import marks_of, order_key
from directory.model import Cost, Group, ListingDraft, ListingKind, Opening
from directory.records import ListingOpeningRow, ListingRow
from storage.base import Base, new_id

AT_ONCE = 10_000
LARGE_CACHE = "PRAGMA cache_size = -400000"  # kB; the indexes of all marks fit
SEED = 7
WORDS_KNOWN = 3_000
WORDS_EACH = 12
CONSONANTS, VOWELS = "bcdfghklmnprstvw", "aeiou"
LANGUAGES = ("pl", "ro", "es", "pt", "zh", "th", "fr", "ar", "uk", "bg", "hu", "so", "tr", "ur")
HOURS = ("", "Mo-Fr 09:00-17:00", "Mo-Fr 10:00-16:00", "Tu-Th 18:00-23:00", "24/7")
ZONE, REGION, SOURCE = "Europe/London", "GB-ENG", "invented"
ORDER = (ListingRow, ListingOpeningRow)
INSERT = "INSERT INTO listing_mark (mark, order_key, listing_id) VALUES (?, ?, ?)"
COPY = "COPY listing_mark (mark, order_key, listing_id) FROM STDIN"
BY_LISTING = next(each for each in Base.metadata.tables["listing_mark"].indexes)

Rows = dict[type[Base], list[dict[str, Any]]]
Marks = list[tuple[str, str, UUID]]


def fill(engine: Engine, areas: Mapping[str, str], *, first: int, last: int, now: datetime) -> None:
    """Write listings from one number to another; the same for the same numbers."""
    until = now + LAID_OUT
    laid_out = {
        hours: openings(hours, time_zone=ZONE, region=REGION, since=now, until=until)
        for hours in HOURS
    }
    drafts = islice(_drafts(areas, now), first, last)
    with _without(engine, BY_LISTING):
        while batch := list(islice(drafts, AT_ONCE)):
            rows: Rows = {table: [] for table in ORDER}
            marks: Marks = []
            for draft in batch:
                marks += _add(rows, draft, areas, laid_out[draft.hours], now)
            with engine.begin() as connection:
                if engine.dialect.name == "sqlite":
                    connection.exec_driver_sql(LARGE_CACHE)
                for table in ORDER:
                    connection.execute(insert(table), rows[table])
                _write(connection, sorted(marks))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


@contextmanager
def _without(engine: Engine, index: Index) -> Iterator[None]:
    """Leave an index out while much is written."""
    with engine.begin() as connection:
        index.drop(connection)
    yield
    with engine.begin() as connection:
        index.create(connection)


def _write(connection: Connection, marks: Marks) -> None:
    if connection.dialect.name == "sqlite":
        rows = [(mark, order, listing_id.hex) for mark, order, listing_id in marks]
        connection.exec_driver_sql(INSERT, rows)
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - narrows the type
    with driver.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in marks:
            copy.write_row(row)


def words() -> list[str]:
    """Return the words that listings are made of, the commonest first."""
    random = Random(SEED)  # noqa: S311 - not for secrets
    found = {
        "".join(
            random.choice(CONSONANTS if place % 2 else VOWELS)
            for place in range(random.randint(4, 9))
        )
        for _ in range(WORDS_KNOWN)
    }
    return random.sample(sorted(found), len(found))


def _drafts(areas: Mapping[str, str], now: datetime) -> Iterator[ListingDraft]:
    random = Random(SEED)  # noqa: S311 - not for secrets
    known, codes = words(), sorted(areas)
    weights = [1 / place for place in range(1, len(known) + 1)]
    while True:
        name, *said = random.choices(known, weights, k=WORDS_EACH)
        abroad = random.random() < 0.03  # noqa: PLR2004 - a few are in other countries
        local = not abroad and random.random() < 0.9  # noqa: PLR2004 - most are
        yield ListingDraft(
            name=f"{name} {random.choice(known)}".title(),
            kinds=frozenset(random.sample(list(ListingKind), random.randint(1, 2))),
            summary=" ".join(said),
            hours="" if abroad else random.choice(HOURS),
            time_zone=ZONE,
            country=random.choice(("US", "IE", "FR")) if abroad else "GB",
            region="" if abroad else REGION,
            areas=frozenset(random.sample(codes, random.randint(1, 2)) if local else ()),
            languages=("en", *random.sample(LANGUAGES, random.choice((0, 0, 1, 2)))),
            groups=frozenset(random.sample(list(Group), random.choice((0, 0, 1, 2)))),
            cost=random.choice(list(Cost)),
            source=SOURCE,
            verified_on=now.date(),
        )


def _add(
    rows: Rows,
    draft: ListingDraft,
    areas: Mapping[str, str],
    laid_out: tuple[Opening, ...],
    now: datetime,
) -> Marks:
    """Add the rows of a listing but for its marks, which are returned."""
    row = ListingRow(id=new_id(), shown=True, changed_at=now)
    write_down(row, draft)
    row.reference, row.order_key = row.id.hex[:8].upper(), order_key(draft.name, row.id)
    row.laid_out_until = now + LAID_OUT if draft.hours else None
    columns = ListingRow.__table__.columns.keys()
    rows[ListingRow].append({name: getattr(row, name) for name in columns})
    rows[ListingOpeningRow] += (
        {"listing_id": row.id, "begins_at": each.begins, "ends_at": each.ends} for each in laid_out
    )
    return [(mark, row.order_key, row.id) for mark in marks_of(draft, areas)]
