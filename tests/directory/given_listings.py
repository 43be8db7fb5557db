"""Builders of listings: rows as the directory keeps them, for tests of what is done with them."""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from directory.records import ListingRow
from storage.base import new_id


def a_listing(
    session: Session,
    *,
    hours: str = "Mo-Fr 09:00-17:00; PH off",
    time_zone: str = "Europe/London",
    region: str = "GB-ENG",
    laid_out_until: datetime | None = None,
) -> UUID:
    """Keep a listing; return its id."""
    listing_id = new_id()
    session.execute(
        insert(ListingRow).values(
            id=listing_id,
            reference=listing_id.hex[:8],
            shown=True,
            name="The Night Line",
            order_key=f"the night line {listing_id}",
            kinds=["sex_workers"],
            summary="Somebody to talk to.",
            phones=[],
            email="",
            web="",
            hours=hours,
            time_zone=time_zone,
            country="GB",
            region=region,
            areas=[],
            languages=["en"],
            groups=[],
            cost="free",
            works_with="",
            involvement="",
            priorities="",
            challenges="",
            source="https://example.org/",
            verified_on=date(2026, 3, 1),
            changed_at=datetime(2026, 3, 1, tzinfo=UTC),
            laid_out_until=laid_out_until,
        )
    )
    return listing_id
