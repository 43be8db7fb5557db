"""A listing as its row holds it."""

from dataclasses import asdict

from directory.model import Cost, Group, Listing, ListingDraft, ListingKind, Phone
from directory.records import ListingRow

AS_THEY_ARE = (
    "name",
    "summary",
    "email",
    "web",
    "hours",
    "time_zone",
    "country",
    "region",
    "works_with",
    "involvement",
    "priorities",
    "challenges",
    "source",
    "verified_on",
)


def as_listing(row: ListingRow) -> Listing:
    """Return the listing of a row."""
    return Listing(
        id=row.id,
        reference=row.reference,
        shown=row.shown,
        changed_at=row.changed_at,
        kinds=frozenset(map(ListingKind, row.kinds)),
        phones=tuple(Phone(**each) for each in row.phones),
        areas=frozenset(row.areas),
        languages=tuple(row.languages),
        groups=frozenset(map(Group, row.groups)),
        cost=Cost(row.cost),
        **{name: getattr(row, name) for name in AS_THEY_ARE},
    )


def write_down(row: ListingRow, draft: ListingDraft) -> None:
    """Put what a draft says into a row; sets are kept in their fixed order."""
    for name in AS_THEY_ARE:
        setattr(row, name, getattr(draft, name))
    row.kinds = [kind for kind in ListingKind if kind in draft.kinds]
    row.phones = [asdict(each) for each in draft.phones]
    row.areas = sorted(draft.areas)
    row.languages = [*draft.languages]
    row.groups = [group for group in Group if group in draft.groups]
    row.cost = draft.cost
