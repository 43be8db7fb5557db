"""Searching: one statement finds a page of listings, however many there are.

The marks of one search are counted up to a bound first, and the rarest is walked in the order of
names, from where the last page ended. Each listing on the way is looked up under the other marks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from directory.actions.rows import as_listing
from directory.marks import ALL, Sought, sought_by
from directory.model import PAGE, Found, Listing, NoSuchListing, Wanted
from directory.records import ListingMarkRow, ListingOpeningRow, ListingRow

ENOUGH = 2_000  # listings: which of two marks is rarer does not matter beyond
LAST = chr(0x10FFFF)  # stands behind every letter
OFFERED = ("country:", "language:")


@dataclass(frozen=True, slots=True)
class Offered:
    """The countries and languages that some listing has, by code."""

    countries: tuple[str, ...]
    languages: tuple[str, ...]


def search(session: Session, wanted: Wanted, *, now: datetime, after: str = "") -> Found:
    """Return a page of what somebody looks for; `after` is where the page before ended."""
    sought = sought_by(wanted)
    walked = ListingMarkRow
    conditions = [*_others(sought)]
    if wanted.open_now:
        conditions.append(_open_at(now))
    page = (
        select(walked.order_key)
        .where(walked.mark == rarest(sorted(sought.marks)), walked.order_key > after, *conditions)
        .order_by(walked.order_key)
        .limit(PAGE + 1)
        .subquery()
    )
    whole = select(ListingRow).join(page, page.c.order_key == ListingRow.order_key)
    rows = session.scalars(whole.order_by(ListingRow.order_key)).all()
    shown = rows[:PAGE]
    return Found(
        listings=tuple(map(as_listing, shown)),
        after=shown[-1].order_key if len(rows) > PAGE else "",
    )


def listing(session: Session, reference: str) -> Listing:
    """Return a listing that is shown; raises NoSuchListing."""
    return _one(session, ListingRow.reference == reference, ListingRow.shown.is_(True))


def listing_by_id(session: Session, listing_id: UUID) -> Listing:
    """Return a listing, shown or not; raises NoSuchListing."""
    return _one(session, ListingRow.id == listing_id)


def offered(session: Session) -> Offered:
    """Return what can be chosen, by one look at the index for each."""
    found = sorted(mark for mark in session.scalars(_marks_offered()) if mark)
    countries, languages = (
        tuple(mark.removeprefix(start) for mark in found if mark.startswith(start))
        for start in OFFERED
    )
    return Offered(countries=countries, languages=languages)


def rarest(marks: list[str]) -> ColumnElement[str]:
    """Return the mark that fewest listings have, of those that were asked for, or of all."""
    if len(marks) < 2:  # noqa: PLR2004 - nothing to choose from
        return literal(marks[0] if marks else ALL)
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


def _size(mark: str) -> Select[str, int]:
    some = select(literal(1)).where(ListingMarkRow.mark == mark).limit(ENOUGH).subquery()
    size = select(func.count()).select_from(some).scalar_subquery()
    return select(literal(mark).label("mark"), size.label("size"))


def _others(sought: Sought) -> Iterator[ColumnElement[bool]]:
    """Yield that a listing has each mark; the one that is walked is asked for once more."""
    for mark in sorted(sought.marks) if len(sought.marks) > 1 else ():
        other = aliased(ListingMarkRow)
        yield (
            select(literal(1))
            .where(other.mark == mark, other.order_key == ListingMarkRow.order_key)
            .exists()
        )
    for start in sorted(sought.beginnings):
        word = aliased(ListingMarkRow)
        yield (
            select(literal(1))
            .where(
                word.listing_id == ListingMarkRow.listing_id,
                word.mark >= start,
                word.mark < start + LAST,
            )
            .exists()
        )


def _open_at(now: datetime) -> ColumnElement[bool]:
    return (
        select(literal(1))
        .where(
            ListingOpeningRow.listing_id == ListingMarkRow.listing_id,
            ListingOpeningRow.begins_at <= now,
            ListingOpeningRow.ends_at > now,
        )
        .exists()
    )
