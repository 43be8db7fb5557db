"""Services that stand in a house's directory, as its rows hold them."""

from datetime import UTC, date, datetime
from uuid import uuid4

from directory.model import ListingKind
from directory.records import ListingMarkRow, ListingRow
from tests.whole import Whole

PHONE = {"number": "01632 960 123", "e164": "+441632960123", "purpose": "helpline"}


def add_service(
    house: Whole,
    name: str,
    *kinds: ListingKind,
    shown: bool = True,
    country: str = "GB",
    areas: tuple[str, ...] = (),
) -> str:
    """Put a listing and its marks into a house, and return its address."""
    listing_id, key = uuid4(), f"{name.casefold()} {uuid4()}"
    with house.writing() as session:
        session.add(
            ListingRow(
                id=listing_id,
                reference=listing_id.hex[:8],
                shown=shown,
                name=name,
                order_key=key,
                kinds=[*kinds],
                summary="Listens.",
                phones=[PHONE],
                email="",
                web="",
                hours="",
                time_zone="",
                country=country,
                region="",
                areas=[*areas],
                languages=[],
                groups=[],
                cost="free",
                works_with="",
                involvement="",
                priorities="",
                challenges="",
                source="A test.",
                verified_on=date(2026, 11, 1),
                changed_at=datetime.now(UTC),
            )
        )
        session.flush()
        session.add_all(
            ListingMarkRow(mark=f"kind:{kind}", order_key=key, listing_id=listing_id)
            for kind in kinds
        )
    return f"/directory/{listing_id.hex[:8]}"
