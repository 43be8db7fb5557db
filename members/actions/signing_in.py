"""Signing in and out: tries that get slow, tokens that run out.

A try is counted before the passphrase is looked at, so that many tries at once are counted too.
Pages commit that before they go on: the hash takes 50 ms, and no transaction should wait for it.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from members import names, passphrases
from members.actions import tries
from members.actions.factors import needs_second_step
from members.actions.holding import hold, open_pair, reseal_pair
from members.actions.rows import HOLDS, MAY_SIGN_IN, hash_of, limits
from members.model import ABSOLUTE, Account, AccountState, Role
from members.records import AccountRow, SignInRow
from members.refusals import WrongCredentials
from storage.base import new_id
from storage.engine import Executor
from storage.envelopes import DataKey
from storage.keys import Sealers

TOKEN_BYTES = 32
TOUCH_AFTER = timedelta(minutes=1)

# Columns of the tables, not of the classes, and no IN: every request runs this, and the mapper and
# an expanding list would double its cost.
_SIGN_IN, _ACCOUNT = SignInRow.__table__.c, AccountRow.__table__.c
RESUME = (
    select(
        _SIGN_IN.id,
        _SIGN_IN.seen_at,
        _ACCOUNT.id,
        _ACCOUNT.sealed_name,
        _ACCOUNT.role,
        _ACCOUNT.state,
        _ACCOUNT.language,
        _ACCOUNT.organisation_id,
    )
    .join_from(SignInRow.__table__, AccountRow.__table__, _ACCOUNT.id == _SIGN_IN.account_id)
    .where(_SIGN_IN.token_hash == bindparam("token_hash"), *HOLDS)
)

# Kept as they are built, too: to build them takes longer than to run them.
_MAY = AccountRow.state.in_(MAY_SIGN_IN)
KNOWN = select(AccountRow.id, AccountRow.passphrase_hash).where(
    AccountRow.name_fingerprint == bindparam("fingerprint"), _MAY
)
STILL_SO = (
    select(AccountRow.id)
    .where(
        AccountRow.id == bindparam("id"), AccountRow.passphrase_hash == bindparam("stored"), _MAY
    )
    .with_for_update()
)
FORGET_OVER = (
    delete(SignInRow)
    .where(
        SignInRow.account_id == bindparam("account_id"),
        SignInRow.created_at < bindparam("begun_before"),
    )
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A try to sign in that was counted; the passphrase is looked at next."""

    name_fingerprint: bytes = field(repr=False)
    account_id: UUID | None
    passphrase_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """An account whose passphrase was seen just now, and the key that follows from it."""

    account_id: UUID
    unlocking: DataKey


def count_try(session: Session, sealers: Sealers, *, name: str, now: datetime) -> Try:
    """Count a try for a name, known or not; raises TooManyTries while its wait runs."""
    fingerprint = names.fingerprint(sealers.members, name)
    tries.count(session, fingerprint, now=now)
    known = session.execute(KNOWN, {"fingerprint": fingerprint}).first()
    account_id, stored = known or (None, None)
    return Try(name_fingerprint=fingerprint, account_id=account_id, passphrase_hash=stored)


def settle_try(
    session: Session,
    counted: Try,
    *,
    passphrase: str,
    hasher: PasswordHasher = passphrases.STANDARD,
) -> Proved:
    """Return who it is if the passphrase fits, and forget its tries; raises WrongCredentials.

    What is stored of it is renewed here when its parameters are not today's, as only now it can
    be, and the account's private key is put under the new unlocking key.
    """
    stored = counted.passphrase_hash
    unlocking = passphrases.unlocked(stored, passphrase, hasher)
    if stored is None or unlocking is None:
        raise WrongCredentials
    outdated = passphrases.is_outdated(stored, hasher)
    renewed = passphrases.stretched(passphrase, hasher) if outdated else None
    account_id = session.scalar(STILL_SO, {"id": counted.account_id, "stored": stored})
    if account_id is None:
        raise WrongCredentials
    if renewed is not None:
        account = update(AccountRow).where(AccountRow.id == account_id)
        session.execute(account.values(passphrase_hash=renewed.stored))
        reseal_pair(session, account_id=account_id, old=unlocking, new=renewed.unlocking)
        unlocking = renewed.unlocking
    tries.forget(session, counted.name_fingerprint)
    return Proved(account_id=account_id, unlocking=unlocking)


def finish_sign_in(
    session: Session,
    counted: Try,
    *,
    passphrase: str,
    now: datetime,
    hasher: PasswordHasher = passphrases.STANDARD,
) -> str:
    """Return a new token if the passphrase fits; raises WrongCredentials."""
    proved = settle_try(session, counted, passphrase=passphrase, hasher=hasher)
    return begin_sign_in(session, proved, now=now)


def begin_sign_in(
    session: Session, proved: Proved, *, now: datetime, both_seen: bool = False
) -> str:
    """Sign an account in whose passphrase was seen just now; return the token.

    It opens nothing but the second step's page where the account has a second factor, or needs
    one, unless `both_seen`.
    """
    account_id = proved.account_id
    session.execute(FORGET_OVER, {"account_id": account_id, "begun_before": now - ABSOLUTE})
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = SignInRow(
        id=new_id(),
        account_id=account_id,
        token_hash=hash_of(token),
        created_at=now,
        seen_at=now,
        waiting=not both_seen and needs_second_step(session, account_id),
        proved_at=now,
    )
    private = open_pair(session, account_id=account_id, unlocking=proved.unlocking, now=now)
    hold(row, token, private)
    session.add(row)
    session.flush()
    return token


def sign_in(
    session: Session,
    sealers: Sealers,
    *,
    name: str,
    passphrase: str,
    now: datetime,
    hasher: PasswordHasher = passphrases.STANDARD,
) -> str:
    """Count a try and finish it in one transaction; raises TooManyTries and WrongCredentials.

    Pages use the two steps: a roll-back would forget the try.
    """
    counted = count_try(session, sealers, name=name, now=now)
    return finish_sign_in(session, counted, passphrase=passphrase, now=now, hasher=hasher)


def resume(executor: Executor, sealers: Sealers, *, token: str, now: datetime) -> Account | None:
    """Return the account that a token stands for, or None if it has ended or run out.

    Idle time is kept to the minute: the sign-in is marked as seen at most once a minute.
    """
    wanted = {"token_hash": hash_of(token), **limits(now)}
    found = executor.execute(RESUME, wanted).first()
    if found is None or found[5] not in MAY_SIGN_IN:
        return None
    sign_in_id, seen_at, account_id, sealed_name, role, state, language, organisation_id = found
    if now - seen_at >= TOUCH_AFTER:
        seen = update(SignInRow).where(SignInRow.id == sign_in_id).values(seen_at=now)
        executor.execute(seen)
    return Account(
        id=account_id,
        name=names.unseal(sealers.members, sealed_name, account_id),
        role=Role(role),
        state=AccountState(state),
        language=language,
        organisation_id=organisation_id,
    )


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """End the sign-in of a token; nothing happens if it has ended."""
    session.execute(
        update(SignInRow)
        .where(SignInRow.token_hash == hash_of(token), SignInRow.ended_at.is_(None))
        .values(ended_at=now, sealed_key=None)
    )
