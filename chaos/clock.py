"""Making time pass: moments in the database move, as if every clock had jumped the other way.

To the programs it looks like a jump of the clock, or like having slept; a lease of two minutes or a
look that is due in a quarter of an hour is over at once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Interval,
    column,
    func,
    literal,
    select,
    table,
    update,
)

from storage.base import Moment

DELIVERY = table(
    "delivery",
    column("state"),
    column("lease_until", Moment),
    column("next_at", Moment),
    column("look_at", Moment),
)
WAITS = DELIVERY.c.state == "pending"
RELEVANT: dict[str, ColumnElement[bool]] = {
    "lease_until": DELIVERY.c.lease_until.is_not(None),
    "next_at": WAITS,
    "look_at": DELIVERY.c.look_at.is_not(None),
}


def jump(engine: Engine, seconds: float, *, of: Sequence[str] = tuple(RELEVANT)) -> None:
    """Let the clock jump forward, or back if `seconds` is below zero."""
    with engine.begin() as connection:
        for name in of:
            moment = DELIVERY.c[name]
            earlier = {name: _earlier(connection, moment, seconds)}
            connection.execute(update(DELIVERY).where(RELEVANT[name]).values(earlier))


def next_moment(connection: Connection) -> float | None:
    """Return the seconds until the next thing is due (below zero: it is); None if nothing will."""
    firsts = (
        connection.scalar(select(func.min(DELIVERY.c[name], type_=Moment)).where(relevant))
        for name, relevant in RELEVANT.items()
    )
    found = [(each - datetime.now(UTC)).total_seconds() for each in firsts if each is not None]
    return min(found, default=None)


def _earlier(
    connection: Connection, moment: ColumnElement[datetime], seconds: float
) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite":
        # Six digits, as SQLAlchemy stores and compares them.
        text = func.strftime("%Y-%m-%d %H:%M:%f", moment, f"{-seconds} seconds")
        return text.concat("000")
    return moment - literal(timedelta(seconds=seconds), Interval)
