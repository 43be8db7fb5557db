"""Searching cases: by reference, or by the person's words, in memory, of cases one may open."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.actions.access import open_to
from casework.model import CaseCard
from casework.reading import card_of, intake_of, line_of
from casework.records import CaseLineRow, CaseRow
from members.model import Account
from storage.record_keys import Reader, open_keys

MOST_OPENED = 2_000
PART = 200  # cases whose keys and lines are in memory at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Cases that have the words, newest first, and whether older ones were not looked at."""

    cards: tuple[CaseCard, ...]
    there_are_more: bool = False


def search_cases(session: Session, reader: Reader, account: Account, *, words: str) -> Hits:
    """Return the case of a reference, or those in which the person's words have all of these.

    What was said to the person is looked through as well, the notes of the desk are not.
    """
    wanted = _plain(words).split()
    if not wanted:
        return Hits(cards=())
    named = session.scalar(
        select(CaseRow).where(CaseRow.reference == words.strip().upper(), open_to(account))
    )
    if named is not None:
        return Hits(cards=(card_of(named),))
    ids = session.scalars(
        select(CaseRow.id)
        .where(open_to(account))
        .order_by(CaseRow.opened_at.desc(), CaseRow.id)
        .limit(MOST_OPENED + 1)
    ).all()
    opened = ids[:MOST_OPENED]
    found = [
        card
        for start in range(0, len(opened), PART)
        for card in _having(session, reader, opened[start : start + PART], wanted)
    ]
    return Hits(cards=tuple(found), there_are_more=len(ids) > MOST_OPENED)


def _having(
    session: Session, reader: Reader, ids: Collection[UUID], wanted: Collection[str]
) -> list[CaseCard]:
    keys = open_keys(session, reader, ids)
    texts: dict[UUID, list[str]] = {each: [] for each in keys}
    for line in session.scalars(select(CaseLineRow).where(CaseLineRow.case_id.in_(keys))):
        texts[line.case_id].append(line_of(keys[line.case_id], line).text)
    rows = session.scalars(
        select(CaseRow).where(CaseRow.id.in_(keys)).order_by(CaseRow.opened_at.desc(), CaseRow.id)
    )
    found = []
    for row in rows:
        intake = intake_of(keys[row.id], row)
        told = (intake.words, intake.called, intake.safe_times, intake.address, *texts[row.id])
        plain = _plain("\n".join(told))
        if all(each in plain for each in wanted):
            found.append(card_of(row))
    return found


def _plain(text: str) -> str:
    """Return text as it is compared: without case, accents and width."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
