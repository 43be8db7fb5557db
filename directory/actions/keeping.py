"""Keeping listings: which nobody looked at for long, and writing one that nobody else wrote."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.actions.rows import as_listing
from directory.actions.writing import write_listing
from directory.model import STALE, Listing, ListingDraft, NoSuchListing
from directory.records import ListingRow

MOST = 50  # listings of a page


class ListingMoved(Exception):
    """Somebody else wrote the listing since it was read; `listing` is what it says now."""

    def __init__(self, listing: Listing) -> None:
        """Keep what it says now."""
        super().__init__(listing.reference)
        self.listing = listing


def by_age(session: Session, *, page: int) -> tuple[Listing, ...]:
    """Return a page of listings, shown or not; what was looked at longest ago comes first."""
    rows = session.scalars(
        select(ListingRow)
        .order_by(ListingRow.verified_on, ListingRow.id)
        .offset(page * MOST)
        .limit(MOST)
    )
    return tuple(map(as_listing, rows))


def count_listings(session: Session) -> int:
    """Return how many listings there are, shown or not."""
    return session.scalar(select(func.count()).select_from(ListingRow)) or 0


def count_stale(session: Session, *, today: date) -> int:
    """Return how many listings that are shown nobody looked at for half a year."""
    stale = (ListingRow.verified_on < today - STALE) & ListingRow.shown
    return session.scalar(select(func.count()).select_from(ListingRow).where(stale)) or 0


def rewrite_listing(
    session: Session,
    listing_id: UUID,
    draft: ListingDraft,
    *,
    read_at: str,
    areas: Mapping[str, str],
    now: datetime,
) -> None:
    """Write a listing in its place; `read_at` is its `changed_at` when it was read, in ISO 8601.

    Raises NoSuchListing, and ListingMoved if somebody wrote it since then.
    """
    row = session.get(ListingRow, listing_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchListing
    if row.changed_at.isoformat() != read_at:
        raise ListingMoved(as_listing(row))
    write_listing(session, draft, areas=areas, listing_id=listing_id, now=now)
