"""Writing listings: each write brings what finds the listing, and when it is open, up to date."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from directory.actions.opening import lay_out
from directory.actions.rows import as_listing, write_down
from directory.marks import marks_of, order_key
from directory.model import ListingDraft, NoSuchListing
from directory.records import ListingMarkRow, ListingRow
from storage.base import new_id

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U to mistake
REFERENCE_LENGTH = 8


def write_listing(
    session: Session,
    draft: ListingDraft,
    *,
    areas: Mapping[str, str],
    listing_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Write a new listing, or one that is there in its place, which keeps its reference.

    `areas` are the names of the instance's areas. Raises NoSuchListing.
    """
    row = _new(session) if listing_id is None else _get(session, listing_id)
    write_down(row, draft)
    row.order_key = order_key(draft.name, row.id)
    row.changed_at = now
    session.flush()
    _mark(session, row, areas)
    lay_out(
        session,
        listing_id=row.id,
        hours=draft.hours,
        time_zone=draft.time_zone,
        region=draft.region,
        now=now,
    )
    return row.id


def hide_listing(session: Session, listing_id: UUID, *, now: datetime) -> None:
    """Take a listing out of what people find; raises NoSuchListing."""
    row = _get(session, listing_id)
    row.shown, row.changed_at = False, now
    _unmark(session, row)


def show_listing(
    session: Session, listing_id: UUID, *, areas: Mapping[str, str], now: datetime
) -> None:
    """Let people find a listing again; raises NoSuchListing."""
    row = _get(session, listing_id)
    row.shown, row.changed_at = True, now
    _mark(session, row, areas)


def confirm_listing(session: Session, listing_id: UUID, *, on: date) -> None:
    """Say that all of a listing was looked at on a day and is so; raises NoSuchListing."""
    confirmed = update(ListingRow).where(ListingRow.id == listing_id).values(verified_on=on)
    found = session.execute(confirmed.returning(ListingRow.id)).one_or_none()
    if found is None:
        raise NoSuchListing


def _new(session: Session) -> ListingRow:
    reference = "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))
    row = ListingRow(id=new_id(), reference=reference, shown=True)
    session.add(row)
    return row


def _get(session: Session, listing_id: UUID) -> ListingRow:
    row = session.get(ListingRow, listing_id)
    if row is None:
        raise NoSuchListing
    return row


def _mark(session: Session, row: ListingRow, areas: Mapping[str, str]) -> None:
    _unmark(session, row)
    if row.shown:
        marks = marks_of(as_listing(row), areas)
        found = [
            {"mark": mark, "order_key": row.order_key, "listing_id": row.id}
            for mark in sorted(marks)
        ]
        session.execute(insert(ListingMarkRow), found)


def _unmark(session: Session, row: ListingRow) -> None:
    session.execute(delete(ListingMarkRow).where(ListingMarkRow.listing_id == row.id))
