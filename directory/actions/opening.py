"""Opening hours laid out in time, so that "open now" is one comparison of a search."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from directory.hours import openings
from directory.model import Opening
from directory.records import ListingOpeningRow, ListingRow

LAID_OUT = timedelta(days=9)
LEFT = timedelta(days=8)  # with less of it left it is laid out anew: once a day


def lay_out(
    session: Session, *, listing_id: UUID, hours: str, time_zone: str, region: str, now: datetime
) -> None:
    """Lay out a listing's hours for the next days, in place of what was laid out of it.

    Raises ValueError for what `check_hours` would refuse, and for an unknown zone or region.
    """
    _keep(session, {listing_id: _openings(hours, time_zone, region, now)}, now=now)


def extend(session: Session, *, now: datetime, most: int) -> int:
    """Lay out anew what nears its end, of at most so many listings; return of how many.

    So is what a clock that had jumped laid out for another time. Listings that somebody writes
    meanwhile are left to them. Hours that cannot be read any more count as not known.
    """
    due = session.execute(
        select(ListingRow.id, ListingRow.hours, ListingRow.time_zone, ListingRow.region)
        .where(
            or_(
                ListingRow.laid_out_until <= now + LEFT,
                ListingRow.laid_out_until > now + LAID_OUT + (LAID_OUT - LEFT),
            )
        )
        .order_by(ListingRow.laid_out_until)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    found = {
        listing_id: _readable(hours, time_zone, region, now)
        for listing_id, hours, time_zone, region in due
    }
    _keep(session, found, now=now)
    return len(due)


def openings_of(
    session: Session, listing_ids: Collection[UUID], *, since: datetime, until: datetime
) -> dict[UUID, tuple[Opening, ...]]:
    """Return what is laid out of listings between two moments, in its order; whole, not cut off."""
    found: dict[UUID, list[Opening]] = {each: [] for each in listing_ids}
    rows = session.execute(
        select(ListingOpeningRow.listing_id, ListingOpeningRow.begins_at, ListingOpeningRow.ends_at)
        .where(
            ListingOpeningRow.listing_id.in_(listing_ids),
            ListingOpeningRow.begins_at < until,
            ListingOpeningRow.ends_at > since,
        )
        .order_by(ListingOpeningRow.listing_id, ListingOpeningRow.begins_at)
    )
    for listing_id, begins, ends in rows:
        found[listing_id].append(Opening(begins=begins, ends=ends))
    return {listing_id: tuple(each) for listing_id, each in found.items()}


def _openings(hours: str, time_zone: str, region: str, now: datetime) -> tuple[Opening, ...] | None:
    """Return what is laid out of hours; None if they are not known."""
    until = now + LAID_OUT
    if not hours:
        return None
    return openings(hours, time_zone=time_zone, region=region, since=now, until=until)


def _readable(hours: str, time_zone: str, region: str, now: datetime) -> tuple[Opening, ...] | None:
    try:
        return _openings(hours, time_zone, region, now)
    except ValueError:
        return None


def _keep(
    session: Session, found: Mapping[UUID, tuple[Opening, ...] | None], *, now: datetime
) -> None:
    """Put openings in the place of those that were; the rows of the listings are locked first."""
    known = [listing_id for listing_id, laid_out in found.items() if laid_out is not None]
    for ids, until in ((known, now + LAID_OUT), ([*found.keys() - known], None)):
        if ids:
            session.execute(
                update(ListingRow).where(ListingRow.id.in_(ids)).values(laid_out_until=until)
            )
    session.execute(delete(ListingOpeningRow).where(ListingOpeningRow.listing_id.in_(found.keys())))
    rows = [
        {"listing_id": listing_id, "begins_at": each.begins, "ends_at": each.ends}
        for listing_id, laid_out in found.items()
        for each in laid_out or ()
    ]
    if rows:
        session.execute(insert(ListingOpeningRow), rows)
