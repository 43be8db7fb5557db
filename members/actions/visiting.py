"""Signing in with the OpenID provider: whom it vouched for waits, is let in, and may be ended.

The provider's word stands for the name and the second step. It opens no private key, so whoever
works on reports shows the passphrase as well.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members.actions.linking import IS_STAFF
from members.actions.rows import hash_of, to_account
from members.actions.signing_in import TOKEN_BYTES, Proved, begin_sign_in
from members.factors import WAITING
from members.model import CASEWORK, Account
from members.records import (
    AccountRow,
    OpenIdLinkRow,
    OpenIdLogoutRow,
    OpenIdVisitRow,
    SignInRow,
)
from members.refusals import WrongCredentials
from storage.base import new_id
from storage.engine import Executor
from storage.keys import Sealers

LOGOUTS_KEPT = timedelta(hours=1)  # a token is refused sooner, by its time


def begin_visit(
    executor: Executor,
    *,
    account_id: UUID,
    session_mark: bytes,
    vouched_at: datetime,
    now: datetime,
) -> str:
    """Keep for five minutes that the provider vouched for an account; return the token."""
    executor.execute(delete(OpenIdVisitRow).where(OpenIdVisitRow.created_at <= now - WAITING))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    executor.execute(
        insert(OpenIdVisitRow).values(
            token_hash=hash_of(token),
            account_id=account_id,
            session=session_mark,
            vouched_at=vouched_at,
            created_at=now,
        )
    )
    return token


def visiting_account(
    session: Session, sealers: Sealers, *, token: str, now: datetime
) -> Account | None:
    """Return the account that a visit is for, or None if it ran out, or may not sign in."""
    row = session.scalar(
        select(AccountRow)
        .join(OpenIdVisitRow, OpenIdVisitRow.account_id == AccountRow.id)
        .where(*_holds(token, now), *IS_STAFF)
    )
    return None if row is None else to_account(sealers.members, row)


def needs_passphrase(account: Account) -> bool:
    """Whether the provider's word is not enough: the account opens records."""
    return account.role in CASEWORK


def finish_visit(
    session: Session, sealers: Sealers, *, token: str, proved: Proved | None, now: datetime
) -> tuple[str, Account]:
    """Sign in whom the provider vouched for; return the sign-in's token. A visit counts once.

    Raises WrongCredentials if it ran out, or the passphrase is needed and not this account's.
    """
    account = visiting_account(session, sealers, token=token, now=now)
    visit = session.execute(
        delete(OpenIdVisitRow)
        .where(*_holds(token, now))
        .returning(OpenIdVisitRow.session, OpenIdVisitRow.vouched_at)
    ).first()
    if account is None or visit is None:
        raise WrongCredentials
    if proved is None:
        if needs_passphrase(account):
            raise WrongCredentials
        new = _begin_without_key(session, account.id, now=now)
    elif proved.account_id != account.id:
        raise WrongCredentials
    else:
        new = begin_sign_in(session, proved, now=now, both_seen=True)
    session.execute(
        update(SignInRow)
        .where(SignInRow.token_hash == hash_of(new))
        .values(openid_session=visit.session, proved_at=visit.vouched_at)
    )
    return new, account


def take_logout(
    session: Session,
    *,
    token_mark: bytes,
    subject_mark: bytes | None,
    session_mark: bytes | None,
    now: datetime,
) -> bool:
    """End what began with a session at the provider, or with any of somebody's there.

    False if this token was taken before; nothing is ended then.
    """
    session.execute(delete(OpenIdLogoutRow).where(OpenIdLogoutRow.taken_at < now - LOGOUTS_KEPT))
    try:
        with session.begin_nested():
            session.add(OpenIdLogoutRow(token_fingerprint=token_mark, taken_at=now))
    except IntegrityError:
        return False
    ended: list[ColumnElement[bool]] = [SignInRow.openid_session.is_not(None)]
    left: list[ColumnElement[bool]] = []
    if session_mark is not None:
        ended.append(SignInRow.openid_session == session_mark)
        left.append(OpenIdVisitRow.session == session_mark)
    if subject_mark is not None:
        whose = select(OpenIdLinkRow.account_id).where(
            OpenIdLinkRow.subject_fingerprint == subject_mark
        )
        ended.append(SignInRow.account_id.in_(whose))
        left.append(OpenIdVisitRow.account_id.in_(whose))
    session.execute(
        update(SignInRow)
        .where(*ended, SignInRow.ended_at.is_(None))
        .values(ended_at=now, sealed_key=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(OpenIdVisitRow).where(*left).execution_options(synchronize_session=False)
    )
    return True


def _holds(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return OpenIdVisitRow.token_hash == hash_of(token), OpenIdVisitRow.created_at > now - WAITING


def _begin_without_key(session: Session, account_id: UUID, *, now: datetime) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SignInRow(
            id=new_id(),
            account_id=account_id,
            token_hash=hash_of(token),
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return token
