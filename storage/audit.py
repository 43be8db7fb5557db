"""The audit: what was done, by whom, when, to what; entries are only ever added.

Record last, just before the commit: the entry takes the end of the chain, and whoever records next
waits for that commit. What was recorded and not committed never happened.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from storage.audit_chain import START, Act, Broken, End, Entry, Mark, mac_of, sealed, walk
from storage.dialects import insert_or_ignore
from storage.records import AuditMarkRow, AuditRow
from storage.sealing import CannotOpen, Sealed, Sealer

READS_AN_HOUR = 30
HOUR = timedelta(hours=1)
OPENING = (Act.REPORT_OPENED, Act.REPORT_TAKEN)
READING = (*OPENING, Act.REPORT_READ, Act.REQUEST_READ, Act.CASE_READ)
PAGE = 100
AT_ONCE = 1_000
REASON = {"table": "audit_entry", "column": "sealed_reason"}

Writing = Callable[[], AbstractContextManager[Session]]  # a transaction that commits at its end


@dataclass(frozen=True, slots=True)
class Auditor:
    """Writes the audit down: the key of the chain, and transactions of its own for what is read.

    Reads are recorded before anything is shown, in their own transaction, so that no page can show
    what is not on record.
    """

    sealer: Sealer
    writing: Writing

    def record(
        self,
        session: Session,
        act: Act,
        *,
        by: UUID | None,
        on: UUID | None = None,
        reason: str = "",
        now: datetime,
    ) -> int:
        """Record within a transaction of the caller's; return the entry's number."""
        return record(session, self.sealer, act, by=by, on=on, reason=reason, now=now)

    def record_alone(
        self,
        act: Act,
        *,
        by: UUID | None,
        on: UUID | None = None,
        reason: str = "",
        now: datetime,
    ) -> int:
        """Record in a transaction of its own, which is committed when this returns."""
        with self.writing() as session:
            return record(session, self.sealer, act, by=by, on=on, reason=reason, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An entry as it is read: what was done, and why if that was asked.

    `reason` is None if it does not open: somebody changed it.
    """

    number: int
    at: datetime
    act: str
    by_id: UUID | None
    on_id: UUID | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries to show; nothing chosen means all."""

    act: Act | None = None
    by_id: UUID | None = None
    on_ids: Collection[UUID] | None = None
    since: datetime | None = None
    before: int | None = None  # the number above which they were shown already


def record(
    session: Session,
    sealer: Sealer,
    act: Act,
    *,
    by: UUID | None,
    on: UUID | None = None,
    reason: str = "",
    now: datetime,
) -> int:
    """Add an entry to the chain and return its number; `reason` is sealed."""
    key, head = sealer.ring.look_up, _take_head(session, sealer)
    number = head.number + 1
    entry = Entry(
        number=number,
        at=now,
        act=act,
        by_id=by,
        on_id=on,
        sealed_reason=sealer.seal(reason, row=str(number), **REASON) if reason else None,
        mac=b"",
    )
    mac = mac_of(entry, after=head.mac, key=key)
    session.add(
        AuditRow(
            number=number,
            at=now,
            act=act,
            by_id=by,
            on_id=on,
            sealed_reason=Sealed(entry.sealed_reason) if entry.sealed_reason else None,
            mac=mac,
        )
    )
    move_end(session, End.HEAD, sealed(End.HEAD, number=number, mac=mac, key=key))
    session.flush()
    return number


def verify(
    session: Session,
    sealer: Sealer,
    *,
    anchors: Sequence[Mark] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,  # noqa: ARG005 - shows nothing
) -> int:
    """Walk the whole chain; return how many entries it has. Raises Broken.

    `progress` is told how many of how many entries were looked at.
    """
    marks = {row.name: _mark(row) for row in session.scalars(select(AuditMarkRow))}
    entries = _every_entry(session, progress)
    if not marks:
        if next(entries, None) is not None or anchors:
            message = "the ends of the chain are gone"
            raise Broken(message)
        return 0
    if len(marks) != len(End):
        message = "an end of the chain is gone"
        raise Broken(message)
    return walk(
        entries,
        base=marks[End.BASE],
        head=marks[End.HEAD],
        anchors=anchors,
        key=sealer.ring.look_up,
    )


def move_end(session: Session, end: End, mark: Mark) -> None:
    """Put an end of the chain where it is now."""
    session.execute(
        update(AuditMarkRow)
        .where(AuditMarkRow.name == end)
        .values(number=mark.number, mac=mark.mac, seal=mark.seal)
    )


def head(session: Session) -> Mark | None:
    """Return the last entry's mark, or None while nothing was recorded."""
    row = session.get(AuditMarkRow, End.HEAD)
    return None if row is None else _mark(row)


def entries(session: Session, sealer: Sealer, wanted: Wanted) -> list[Done]:
    """Return a page of entries, newest first."""
    rows = select(AuditRow).where(*_conditions(wanted))
    found = session.scalars(rows.order_by(AuditRow.number.desc()).limit(PAGE))
    return [_done(sealer, row) for row in found]


def bulk_readers(session: Session, *, now: datetime) -> list[UUID]:
    """Return who read more reports within the hour than anybody should, and was not noted for it.

    The same report read again counts once.
    """
    since = now - HOUR
    noted = select(AuditRow.on_id).where(AuditRow.act == Act.BULK_READING, AuditRow.at > since)
    return list(
        session.scalars(
            select(AuditRow.by_id)
            .where(
                AuditRow.act.in_(READING),
                AuditRow.at > since,
                AuditRow.by_id.is_not(None),
                AuditRow.by_id.not_in(noted.where(AuditRow.on_id.is_not(None))),
            )
            .group_by(AuditRow.by_id)
            .having(func.count(AuditRow.on_id.distinct()) > READS_AN_HOUR)
        )
    )


def was_done(session: Session, act: Act, *, since: datetime) -> bool:
    """Whether something was done, by whomever and to whatever, since a moment."""
    found = select(AuditRow.number).where(AuditRow.act == act, AuditRow.at >= since)
    return session.scalar(found.limit(1)) is not None


def did(session: Session, acts: Collection[Act], *, by: UUID, on: UUID, since: datetime) -> bool:
    """Whether somebody did one of these to something since a moment."""
    found = select(AuditRow.number).where(
        AuditRow.by_id == by,
        AuditRow.act.in_(acts),
        AuditRow.at >= since,
        AuditRow.on_id == on,
    )
    return session.scalar(found.limit(1)) is not None


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.act is not None:
        yield AuditRow.act == wanted.act
    if wanted.by_id is not None:
        yield AuditRow.by_id == wanted.by_id
    if wanted.on_ids is not None:
        yield AuditRow.on_id.in_(wanted.on_ids)
    if wanted.since is not None:
        yield AuditRow.at >= wanted.since
    if wanted.before is not None:
        yield AuditRow.number < wanted.before


def _every_entry(session: Session, progress: Callable[[int, int], None]) -> Iterator[Entry]:
    """Yield all entries in order, some at a time: whoever stops early leaves nothing open."""
    columns = AuditRow.__table__.c
    some = select(*columns).order_by(columns.number).limit(AT_ONCE)
    last, seen = -1, 0
    count = session.scalar(select(func.count()).select_from(AuditRow)) or 0
    while rows := session.execute(some.where(columns.number > last)).all():
        for row in rows:
            yield Entry(**row._mapping)  # noqa: SLF001 - a public name in spite of its underscore
        last, seen = rows[-1].number, seen + len(rows)
        progress(seen, count)


def _take_head(session: Session, sealer: Sealer) -> Mark:
    """Return the head, which nobody else can take before this transaction ends."""
    row = session.get(AuditMarkRow, End.HEAD, with_for_update=True, populate_existing=True)
    if row is None:
        for end in End:
            mark = sealed(end, number=0, mac=START, key=sealer.ring.look_up)
            first = {"name": end, "number": 0, "mac": mark.mac, "seal": mark.seal}
            session.execute(insert_or_ignore(session, AuditMarkRow).values(first))
        row = session.get_one(AuditMarkRow, End.HEAD, with_for_update=True, populate_existing=True)
    return _mark(row)


def _mark(row: AuditMarkRow) -> Mark:
    return Mark(number=row.number, mac=row.mac, seal=row.seal)


def _done(sealer: Sealer, row: AuditRow) -> Done:
    return Done(
        number=row.number,
        at=row.at,
        act=row.act,
        by_id=row.by_id,
        on_id=row.on_id,
        reason=_reason(sealer, row),
    )


def _reason(sealer: Sealer, row: AuditRow) -> str | None:
    if row.sealed_reason is None:
        return ""
    try:
        return sealer.text(row.sealed_reason, row=str(row.number), **REASON)
    except CannotOpen:
        return None
