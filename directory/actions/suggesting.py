"""Suggestions: what somebody wrote about a listing, or about one that is missing, for the desk.

Each is sealed under a key of its own, which is wrapped to the desk: whoever takes it in cannot read
it afterwards. What was decided is kept for a while, so that the same is not looked into twice.
"""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.orm import Session

from directory.actions.searching import listing
from directory.model import (
    MOST_SUGGESTIONS,
    NoSuchSuggestion,
    Suggestion,
    TooManySuggestions,
    Waiting,
)
from directory.records import ListingRow, SuggestionRow
from members.actions import holders
from storage.base import new_id
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import Reader, keep_key, open_keys, shred
from storage.retention import Rule

TABLE = "listing_suggestion"
DAY = timedelta(days=1)
DECIDED_KEPT = timedelta(days=90)
UNDECIDED_KEPT = timedelta(days=365)
SHOWN = 50  # on a page of the desk
SUGGESTION = TypeAdapter(Suggestion)


def send_suggestion(
    session: Session, sealers: Sealers, suggestion: Suggestion, *, reference: str, now: datetime
) -> None:
    """Put a suggestion into the queue; without a reference it is about a service that is missing.

    Raises NoSuchListing, TooManySuggestions.
    """
    about = listing(session, reference).id if reference else None
    lately = select(func.count()).where(SuggestionRow.received_at > now - DAY)
    if (session.scalar(lately) or 0) >= MOST_SUGGESTIONS:
        raise TooManySuggestions
    key, row_id = DataKey.fresh(), new_id()
    plain = SUGGESTION.dump_json(suggestion)
    session.add(
        SuggestionRow(
            id=row_id,
            listing_id=about,
            received_at=now,
            sealed_words=key.seal(plain, table=TABLE, column="sealed_words", row=row_id),
        )
    )
    session.flush()
    keep_key(session, key, record_id=row_id, holders=holders(session, sealers))
    session.flush()


def waiting_suggestions(session: Session, reader: Reader) -> tuple[Waiting, ...]:
    """Return the suggestions that wait longest; those that the reader has no key to, without words.

    Raises CannotOpen.
    """
    rows = session.execute(
        select(SuggestionRow, ListingRow.name)
        .outerjoin(ListingRow, ListingRow.id == SuggestionRow.listing_id)
        .where(SuggestionRow.decided_at.is_(None))
        .order_by(SuggestionRow.received_at, SuggestionRow.id)
        .limit(SHOWN)
    ).all()
    keys = open_keys(session, reader, [row.id for row, _ in rows])
    return tuple(
        Waiting(
            id=row.id,
            received_at=row.received_at,
            listing_id=row.listing_id,
            listing_name=name or "",
            said=_said(keys[row.id], row) if row.id in keys else None,
        )
        for row, name in rows
    )


def count_waiting(session: Session) -> int:
    """Return how many suggestions nobody decided on."""
    undecided = select(func.count()).where(SuggestionRow.decided_at.is_(None))
    return session.scalar(undecided) or 0


def decide_suggestion(
    session: Session, suggestion_id: UUID, *, taken: bool, by: UUID, now: datetime
) -> None:
    """Say whether a suggestion was taken; raises NoSuchSuggestion, also if somebody has said so."""
    decided = (
        update(SuggestionRow)
        .where(SuggestionRow.id == suggestion_id, SuggestionRow.decided_at.is_(None))
        .values(decided_at=now, decided_by=by, taken=taken)
    )
    found = session.execute(decided.returning(SuggestionRow.id)).one_or_none()
    if found is None:
        raise NoSuchSuggestion


def retention() -> tuple[Rule, ...]:
    """Return what of suggestions is kept for how long."""
    return (
        Rule(
            name="suggestions for the directory",
            kept=DECIDED_KEPT,
            total=_total,
            due=lambda session, at: _count(session, _over(at)),
            remove=lambda session, at, most: _remove(session, _over(at), most),
        ),
        Rule(
            name="suggestions that nobody decided on",
            kept=UNDECIDED_KEPT,
            total=_total,
            due=lambda session, at: _count(session, _left(at)),
            remove=lambda session, at, most: _remove(session, _left(at), most),
        ),
    )


def sealed_records() -> Select[UUID]:
    """Return the ids of all that is sealed under a key of its own."""
    return select(SuggestionRow.id)


def _said(key: DataKey, row: SuggestionRow) -> Suggestion:
    return SUGGESTION.validate_json(
        key.unseal(row.sealed_words, table=TABLE, column="sealed_words", row=row.id)
    )


def _over(at: datetime) -> ColumnElement[bool]:
    return SuggestionRow.decided_at < at - DECIDED_KEPT


def _left(at: datetime) -> ColumnElement[bool]:
    return SuggestionRow.decided_at.is_(None) & (SuggestionRow.received_at < at - UNDECIDED_KEPT)


def _total(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SuggestionRow)) or 0


def _count(session: Session, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(which)) or 0


def _remove(session: Session, which: ColumnElement[bool], most: int) -> int:
    chosen = session.scalars(select(SuggestionRow.id).where(which).limit(most)).all()
    shred(session, chosen)
    session.execute(delete(SuggestionRow).where(SuggestionRow.id.in_(chosen)))
    return len(chosen)
