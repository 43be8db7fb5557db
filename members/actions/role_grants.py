"""Grants of roles: what an account of staff has to point at, or the database refuses its role."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from members.approval_records import RoleGrantRow
from members.approvals import Approval
from members.model import Role
from storage.base import new_id


def found(session: Session, *, account_id: UUID, role: Role, now: datetime) -> UUID:
    """Keep that the operator gave a role alone, and return the grant; callers ask `is_founding`."""
    return _keep(session, account_id=account_id, role=role, founded=True, given_at=now)


def give(session: Session, granted: Approval, *, now: datetime) -> UUID:
    """Keep that two people gave a role, and return the grant."""
    return _keep(
        session,
        account_id=granted.subject_id,
        role=granted.role,
        founded=False,
        approval_id=granted.id,
        granted_by=granted.granted_by,
        given_at=now,
    )


def _keep(session: Session, **values: object) -> UUID:
    grant_id = new_id()
    session.execute(insert(RoleGrantRow).values(id=grant_id, **values))
    return grant_id
