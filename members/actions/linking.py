"""Accounts of staff that are linked with one at the OpenID provider; what it vouches for.

A link is a keyed hash of issuer and subject. It gives no role and makes no account, and no member
has one: a name at an organisation's provider and an account here must not be brought together.
"""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members.model import STAFF, AccountState, NotForThisRole
from members.records import AccountRow, OpenIdLinkRow
from members.refusals import LinkRefused
from storage.engine import Executor
from storage.keys import Sealers

IS_STAFF = (AccountRow.role.in_(sorted(STAFF)), AccountRow.state == AccountState.VETTED)


def subject_mark(sealers: Sealers, *, issuer: str, subject: str) -> bytes:
    """Return by what somebody at a provider is found again: nobody reads from it who it is."""
    return sealers.members.fingerprint("openid subject", json.dumps([issuer, subject]))


def session_mark(sealers: Sealers, *, issuer: str, session: str) -> bytes:
    """Return by what a session at a provider is found again."""
    return sealers.members.fingerprint("openid session", json.dumps([issuer, session]))


def link(session: Session, *, account_id: UUID, mark: bytes, now: datetime) -> None:
    """Link an account of staff, in the place of a link it had.

    Raises NotForThisRole, and LinkRefused where another account is linked with this subject.
    """
    row = session.get(AccountRow, account_id, with_for_update=True)
    if row is None or row.role not in STAFF or row.state != AccountState.VETTED:
        raise NotForThisRole
    unlink(session, account_id=account_id)
    try:
        with session.begin_nested():
            session.add(
                OpenIdLinkRow(account_id=account_id, subject_fingerprint=mark, linked_at=now)
            )
    except IntegrityError:
        raise LinkRefused from None


def unlink(session: Session, *, account_id: UUID) -> None:
    """Take an account's link away, and who was on the way in by it."""
    session.execute(delete(OpenIdLinkRow).where(OpenIdLinkRow.account_id == account_id))


def linked_since(session: Session, *, account_id: UUID) -> datetime | None:
    """Return when an account was linked, or None."""
    return session.scalar(
        select(OpenIdLinkRow.linked_at).where(OpenIdLinkRow.account_id == account_id)
    )


def linked_account(executor: Executor, mark: bytes) -> UUID | None:
    """Return the account of staff that is linked with a subject and may sign in, or None."""
    found: UUID | None = executor.execute(
        select(AccountRow.id)
        .join(OpenIdLinkRow, OpenIdLinkRow.account_id == AccountRow.id)
        .where(OpenIdLinkRow.subject_fingerprint == mark, *IS_STAFF)
    ).scalar()
    return found
