"""Recovering: the operator needs what a lead granted, unless no other lead can sign in.

Whoever has the recovery key and the machine could read everything under a name of their choice; so
somebody who knows whom it is about has to agree first.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from members.actions.approving import ask, waiting_for
from members.actions.staffing import count_leads
from members.approval_records import ApprovalRow
from members.approvals import ApprovalKind
from storage.keys import Sealers

KIND = ApprovalKind.RECOVERY


def may_recover_alone(session: Session, *, account_id: UUID) -> bool:
    """Whether nobody could grant it: no lead but whom it is about can sign in."""
    return count_leads(session, but=account_id) == 0


def ask_for_recovery(
    session: Session, sealers: Sealers, *, account_id: UUID, reason: str, now: datetime
) -> bool:
    """Ask the leads, as the operator; whether it was not asked for and waiting already."""
    if waiting_for(session, sealers, kind=KIND, subject_id=account_id, now=now):
        return False
    ask(
        session,
        sealers,
        kind=KIND,
        subject_id=account_id,
        by=None,
        reason=reason,
        now=now,
    )
    return True


def granted_recovery(
    session: Session, *, account_id: UUID, now: datetime, begun: bool
) -> UUID | None:
    """Return what a lead granted and still counts: unused, or `begun`, to be gone on with."""
    used = ApprovalRow.used_at.is_not(None) if begun else ApprovalRow.used_at.is_(None)
    return session.scalars(
        select(ApprovalRow.id).where(
            ApprovalRow.kind == KIND,
            ApprovalRow.subject_id == account_id,
            ApprovalRow.granted_by.is_not(None),
            ApprovalRow.expires_at > now,
            used,
        )
    ).first()
