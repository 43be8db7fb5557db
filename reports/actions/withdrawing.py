"""Warnings that end, or hide for a while: withdrawn by two people, suspended by one, expired.

Each leaves the register in the same transaction.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from checker.evaluator import Evaluator
from members.approvals import Approval
from members.model import Severity
from reports.actions.warning import NoSuchWarning
from reports.listing import list_identifiers
from reports.model import Alone, Suspended, WarningState
from reports.records import WarningRow
from reports.refusals import NotInThisState, TwoPeopleNeeded
from storage.sealing import Sealer


def withdraw(
    session: Session,
    sealer: Sealer,
    evaluator: Evaluator,
    *,
    warning_id: UUID,
    now: datetime,
    under: Approval | None = None,
    alone: Alone | None = None,
) -> None:
    """Withdraw a warning and take it off the register; raises NotInThisState.

    One that was published takes two people: `under` is what a second one granted, and the database
    refuses it without that. Its reporter withdraws it `alone`. Raises TwoPeopleNeeded.
    """
    row = _held(session, warning_id)
    if row.state not in {WarningState.PROPOSED, WarningState.PUBLISHED, WarningState.SUSPENDED}:
        raise NotInThisState
    if row.published_by is not None and under is None and alone is None:
        raise TwoPeopleNeeded
    if under is not None:
        row.withdrawal_id, row.withdrawn_by = under.id, under.granted_by
    row.state, row.ended_at, row.alone_because = WarningState.WITHDRAWN, now, alone
    _follow(session, sealer, evaluator, row, now=now)


def suspend(
    session: Session,
    sealer: Sealer,
    evaluator: Evaluator,
    *,
    warning_id: UUID,
    by: UUID,
    now: datetime,
) -> None:
    """Hide a published warning from checks and readers at once; raises NotInThisState."""
    row = _held(session, warning_id)
    if row.state != WarningState.PUBLISHED:
        raise NotInThisState
    row.state, row.suspended_by, row.suspended_at = WarningState.SUSPENDED, by, now
    _follow(session, sealer, evaluator, row, now=now)


def restore(
    session: Session, sealer: Sealer, evaluator: Evaluator, *, warning_id: UUID, now: datetime
) -> bool:
    """Show a suspended warning again, as two people had published it; whether it was suspended."""
    row = _held(session, warning_id)
    if row.state != WarningState.SUSPENDED:
        return False
    row.state, row.suspended_by, row.suspended_at = WarningState.PUBLISHED, None, None
    _follow(session, sealer, evaluator, row, now=now)
    return True


def suspended(session: Session) -> tuple[Suspended, ...]:
    """Return the warnings that are hidden until a second look, longest first."""
    rows = session.scalars(
        select(WarningRow)
        .where(WarningRow.state == WarningState.SUSPENDED)
        .order_by(WarningRow.suspended_at)
    )
    return tuple(
        Suspended(
            warning_id=row.id,
            reference=row.reference,
            severity=Severity(row.severity),
            since=row.suspended_at or row.written_at,
        )
        for row in rows
    )


def expire(session: Session, sealer: Sealer, evaluator: Evaluator, *, now: datetime) -> int:
    """End the warnings whose time has passed and take them off the register."""
    rows = session.scalars(
        select(WarningRow).where(
            WarningRow.state.in_((WarningState.PUBLISHED, WarningState.SUSPENDED)),
            WarningRow.expires_at <= now,
        )
    ).all()
    for row in rows:
        row.state, row.ended_at = WarningState.EXPIRED, now
        _follow(session, sealer, evaluator, row, now=now)
    return len(rows)


def _held(session: Session, warning_id: UUID) -> WarningRow:
    """Keep others from changing a warning until the commit; raises NoSuchWarning."""
    row = session.get(WarningRow, warning_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchWarning
    return row


def _follow(
    session: Session, sealer: Sealer, evaluator: Evaluator, row: WarningRow, *, now: datetime
) -> None:
    """Let the register follow what a warning is now."""
    session.flush()
    list_identifiers(session, sealer, evaluator, report_id=row.report_id, now=now)
