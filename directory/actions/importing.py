"""Bringing a sheet in, line by line: what each would do, and, if so wished, doing it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.actions.rows import as_listing
from directory.actions.writing import write_listing
from directory.marks import order_key
from directory.model import Listing, ListingDraft, Refused
from directory.reading import FIELDS, read_draft
from directory.records import ListingRow
from directory.sheets import REFERENCE, Line

PART = 500  # listings read at once


class Effect(StrEnum):
    """What a line of a sheet does."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one line does, which fields it changes, and by field why it is refused."""

    line: int
    effect: Effect
    name: str = ""
    changed: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an instance knows, and when it is: what lines are read against."""

    areas: Mapping[str, str]
    home_region: str
    today: date
    now: datetime


def bring_in(
    session: Session, lines: Iterable[Line], *, terms: Terms, write: bool
) -> Iterator[Outcome]:
    """Yield what each line does; with `write` it has been done, but for the lines refused.

    A line is about the listing of its reference, or else the one of its name in its country. The
    caller commits, or does not: all of it is one transaction. What was met is remembered as hashes
    of 8 octets, so that a sheet of any length takes next to no room.
    """
    met: set[bytes] = set()
    for line in lines:
        try:
            outcome = _outcome(session, line, terms, met, write=write)
        except Refused as error:
            name = line.cells.get("name", "").strip()
            outcome = Outcome(
                line=line.number, effect=Effect.REFUSED, name=name, errors=error.errors
            )
        yield outcome


def all_listings(session: Session, *, part: int = PART) -> Iterator[Listing]:
    """Yield every listing, shown or not, in the order of names and a part at a time."""
    after = ""
    while True:
        rows = session.scalars(
            select(ListingRow)
            .where(ListingRow.order_key > after)
            .order_by(ListingRow.order_key)
            .limit(part)
        ).all()
        yield from map(as_listing, rows)
        if len(rows) < part:
            return
        after = rows[-1].order_key
        session.expunge_all()


def _outcome(
    session: Session, line: Line, terms: Terms, met: set[bytes], *, write: bool
) -> Outcome:
    draft = _draft(line, terms)
    there = _there(session, line, draft)
    if there is not None:
        _meet(there.id.hex, met)
    if not line.cells.get(REFERENCE, "").strip():
        _meet(f"{_folded(draft.name)}\t{draft.country}", met)
    changed = _changes(there, draft) if there else ()
    effect = Effect.ADDED if there is None else Effect.CHANGED if changed else Effect.SAME
    if write and effect is not Effect.SAME:
        write_listing(
            session,
            draft,
            areas=terms.areas,
            listing_id=there.id if there else None,
            now=terms.now,
        )
    return Outcome(line=line.number, effect=effect, name=draft.name, changed=changed)


def _draft(line: Line, terms: Terms) -> ListingDraft:
    if not line.is_whole:
        raise Refused({"name": "This line has more or fewer cells than the first one has columns."})
    return read_draft(
        line.cells, areas=terms.areas, home_region=terms.home_region, today=terms.today
    )


def _there(session: Session, line: Line, draft: ListingDraft) -> Listing | None:
    """Return the listing that a line is about, if there is one."""
    reference = line.cells.get(REFERENCE, "").strip().upper()
    if reference:
        row = session.scalar(select(ListingRow).where(ListingRow.reference == reference))
        if row is None:
            words = "No listing here has this reference. Take it out to add a listing."
            raise Refused({REFERENCE: words})
        return as_listing(row)
    folded = _folded(draft.name)
    rows = session.scalars(
        select(ListingRow)
        .where(ListingRow.order_key > f"{folded}\t", ListingRow.order_key < f"{folded}\n")
        .where(ListingRow.country == draft.country)
        .limit(2)
    ).all()
    if len(rows) > 1:
        raise Refused({"name": "More than one listing has this name. Say which by its reference."})
    return as_listing(rows[0]) if rows else None


def _changes(there: Listing, draft: ListingDraft) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if getattr(there, name) != getattr(draft, name))


def _folded(name: str) -> str:
    """Return a name as it is compared: the first part of what listings are ordered by."""
    return order_key(name, UUID(int=0)).partition("\t")[0]


def _meet(key: str, met: set[bytes]) -> None:
    """Refuse what a line before was about; two listings of one name are told by reference."""
    short = blake2b(key.encode(), digest_size=8).digest()
    if short in met:
        raise Refused({"name": "A line above is about the same listing."})
    met.add(short)
