"""Runs of retention: begun once a day, gone on with after a crash, ended with a report."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.base import new_id
from storage.dialects import insert_or_ignore, upsert
from storage.records import ClockRow, RetentionCountRow, RetentionRunRow
from storage.retention import DAY, Foresight, Rule, look_ahead, may_go

EVERY = DAY
REPORTS_KEPT = timedelta(days=400)
ASLEEP = timedelta(days=7)  # a service that slept longer, or whose clock jumped, is looked at first
BACK = timedelta(hours=2)  # a clock may be set back by an hour without harm


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a run found and did for one rule."""

    rule: str
    total: int
    due: int
    removed: int
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a survey found of one rule; `ahead` is what will be due in the next days."""

    rule: str
    total: int
    due: int
    held: bool
    ahead: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of retention and what came of it."""

    id: UUID
    began_at: datetime
    ended_at: datetime | None
    counts: tuple[Count, ...]

    @property
    def held(self) -> tuple[Count, ...]:
        """Return what was not removed, because so much was due that somebody has to look."""
        return tuple(each for each in self.counts if each.held)


def trust_clock(session: Session, *, now: datetime) -> bool:
    """Whether the clock moved on as clocks do since it was last seen; it is seen now if so.

    After a jump nothing is removed or ended: a clock that was set to next year would end it all.
    """
    session.execute(insert_or_ignore(session, ClockRow).values(id=1, seen_at=now))
    moved = session.scalars(
        update(ClockRow)
        .where(ClockRow.seen_at >= now - ASLEEP, ClockRow.seen_at <= now + BACK)
        .values(seen_at=now)
        .returning(ClockRow.id)
    )
    return moved.first() is not None


def clock_jumped(session: Session, *, now: datetime) -> bool:
    """Whether the clock is not what `trust_clock` would trust; nothing is noted."""
    seen_at = session.scalar(select(ClockRow.seen_at))
    return seen_at is not None and not now - ASLEEP <= seen_at <= now + BACK


def accept_clock(session: Session, *, now: datetime) -> None:
    """Take the clock for right, because somebody looked at it."""
    seen = upsert(session, ClockRow).values(id=1, seen_at=now)
    session.execute(seen.on_conflict_do_update(index_elements=[ClockRow.id], set_={"seen_at": now}))


def unfinished(session: Session) -> Run | None:
    """Return the last run if it has not ended."""
    last = _last(session)
    return _read(session, last) if last is not None and last.ended_at is None else None


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether the next run is due."""
    last = _last(session)
    return last is None or (last.ended_at is not None and last.began_at <= now - EVERY)


def survey(
    session: Session, rules: Sequence[Rule], *, now: datetime, agreed: Collection[str] = ()
) -> list[Found]:
    """Count what is there, due and coming, and hold what is too much unless it was `agreed` to.

    This reads much: do it where nobody waits to write.
    """
    foreseen = _foreseen(session, now)
    return [
        _found(session, rule, foreseen.get(rule.name, 0), now, agreed=rule.name in agreed)
        for rule in rules
    ]


def begin(session: Session, found: Sequence[Found], *, now: datetime) -> Run:
    """Begin a run with what was surveyed."""
    row = RetentionRunRow(id=new_id(), began_at=now)
    session.add(row)
    session.flush()
    session.add_all(
        RetentionCountRow(
            run_id=row.id,
            rule=each.rule,
            total=each.total,
            due=each.due,
            held=each.held,
            ahead=" ".join(map(str, each.ahead)),
        )
        for each in found
    )
    session.execute(delete(RetentionRunRow).where(RetentionRunRow.began_at < now - REPORTS_KEPT))
    session.flush()
    return _read(session, row)


def note_removed(session: Session, run: Run, rule: str, count: int) -> None:
    """Add what was removed to a run's report, in the transaction that removes it."""
    session.execute(
        update(RetentionCountRow)
        .where(RetentionCountRow.run_id == run.id, RetentionCountRow.rule == rule)
        .values(removed=RetentionCountRow.removed + count)
    )


def end(session: Session, run: Run, *, now: datetime) -> None:
    """End a run; nothing happens if it has ended."""
    session.execute(
        update(RetentionRunRow)
        .where(RetentionRunRow.id == run.id, RetentionRunRow.ended_at.is_(None))
        .values(ended_at=now)
    )


def last_runs(session: Session, *, limit: int = 1) -> list[Run]:
    """Return the last runs, newest first."""
    rows = session.scalars(
        select(RetentionRunRow).order_by(RetentionRunRow.began_at.desc()).limit(limit)
    )
    return [_read(session, row) for row in rows]


def held_and_untold(session: Session, *, now: datetime) -> Run | None:
    """Return the last run if it holds something back and the operator was not told; marks it."""
    told = session.scalars(
        update(RetentionRunRow)
        .where(
            RetentionRunRow.told_at.is_(None),
            RetentionRunRow.ended_at.is_not(None),
            select(RetentionCountRow.rule)
            .where(RetentionCountRow.run_id == RetentionRunRow.id, RetentionCountRow.held)
            .exists(),
        )
        .values(told_at=now)
        .returning(RetentionRunRow.id)
    ).all()
    runs = last_runs(session) if told else []
    return runs[0] if runs and runs[0].id in told else None


def _last(session: Session) -> RetentionRunRow | None:
    runs = select(RetentionRunRow).order_by(RetentionRunRow.began_at.desc()).limit(1)
    return session.scalars(runs).first()


def _found(session: Session, rule: Rule, foreseen: int, now: datetime, *, agreed: bool) -> Found:
    due, total = rule.due(session, now), rule.total(session)
    return Found(
        rule=rule.name,
        total=total,
        due=due,
        held=not agreed and not may_go(due=due, total=total, foreseen=foreseen),
        ahead=look_ahead(session, rule, now=now).due,
    )


def _foreseen(session: Session, now: datetime) -> Mapping[str, int]:
    """Return what the last run saw coming by now, for each rule."""
    last = _last(session)
    if last is None:
        return {}
    rows = session.scalars(select(RetentionCountRow).where(RetentionCountRow.run_id == last.id))
    return {
        row.rule: Foresight(at=last.began_at, due=[int(each) for each in row.ahead.split()]).by(now)
        for row in rows
    }


def _read(session: Session, row: RetentionRunRow) -> Run:
    counts = session.scalars(
        select(RetentionCountRow)
        .where(RetentionCountRow.run_id == row.id)
        .order_by(RetentionCountRow.rule)
    )
    return Run(
        id=row.id,
        began_at=row.began_at,
        ended_at=row.ended_at,
        counts=tuple(
            Count(
                rule=each.rule,
                total=each.total,
                due=each.due,
                removed=each.removed,
                held=each.held,
            )
            for each in counts
        ),
    )
