"""Whom to call: services of the whole country, by kind, or those that answer at a moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from directory.actions.rows import as_listing
from directory.model import Listing, ListingKind, Phone
from directory.records import ListingMarkRow, ListingOpeningRow, ListingRow

EACH = 2  # of a kind: they stand on one sheet of paper, and more is a search
NONE = "[]"  # as JSON is stored; no areas stand for the whole country


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """As much of a listing as a sheet of paper needs."""

    name: str
    reference: str
    phones: tuple[Phone, ...]


def whom_to_call(
    session: Session, kinds: Iterable[ListingKind], *, country: str
) -> Mapping[ListingKind, tuple[Service, ...]]:
    """Return the first services by name of each kind; a kind without any is left out."""
    marks = {f"kind:{kind}": kind for kind in kinds}
    place = func.row_number().over(
        partition_by=ListingMarkRow.mark, order_by=ListingMarkRow.order_key
    )
    everywhere = (
        select(ListingMarkRow.mark, ListingMarkRow.listing_id, place.label("place"))
        .join(ListingRow, ListingRow.id == ListingMarkRow.listing_id)
        .where(
            ListingMarkRow.mark.in_(marks),
            ListingRow.shown,
            ListingRow.country == country,
            cast(ListingRow.areas, String) == NONE,
        )
        .subquery()
    )
    found: dict[ListingKind, tuple[Service, ...]] = {}
    for mark, row in session.execute(
        select(everywhere.c.mark, ListingRow)
        .join(everywhere, everywhere.c.listing_id == ListingRow.id)
        .where(everywhere.c.place <= EACH)
        .order_by(ListingRow.order_key)
    ):
        found[marks[mark]] = (*found.get(marks[mark], ()), _service(row))
    return {kind: found[kind] for kind in marks.values() if kind in found}


def answering_now(
    session: Session, kinds: Sequence[ListingKind], *, country: str, now: datetime, most: int
) -> tuple[Listing, ...]:
    """Return some services with a phone of these kinds that answer, the first kinds first."""
    marks = {f"kind:{kind}": place for place, kind in enumerate(kinds)}
    place = func.min(case(marks, value=ListingMarkRow.mark)).label("place")
    of_kinds = (
        select(ListingMarkRow.listing_id, place)
        .where(ListingMarkRow.mark.in_(marks))
        .group_by(ListingMarkRow.listing_id)
        .subquery()
    )
    answers = select(literal(1)).where(
        ListingOpeningRow.listing_id == ListingRow.id,
        ListingOpeningRow.begins_at <= now,
        ListingOpeningRow.ends_at > now,
    )
    rows = session.scalars(
        select(ListingRow)
        .join(of_kinds, of_kinds.c.listing_id == ListingRow.id)
        .where(
            ListingRow.shown,
            ListingRow.country == country,
            cast(ListingRow.areas, String) == NONE,
            cast(ListingRow.phones, String) != NONE,
            answers.exists(),
        )
        .order_by(of_kinds.c.place, ListingRow.order_key)
        .limit(most)
    )
    return tuple(map(as_listing, rows))


def _service(row: ListingRow) -> Service:
    phones = tuple(Phone(**each) for each in row.phones)
    return Service(name=row.name, reference=row.reference, phones=phones)
