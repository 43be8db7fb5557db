"""Retention: what is kept for how long, removed in parts, and stopped if much is due at once.

A room offers rules; `workers.retaining` runs them. Much at once is more than 1% of a table, unless
the run before saw it coming: an alert to everybody ends its 90 days in one day. What nobody saw
coming is a clock that jumped, or a mistake, and somebody has to look at it first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

DAY = timedelta(days=1)
FORESEEN_DAYS = 7
SHARE = 0.01
FEW = 50  # rows: in a small table one is more than 1%


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that is kept for a time: how many there are, how many are due, and their removal.

    `due` counts what will be due at a moment; `remove` removes up to a number of what is due,
    within the caller's transaction, and returns how many it removed.
    """

    name: str
    kept: timedelta
    total: Callable[[Session], int]
    due: Callable[[Session, datetime], int]
    remove: Callable[[Session, datetime, int], int]


def count_rows(session: Session, rows: Select[*tuple[Any, ...]]) -> int:
    """Return how many rows a statement finds: what is due, for a rule."""
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What a run saw coming: how much will be due one day later, two days later, and so on."""

    at: datetime
    due: Sequence[int]

    def by(self, now: datetime) -> int:
        """Return how much was to be due by now; nothing beyond what was looked ahead."""
        days = -(-(now - self.at) // DAY)
        if days <= 0 or days > len(self.due):
            return 0
        return self.due[days - 1]


def look_ahead(session: Session, rule: Rule, *, now: datetime) -> Foresight:
    """Return what of a rule will be due in the next days."""
    ahead = [rule.due(session, now + DAY * days) for days in range(1, FORESEEN_DAYS + 1)]
    return Foresight(at=now, due=ahead)


def may_go(*, due: int, total: int, foreseen: int) -> bool:
    """Whether so much may be removed without anybody looking."""
    return due <= max(FEW, total * SHARE, foreseen + FEW)
