"""Whom to call: the first services of the whole country for each of some kinds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from directory.model import ListingKind, Phone
from directory.records import ListingMarkRow, ListingRow

EACH = 2  # of a kind: they stand on one sheet of paper, and more is a search
NO_AREAS = "[]"  # as JSON is stored: for the whole country


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
            cast(ListingRow.areas, String) == NO_AREAS,
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


def _service(row: ListingRow) -> Service:
    phones = tuple(Phone(**each) for each in row.phones)
    return Service(name=row.name, reference=row.reference, phones=phones)
