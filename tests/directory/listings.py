"""Listings as the tests write them."""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory import actions
from directory.model import ListingDraft, ListingKind, Phone, Wanted

AREAS = {"GB-GMP": "Greater Manchester", "GB-MET": "London", "GB-SCT": "Scotland"}
MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HELPLINE = Phone(number="0808 157 0123", e164="+448081570123", purpose="helpline")


def a_draft(**said: object) -> ListingDraft:
    """Return a draft that says little, but for what the test cares about."""
    given: dict[str, object] = {
        "name": "Lantern",
        "kinds": frozenset({ListingKind.LEGAL}),
        "summary": "Advice.",
        "country": "GB",
        "source": "The tests",
        "verified_on": date(2026, 3, 1),
    }
    return ListingDraft(**given | said)  # type: ignore[arg-type] # as the test says


def written(session: Session, *, now: datetime = MONDAY, **said: object) -> UUID:
    """Write a listing."""
    return actions.write_listing(session, a_draft(**said), areas=AREAS, now=now)


def names(session: Session, *, now: datetime = MONDAY, **wanted: object) -> list[str]:
    """Return the names of what is found, in the order in which it is."""
    asked = Wanted(**wanted)  # type: ignore[arg-type] # as the test says
    return [each.name for each in actions.search(session, asked, now=now).listings]
