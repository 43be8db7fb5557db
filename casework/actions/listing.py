"""The desk's cases: a list, what is due first at its top, and a board by where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    func,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from casework.actions.access import open_to
from casework.model import RUNNING, CaseCard, CaseState
from casework.reading import card_of
from casework.records import CaseRow
from members.model import Account

PAGE = 25
COLUMN = 20  # cases in a column of the board
START = datetime(1970, 1, 1, tzinfo=UTC)


class Whose(StrEnum):
    """Whose cases are listed, of those that one may open."""

    MINE = "mine"
    UNTAKEN = "untaken"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Some cases, and where the next page begins; "" if this is the last."""

    cards: tuple[CaseCard, ...]
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Cases that stand alike: those that are due first, and how many there are in all."""

    cards: tuple[CaseCard, ...]
    count: int


def list_cases(
    session: Session,
    account: Account,
    *,
    whose: Whose = Whose.ALL,
    state: CaseState | None = None,
    after: str = "",
) -> CasePage:
    """Return cases that run, or stand alike; what is due first, those with nothing due last.

    A closed one to which its person wrote again is due, too. Two statements at most. What is no
    place to go on from begins at the top.
    """
    stands = CaseRow.state == state if state else true()
    conditions = (open_to(account), _of(whose, account), stands)
    due, since, last = _place(after)
    found: list[CaseRow] = []
    if due:  # whatever its state, so that it is read off one index
        found += session.scalars(_walk(CaseRow.due_at, since, last, *conditions)).all()
        since, last = START, UUID(int=0)
    if len(found) <= PAGE:
        free = (CaseRow.due_at.is_(None), CaseRow.state.in_(RUNNING), *conditions)
        found += session.scalars(_walk(CaseRow.opened_at, since, last, *free)).all()
    page = found[:PAGE]
    return CasePage(
        cards=tuple(map(card_of, page)), after=_after(page[-1]) if len(found) > PAGE else ""
    )


def list_closed(session: Session, account: Account) -> tuple[CaseCard, ...]:
    """Return the cases that were closed last."""
    rows = session.scalars(
        select(CaseRow)
        .where(CaseRow.closed_at.is_not(None), open_to(account))
        .order_by(CaseRow.closed_at.desc())
        .limit(PAGE)
    )
    return tuple(map(card_of, rows))


def board(
    session: Session, account: Account, *, whose: Whose = Whose.ALL
) -> Mapping[CaseState, Column]:
    """Return the cases that run, by where they stand; two statements."""
    conditions = (open_to(account), _of(whose, account))
    counted = session.execute(
        select(CaseRow.state, func.count())
        .where(CaseRow.state.in_(RUNNING), *conditions)
        .group_by(CaseRow.state)
    )
    counts = dict(counted.all())
    columns = [
        select(CaseRow)
        .where(CaseRow.state == state, *conditions)
        .order_by(CaseRow.due_at.is_(None), CaseRow.due_at, CaseRow.id)
        .limit(COLUMN)
        .subquery()
        for state in RUNNING
    ]
    every = union_all(*(select(each) for each in columns)).subquery()
    cards = [card_of(row) for row in session.scalars(select(aliased(CaseRow, every)))]
    return {
        state: Column(
            cards=tuple(each for each in cards if each.state is state), count=counts.get(state, 0)
        )
        for state in RUNNING
    }


def _of(whose: Whose, account: Account) -> ColumnElement[bool]:
    match whose:
        case Whose.MINE:
            return CaseRow.assignee_id == account.id
        case Whose.UNTAKEN:
            return CaseRow.state == CaseState.NEW
        case Whose.ALL:
            return true()


def _walk(
    key: SQLColumnExpression[Any], since: datetime, last: UUID, *conditions: ColumnElement[bool]
) -> Select[CaseRow]:
    return (
        select(CaseRow)
        .where(tuple_(key, CaseRow.id) > tuple_(since, last), *conditions)
        .order_by(key, CaseRow.id)
        .limit(PAGE + 1)
    )


def _after(row: CaseRow) -> str:
    at = row.due_at or row.opened_at
    return f"{'d' if row.due_at else 'o'}{at.timestamp():.6f}_{row.id.hex}"


def _place(after: str) -> tuple[bool, datetime, UUID]:
    """Return whether it goes on among what is due, from when and from which case on."""
    try:
        at, row_id = after[1:].split("_")
        return after[0] == "d", datetime.fromtimestamp(float(at), UTC), UUID(row_id)
    except (ValueError, OverflowError, OSError):
        return True, START, UUID(int=0)
