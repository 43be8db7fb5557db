"""The second step of signing in: what waits for it, and what comes of it."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from members.actions.factors import has_factor
from members.actions.holding import reseal_held_key
from members.actions.rows import MAY_SIGN_IN, hash_of, to_account
from members.actions.signing_in import TOKEN_BYTES
from members.factors import ENROLLING, FRESH, WAITING, Waiting
from members.records import AccountRow, SignInRow
from members.refusals import WrongCredentials
from storage.base import new_id
from storage.engine import Executor
from storage.keys import Sealers

_SIGN_IN, _ACCOUNT = SignInRow.__table__.c, AccountRow.__table__.c


def waiting_sign_in(
    executor: Executor, sealers: Sealers, *, token: str, now: datetime
) -> Waiting | None:
    """Return whose token waits for its second step, or None if it does not, or no more."""
    row = executor.execute(
        select(
            _ACCOUNT.id,
            _ACCOUNT.sealed_name,
            _ACCOUNT.role,
            _ACCOUNT.state,
            _ACCOUNT.language,
            _ACCOUNT.organisation_id,
            _SIGN_IN.created_at,
        )
        .join_from(SignInRow.__table__, AccountRow.__table__, _ACCOUNT.id == _SIGN_IN.account_id)
        .where(
            _SIGN_IN.token_hash == hash_of(token),
            _SIGN_IN.waiting,
            _SIGN_IN.ended_at.is_(None),
            _SIGN_IN.created_at > now - ENROLLING,
            _ACCOUNT.state.in_(MAY_SIGN_IN),
        )
    ).first()
    if row is None:
        return None
    enrolled = has_factor(executor, row.id)
    if enrolled and row.created_at <= now - WAITING:
        return None
    return Waiting(account=to_account(sealers.members, row), enrolled=enrolled)


def finish_second_step(session: Session, *, token: str, now: datetime) -> str:
    """Sign in fully whose second factor was seen just now; return the new token.

    The waiting token ends with it: whoever may have planted or copied that one has nothing.
    Raises WrongCredentials if it was ended meanwhile.
    """
    account_id = session.scalars(
        update(SignInRow)
        .where(
            SignInRow.token_hash == hash_of(token),
            SignInRow.waiting.is_(True),
            SignInRow.ended_at.is_(None),
        )
        .values(ended_at=now)
        .returning(SignInRow.account_id)
    ).first()
    if account_id is None:
        raise WrongCredentials
    new = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SignInRow(
            id=new_id(),
            account_id=account_id,
            token_hash=hash_of(new),
            created_at=now,
            seen_at=now,
            proved_at=now,
        )
    )
    session.flush()
    reseal_held_key(session, old=token, new=new)
    session.execute(delete(SignInRow).where(SignInRow.token_hash == hash_of(token)))
    return new


def prove(session: Session, *, token: str, now: datetime) -> None:
    """Keep that whoever uses a sign-in showed just now who they are."""
    session.execute(
        update(SignInRow).where(SignInRow.token_hash == hash_of(token)).values(proved_at=now)
    )


def is_fresh(session: Session, *, account_id: UUID, token: str, now: datetime) -> bool:
    """Whether somebody showed who they are on this sign-in within the last five minutes."""
    at = session.scalar(
        select(SignInRow.proved_at).where(
            SignInRow.token_hash == hash_of(token), SignInRow.account_id == account_id
        )
    )
    return at is not None and at > now - FRESH
