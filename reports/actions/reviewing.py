"""Review: the queue, one report opened, what shares its identifiers, taken, verified, declined."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from checker import actions as checker
from checker.model import HarmKind
from members.model import Severity
from reports.actions.adding import keep_addition
from reports.actions.matching import ask_own
from reports.model import LINKABLE, QueueRow, Report, ReportState, Sharing
from reports.reading import load_report
from reports.records import HarmRow, ReportIdentifierRow, ReportRow
from reports.refusals import NotInThisState
from storage.keys import Sealers
from storage.record_keys import Reader

OPEN = (ReportState.RECEIVED, ReportState.IN_REVIEW)
WORST_FIRST = case(*((ReportRow.severity == each, each.rank) for each in Severity))


class NoSuchReport(Exception):
    """There is no report with this id."""


def queue(
    session: Session, *, states: Sequence[ReportState] = OPEN, limit: int = 100
) -> tuple[QueueRow, ...]:
    """Return reports in these states, worst and oldest first, in a fixed number of queries."""
    rows = session.scalars(
        select(ReportRow)
        .where(ReportRow.state.in_(states))
        .order_by(WORST_FIRST, ReportRow.received_at)
        .limit(limit)
    ).all()
    return as_queued(session, rows)


def queue_row(session: Session, report_id: UUID) -> QueueRow:
    """Return what the desk says of a report before anybody opens it; raises NoSuchReport."""
    row = session.get(ReportRow, report_id)
    if row is None:
        raise NoSuchReport
    return as_queued(session, [row])[0]


def as_queued(session: Session, rows: Sequence[ReportRow]) -> tuple[QueueRow, ...]:
    """Return what the desk says of reports before anybody opens them."""
    ids = [row.id for row in rows]
    kinds = _kinds(session, ids)
    identifiers = _identifiers(session, ids)
    linked = _linked_reports(session, identifiers)
    return tuple(
        QueueRow(
            id=row.id,
            reference=row.reference,
            state=ReportState(row.state),
            received_at=row.received_at,
            kinds=kinds.get(row.id, ()),
            severity=Severity(row.severity),
            area=row.area,
            identifiers=len(identifiers.get(row.id, ())),
            sharing=len(linked.get(row.id, set())),
            taken_by=row.taken_by,
        )
        for row in rows
    )


def open_report(session: Session, reader: Reader, report_id: UUID) -> Report:
    """Return a report with its own words; raises NoSuchReport, NotOpenedYet."""
    row = session.get(ReportRow, report_id)
    if row is None:
        raise NoSuchReport
    return load_report(session, reader, row)


def references(
    session: Session, *, ids: Collection[UUID] = (), reference: str = ""
) -> dict[UUID, str]:
    """Return the references of those of these ids that are reports, or who has a reference."""
    rows = session.execute(
        select(ReportRow.id, ReportRow.reference).where(
            or_(ReportRow.id.in_(ids), ReportRow.reference == reference)
        )
    )
    return dict(rows.all())


def sharing(session: Session, report_id: UUID) -> tuple[Sharing, ...]:
    """Return the other reports that share an identifier with this one, newest first."""
    mine = _identifiers(session, [report_id])
    others = _linked_reports(session, mine).get(report_id, set())
    if not others:
        return ()
    common = _common_identifiers(session, mine.get(report_id, ()))
    return _shared(session, {other: common[other] for other in others})


def reports_with(session: Session, lines: Iterable[UUID]) -> tuple[Sharing, ...]:
    """Return the reports that have an identifier of these lines on the ledger, newest first.

    Those that were declined or withdrawn and are not deleted yet are among them.
    """
    return _shared(session, _common_identifiers(session, lines, states=tuple(ReportState)))


def _shared(session: Session, common: Mapping[UUID, int]) -> tuple[Sharing, ...]:
    kinds = _kinds(session, common)
    rows = session.scalars(
        select(ReportRow).where(ReportRow.id.in_(common)).order_by(ReportRow.received_at.desc())
    )
    return tuple(
        Sharing(
            id=row.id,
            reference=row.reference,
            state=ReportState(row.state),
            received_at=row.received_at,
            kinds=kinds.get(row.id, ()),
            identifiers=common[row.id],
        )
        for row in rows
    )


def take(session: Session, report_id: UUID, *, by: UUID) -> None:
    """Take a report into review.

    Raises NoSuchReport, and NotInThisState if it is neither new nor in review.
    """
    _move(session, report_id, OPEN, state=ReportState.IN_REVIEW, taken_by=by)


def verify(session: Session, report_id: UUID, *, by: UUID, now: datetime) -> None:
    """Verify a report in review; raises NoSuchReport, NotInThisState."""
    _move(
        session,
        report_id,
        (ReportState.IN_REVIEW,),
        state=ReportState.VERIFIED,
        verified_by=by,
        verified_at=now,
    )
    ask_own(session, report_id, now=now)


def decline(session: Session, report_id: UUID, *, now: datetime) -> None:
    """Decline a report in review; raises NoSuchReport, NotInThisState."""
    _move(
        session,
        report_id,
        (ReportState.IN_REVIEW,),
        state=ReportState.DECLINED,
        closed_at=now,
    )


def add_note(
    session: Session, sealers: Sealers, report_id: UUID, text: str, *, by: UUID, now: datetime
) -> None:
    """Add a caseworker's line to a report; raises NoSuchReport."""
    _require(session, report_id)
    keep_addition(session, sealers, report_id=report_id, text=text, by=by, now=now)


def _move(
    session: Session, report_id: UUID, states: Iterable[ReportState], **change: object
) -> None:
    _require(session, report_id)
    moved = session.scalar(
        update(ReportRow)
        .where(ReportRow.id == report_id, ReportRow.state.in_(tuple(states)))
        .values(**change)
        .returning(ReportRow.id)
    )
    if moved is None:
        raise NotInThisState


def _require(session: Session, report_id: UUID) -> None:
    if session.scalar(select(ReportRow.id).where(ReportRow.id == report_id)) is None:
        raise NoSuchReport


def _kinds(session: Session, report_ids: Iterable[UUID]) -> dict[UUID, tuple[HarmKind, ...]]:
    found: dict[UUID, tuple[HarmKind, ...]] = {}
    rows = session.execute(
        select(HarmRow.report_id, HarmRow.kind).where(HarmRow.report_id.in_(tuple(report_ids)))
    )
    for report_id, kind in rows:
        found[report_id] = (*found.get(report_id, ()), HarmKind(kind))
    return found


def _identifiers(session: Session, report_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Return the ledger ids of each report's identifiers that could be read."""
    found: dict[UUID, tuple[UUID, ...]] = {}
    rows = session.execute(
        select(ReportIdentifierRow.report_id, ReportIdentifierRow.ledger_id).where(
            ReportIdentifierRow.report_id.in_(tuple(report_ids)),
            ReportIdentifierRow.ledger_id.is_not(None),
        )
    )
    for report_id, ledger_id in rows:
        if ledger_id:
            found[report_id] = (*found.get(report_id, ()), ledger_id)
    return found


def _linked_reports(
    session: Session, identifiers: dict[UUID, tuple[UUID, ...]]
) -> dict[UUID, set[UUID]]:
    """Return, for each report, the other reports that share an identifier with it."""
    own = [ledger_id for ids in identifiers.values() for ledger_id in ids]
    equal = checker.sharing(session, lines=own)
    holders = _holders(session, {other for others in equal.values() for other in others}, LINKABLE)
    return {
        report_id: {
            holders[other]
            for ledger_id in ids
            for other in equal.get(ledger_id, ())
            if other in holders
        }
        - {report_id}
        for report_id, ids in identifiers.items()
    }


def _common_identifiers(
    session: Session, ledger_ids: Iterable[UUID], *, states: Collection[ReportState] = LINKABLE
) -> Counter[UUID]:
    equal = checker.sharing(session, lines=tuple(ledger_ids))
    holders = _holders(session, {other for others in equal.values() for other in others}, states)
    return Counter(
        report_id
        for others in equal.values()
        for report_id in {holders[other] for other in others if other in holders}
    )


def _holders(
    session: Session, ledger_ids: Iterable[UUID], states: Collection[ReportState]
) -> dict[UUID, UUID]:
    """Return which report in one of these states each ledger line belongs to."""
    rows = session.execute(
        select(ReportIdentifierRow.ledger_id, ReportIdentifierRow.report_id)
        .join(ReportRow, ReportRow.id == ReportIdentifierRow.report_id)
        .where(ReportIdentifierRow.ledger_id.in_(tuple(ledger_ids)), ReportRow.state.in_(states))
    )
    return {ledger_id: report_id for ledger_id, report_id in rows if ledger_id}
