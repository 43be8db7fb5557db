"""Approvals: asked for by one, granted or refused by another, and used once while they count.

The database refuses one person for both, and a use of what nobody granted.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members.actions.rows import account_row
from members.approval_records import ApprovalRow
from members.approvals import TERMS, Approval, ApprovalKind
from members.model import AccountState, NotForThisRole, Role
from members.refusals import ApprovalOver, AskedAlready, NoSuchApproval, SecondPersonNeeded
from storage.base import new_id
from storage.keys import Sealers
from storage.sealing import Sealer

REASON = {"table": "approval", "column": "sealed_reason"}


def ask(
    session: Session,
    sealers: Sealers,
    *,
    kind: ApprovalKind,
    subject_id: UUID,
    by: UUID | None,
    reason: str,
    now: datetime,
    role: Role | None = None,
) -> UUID:
    """Ask for something that a second person grants; raises AskedAlready while one waits.

    `by` is None for the operator at the machine. What has run out undecided makes place.
    """
    session.execute(
        delete(ApprovalRow).where(
            ApprovalRow.kind == kind,
            ApprovalRow.subject_id == subject_id,
            ApprovalRow.decided_at.is_(None),
            ApprovalRow.expires_at <= now,
        )
    )
    approval_id = new_id()
    row = ApprovalRow(
        id=approval_id,
        kind=kind,
        subject_id=subject_id,
        role=role,
        asked_by=by,
        asked_at=now,
        sealed_reason=sealers.members.seal(reason, row=approval_id, **REASON),
        expires_at=now + TERMS[kind].waits,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise AskedAlready from None
    return approval_id


def grant(
    session: Session, sealers: Sealers, *, approval_id: UUID, by: UUID, now: datetime
) -> Approval:
    """Grant what somebody else asked for; it counts from now, for as long as its kind says.

    Raises NoSuchApproval, SecondPersonNeeded, NotForThisRole, and ApprovalOver if it was decided
    meanwhile or has run out.
    """
    row = _row(session, approval_id)
    terms = TERMS[ApprovalKind(row.kind)]
    _require_second(session, row, by, terms.granters)
    _decide(
        session,
        approval_id,
        ApprovalRow.expires_at > now,
        granted_by=by,
        decided_at=now,
        expires_at=now + terms.counts,
    )
    return approval(session, sealers, approval_id)


def refuse(
    session: Session, sealers: Sealers, *, approval_id: UUID, by: UUID, now: datetime
) -> Approval:
    """Refuse what was asked for; whoever asked takes it back so, for one is enough for that.

    Raises NoSuchApproval and ApprovalOver.
    """
    _row(session, approval_id)
    _decide(session, approval_id, refused_by=by, decided_at=now)
    return approval(session, sealers, approval_id)


def use(session: Session, *, approval_id: UUID, now: datetime) -> None:
    """Use what was granted, once and while it counts; raises ApprovalOver."""
    used = session.scalars(
        update(ApprovalRow)
        .where(
            ApprovalRow.id == approval_id,
            ApprovalRow.granted_by.is_not(None),
            ApprovalRow.used_at.is_(None),
            ApprovalRow.expires_at > now,
        )
        .values(used_at=now)
        .returning(ApprovalRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not used:
        raise ApprovalOver


def approval(session: Session, sealers: Sealers, approval_id: UUID) -> Approval:
    """Return an approval as it stands; raises NoSuchApproval."""
    return _read(sealers.members, _row(session, approval_id))


def waiting_for(
    session: Session, sealers: Sealers, *, kind: ApprovalKind, subject_id: UUID, now: datetime
) -> Approval | None:
    """Return what waits for a second person about something, if anything does."""
    row = session.scalars(
        select(ApprovalRow).where(*_waits(now, [kind]), ApprovalRow.subject_id == subject_id)
    ).first()
    return _read(sealers.members, row) if row else None


def list_waiting(
    session: Session,
    sealers: Sealers,
    *,
    now: datetime,
    kinds: Collection[ApprovalKind] = tuple(ApprovalKind),
) -> list[Approval]:
    """Return what waits for a second person, longest first."""
    rows = session.scalars(
        select(ApprovalRow).where(*_waits(now, kinds)).order_by(ApprovalRow.asked_at)
    )
    return [_read(sealers.members, row) for row in rows]


def _waits(now: datetime, kinds: Collection[ApprovalKind]) -> tuple[ColumnElement[bool], ...]:
    return (
        ApprovalRow.kind.in_(sorted(kinds)),
        ApprovalRow.decided_at.is_(None),
        ApprovalRow.expires_at > now,
    )


def _require_second(
    session: Session, row: ApprovalRow, by: UUID, granters: Collection[Role]
) -> None:
    if by in {row.asked_by, row.subject_id}:
        raise SecondPersonNeeded
    second = account_row(session, by)
    if second.state != AccountState.VETTED or second.role not in granters:
        raise NotForThisRole


def _decide(
    session: Session, approval_id: UUID, *still: ColumnElement[bool], **values: object
) -> None:
    """Write a decision down unless another was quicker; raises ApprovalOver."""
    decided = session.scalars(
        update(ApprovalRow)
        .where(ApprovalRow.id == approval_id, ApprovalRow.decided_at.is_(None), *still)
        .values(**values)
        .returning(ApprovalRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not decided:
        raise ApprovalOver


def _row(session: Session, approval_id: UUID) -> ApprovalRow:
    row = session.get(ApprovalRow, approval_id, populate_existing=True)
    if row is None:
        raise NoSuchApproval
    return row


def _read(sealer: Sealer, row: ApprovalRow) -> Approval:
    return Approval(
        id=row.id,
        kind=ApprovalKind(row.kind),
        subject_id=row.subject_id,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        reason=sealer.text(row.sealed_reason, row=row.id, **REASON),
        expires_at=row.expires_at,
        granted_by=row.granted_by,
        decided_at=row.decided_at,
        used_at=row.used_at,
        role=Role(row.role) if row.role else None,
    )
