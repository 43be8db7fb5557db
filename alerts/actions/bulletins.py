"""Bulletins: made for an area, numbered, read until they are over."""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.bulletin import (
    LIFE,
    MOST_A_DAY,
    MOST_WARNINGS,
    Bulletin,
    BulletinLine,
    NoSuchBulletin,
    TooManyBulletins,
)
from alerts.records import BulletinRow
from reports import actions as reports
from storage.base import new_id
from storage.retention import Rule
from storage.sealing import Sealer

DAY = timedelta(days=1)
KEPT = timedelta(days=730)  # after it was over: its number stands on paper
TRIES = 3
SHOWN = 20


def make_bulletin(
    session: Session, sealer: Sealer, *, area: str, year: int, now: datetime
) -> BulletinLine:
    """Make a bulletin of the newest warnings of an area, under the next number of the year.

    Of two that are made at once the later one takes the number after. Raises TooManyBulletins.
    """
    lately = select(func.count()).where(BulletinRow.made_at > now - DAY)
    if (session.scalar(lately) or 0) >= MOST_A_DAY:
        raise TooManyBulletins
    warnings = reports.latest(session, sealer, areas=[area], now=now, limit=MOST_WARNINGS)
    references = " ".join(each.reference for each in warnings)
    for left in reversed(range(TRIES)):
        number = (session.scalar(_last(year)) or 0) + 1
        row = BulletinRow(
            id=new_id(),
            year=year,
            number=number,
            area=area,
            warnings=references,
            made_at=now,
            expires_at=now + LIFE,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            if not left:
                raise
        else:
            return _line(row)
    raise AssertionError  # the last try returned or raised


def bulletin(
    session: Session, sealer: Sealer, *, year: int, number: int, now: datetime
) -> Bulletin:
    """Return a bulletin, its warnings as they stand now; raises NoSuchBulletin.

    What was corrected since is right on the next sheet that is printed; what was withdrawn,
    suspended or ended is named as taken back. One that is over shows none.
    """
    row = session.scalar(
        select(BulletinRow).where(BulletinRow.year == year, BulletinRow.number == number)
    )
    if row is None:
        raise NoSuchBulletin
    line = _line(row)
    if line.is_over(now):
        return Bulletin(line=line, warnings=(), taken_back=())
    references = row.warnings.split()
    standing = {
        each.reference: each
        for each in reports.among(session, sealer, references=references, now=now)
    }
    return Bulletin(
        line=line,
        warnings=tuple(standing[each] for each in references if each in standing),
        taken_back=tuple(each for each in references if each not in standing),
    )


def bulletins(session: Session, *, now: datetime) -> tuple[BulletinLine, ...]:
    """Return the bulletins that are not over, newest first."""
    rows = session.scalars(
        select(BulletinRow)
        .where(BulletinRow.expires_at > now)
        .order_by(BulletinRow.made_at.desc(), BulletinRow.number.desc())
        .limit(SHOWN)
    )
    return tuple(map(_line, rows))


def retention() -> tuple[Rule, ...]:
    """Return how long a bulletin is kept."""
    return (
        Rule(
            name="bulletins that are over",
            kept=KEPT,
            total=lambda session: session.scalar(select(func.count(BulletinRow.id))) or 0,
            due=lambda session, at: (
                session.scalar(
                    select(func.count(BulletinRow.id)).where(BulletinRow.expires_at < at - KEPT)
                )
                or 0
            ),
            remove=_remove,
        ),
    )


def _remove(session: Session, at: datetime, most: int) -> int:
    chosen = session.scalars(
        select(BulletinRow.id).where(BulletinRow.expires_at < at - KEPT).limit(most)
    ).all()
    session.execute(delete(BulletinRow).where(BulletinRow.id.in_(chosen)))
    return len(chosen)


def _last(year: int) -> Select[int | None]:
    return select(func.max(BulletinRow.number)).where(BulletinRow.year == year)


def _line(row: BulletinRow) -> BulletinLine:
    return BulletinLine(
        year=row.year,
        number=row.number,
        area=row.area,
        made_at=row.made_at,
        expires_at=row.expires_at,
    )
