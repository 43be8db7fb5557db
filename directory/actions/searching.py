"""Searching: one statement finds a page of listings, however many there are.

The marks of one search are counted up to a bound first, and the rarest is walked in the order of
names, from where the last page ended. Each listing on the way is looked up under the other marks.
Of those on the page, the same statement brings what a card shows, and when they open next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Row,
    Select,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from directory.actions.rows import as_listing
from directory.marks import ALL, sought_by
from directory.model import (
    AHEAD,
    PAGE,
    Card,
    Found,
    Listing,
    ListingKind,
    NoSuchListing,
    Opening,
    Phone,
    Wanted,
)
from directory.records import ListingMarkRow, ListingOpeningRow, ListingRow
from storage.engine import Executor

ENOUGH = 2_000  # listings: which of two marks is rarer does not matter beyond
FEW = 1_000  # listings that are looked up at once
LAST = chr(0x10FFFF)  # stands behind every letter
OFFERED = ("country:", "language:")


@dataclass(frozen=True, slots=True)
class Offered:
    """The countries and languages that some listing has, by code."""

    countries: tuple[str, ...]
    languages: tuple[str, ...]


def search(session: Executor, wanted: Wanted, *, now: datetime, after: str = "") -> Found:
    """Return a page of what somebody looks for; `after` is where the page before ended."""
    sought = sought_by(wanted)
    marks, starts = sorted(sought.marks) or [ALL], sorted(sought.beginnings)
    asked = {
        "now": now,
        "ahead": now + AHEAD,
        "after": after,
        **{f"mark{place}": mark for place, mark in enumerate(marks)},
        **{f"start{place}": start for place, start in enumerate(starts)},
        **{f"last{place}": start + LAST for place, start in enumerate(starts)},
    }
    rows = session.execute(_page(len(marks), len(starts), open_now=wanted.open_now), asked).all()
    shown = rows[:PAGE]
    return Found(
        listings=tuple(map(_card, shown)),
        after=shown[-1].order_key if len(rows) > PAGE else "",
    )


def listing(session: Session, reference: str) -> Listing:
    """Return a listing that is shown; raises NoSuchListing."""
    return _one(session, ListingRow.reference == reference, ListingRow.shown.is_(True))


def listing_by_id(session: Session, listing_id: UUID) -> Listing:
    """Return a listing, shown or not; raises NoSuchListing."""
    return _one(session, ListingRow.id == listing_id)


def offered(session: Executor) -> Offered:
    """Return what can be chosen, by one look at the index for each."""
    found = sorted(mark for mark in session.scalars(_marks_offered()) if mark)
    countries, languages = (
        tuple(mark.removeprefix(start) for mark in found if mark.startswith(start))
        for start in OFFERED
    )
    return Offered(countries=countries, languages=languages)


def rarest(marks: Sequence[ColumnElement[str]]) -> ColumnElement[str]:
    """Return the mark that fewest listings have, if there is a choice."""
    if len(marks) == 1:
        return marks[0]
    sizes = union_all(*map(_size, marks)).subquery()
    return select(sizes.c.mark).order_by(sizes.c.size).limit(1).scalar_subquery()


def _marks_offered() -> Select[str]:
    """Step from each mark that begins so to the next one."""
    steps = [select(_steps(start).c.mark) for start in OFFERED]
    return select(union_all(*steps).subquery().c.mark)


def _steps(start: str) -> CTE:
    mark, last = ListingMarkRow.mark, start + LAST
    name = start.removesuffix(":")
    seen = select(func.min(mark).label("mark")).where(mark >= start, mark < last)
    steps = seen.cte(name, recursive=True)
    following = select(func.min(mark)).where(mark > steps.c.mark, mark < last).scalar_subquery()
    return steps.union_all(select(following).where(steps.c.mark.is_not(None)))


def _one(session: Session, *which: ColumnElement[bool]) -> Listing:
    row = session.scalars(select(ListingRow).where(*which)).one_or_none()
    if row is None:
        raise NoSuchListing
    return as_listing(row)


@lru_cache
def _page(marks: int, starts: int, *, open_now: bool) -> Select[*tuple[Any, ...]]:
    """Return the statement for so many marks and beginnings, written once."""
    walked, asked = ListingMarkRow, [_asked(f"mark{place}") for place in range(marks)]
    page = (
        select(walked.order_key)
        .where(
            walked.mark == rarest(asked),
            walked.order_key > _asked("after"),
            *(_has(mark) for mark in asked if marks > 1),
            *(_has_word(place) for place in range(starts)),
            *((_is_open(),) if open_now else ()),
        )
        .order_by(walked.order_key)
        .limit(PAGE + 1)
        .subquery()
    )
    row = ListingRow
    cards = select(
        *(row.id, row.reference, row.order_key, row.name, row.kinds, row.summary, row.phones),
        *_opening(),
    )
    return cards.join(page, page.c.order_key == row.order_key).order_by(row.order_key)


def _opening() -> tuple[ColumnElement[datetime], ...]:
    """Return when the first opening that is not over begins, and when it ends."""
    opening, moment = ListingOpeningRow, ListingOpeningRow.begins_at.type
    coming = (
        opening.listing_id == ListingRow.id,
        opening.ends_at > bindparam("now", type_=moment),
        opening.begins_at < bindparam("ahead", type_=moment),
    )
    begins, ends = func.min(opening.begins_at), func.min(opening.ends_at)
    return (
        select(begins).where(*coming).scalar_subquery().label("begins"),
        select(ends).where(*coming).scalar_subquery().label("ends"),
    )


def _card(row: Row[*tuple[Any, ...]]) -> Card:
    return Card(
        id=row.id,
        reference=row.reference,
        name=row.name,
        kinds=tuple(map(ListingKind, row.kinds)),
        summary=row.summary,
        phones=tuple(Phone(**each) for each in row.phones),
        opening=None if row.begins is None else Opening(begins=row.begins, ends=row.ends),
    )


def _asked(name: str) -> BindParameter[str]:
    return bindparam(name, type_=ListingMarkRow.mark.type)


def _size(mark: ColumnElement[str]) -> Select[str, int]:
    some = select(literal(1)).where(ListingMarkRow.mark == mark).limit(ENOUGH).subquery()
    size = select(func.count()).select_from(some).scalar_subquery()
    return select(mark.label("mark"), size.label("size"))


def _has(mark: BindParameter[str]) -> ColumnElement[bool]:
    """Whether a listing has a mark; the one that is walked is asked for once more."""
    other = aliased(ListingMarkRow)
    same = other.order_key == ListingMarkRow.order_key
    return select(literal(1)).where(other.mark == mark, same).exists()


def _has_word(place: int) -> ColumnElement[bool]:
    """Whether a listing has a word that begins so.

    Of a beginning that few have, those are looked up first, once; of another one it is looked up
    for each listing on the way, of which many have it.
    """
    word, known = aliased(ListingMarkRow), aliased(ListingMarkRow)
    some = select(known.order_key).where(*_begins(known, place)).limit(FEW)
    are_few = select(func.count()).select_from(some.subquery()).scalar_subquery() < FEW
    itself = word.listing_id == ListingMarkRow.listing_id
    has = select(literal(1)).where(itself, *_begins(word, place)).exists()
    return case((are_few, ListingMarkRow.order_key.in_(some)), else_=has)


def _begins(row: type[ListingMarkRow], place: int) -> tuple[ColumnElement[bool], ...]:
    return row.mark >= _asked(f"start{place}"), row.mark < _asked(f"last{place}")


def _is_open() -> ColumnElement[bool]:
    now = bindparam("now", type_=ListingOpeningRow.begins_at.type)
    return (
        select(literal(1))
        .where(
            ListingOpeningRow.listing_id == ListingMarkRow.listing_id,
            ListingOpeningRow.begins_at <= now,
            ListingOpeningRow.ends_at > now,
        )
        .exists()
    )
