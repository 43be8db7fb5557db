"""Tokens for members' own programs: shown once, kept as a hash, good until they are taken back."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from members import names
from members.actions.rows import hash_of, to_account
from members.model import AT_RISK, Account, AccountState, NoSuchAccount, NotForThisRole
from members.records import AccountRow, TokenRow
from storage.base import new_id
from storage.engine import Executor
from storage.keys import Sealers

TOKEN_BYTES = 32
PREFIX = "brolly_"  # so that whoever finds one knows what it is, and scanners of code do

_TOKEN, _ACCOUNT = TokenRow.__table__.c, AccountRow.__table__.c
_OWNER = (
    select(
        _ACCOUNT.id,
        _ACCOUNT.sealed_name,
        _ACCOUNT.role,
        _ACCOUNT.state,
        _ACCOUNT.language,
        _ACCOUNT.organisation_id,
    )
    .join_from(TokenRow.__table__, AccountRow.__table__, _ACCOUNT.id == _TOKEN.account_id)
    .where(
        _TOKEN.token_hash == bindparam("token_hash"),
        _ACCOUNT.state == AccountState.VETTED.value,
        or_(*(_ACCOUNT.role == role.value for role in sorted(AT_RISK))),  # staff since: it sleeps
    )
)


def create_token(session: Session, *, account_id: UUID, now: datetime) -> str:
    """Make a token for a vetted member or practitioner and return it; raises NoSuchAccount.

    A token stands alone, and staff need a second step: NotForThisRole.
    """
    row = session.get(AccountRow, account_id)
    if row is None or row.state != AccountState.VETTED:
        raise NoSuchAccount
    if row.role not in AT_RISK:
        raise NotForThisRole
    token = as_token(secrets.token_bytes(TOKEN_BYTES))
    keep_tokens(session, {account_id: token}, now=now)
    return token


def keep_tokens(session: Session, tokens: Mapping[UUID, str], *, now: datetime) -> None:
    """Keep the hashes of tokens that were made elsewhere, by account."""
    rows = [
        {
            "id": new_id(),
            "account_id": account_id,
            "token_hash": hash_of(token),
            "created_at": now,
        }
        for account_id, token in tokens.items()
    ]
    if rows:
        session.execute(insert(TokenRow), rows)


def as_token(octets: bytes) -> str:
    """Write random octets as a token."""
    return PREFIX + urlsafe_b64encode(octets).rstrip(b"=").decode()


def revoke_tokens(session: Session, *, account_id: UUID) -> int:
    """Take back every token of an account; return how many there were."""
    gone = delete(TokenRow).where(TokenRow.account_id == account_id).returning(TokenRow.id)
    return len(session.execute(gone).all())


def owner_of(executor: Executor, sealers: Sealers, *, token: str) -> Account | None:
    """Return the vetted account that a token stands for, or None."""
    row = executor.execute(_OWNER, {"token_hash": hash_of(token)}).first()
    if row is None:
        return None
    return to_account(sealers.members, row)


def account_named(session: Session, sealers: Sealers, *, name: str) -> UUID:
    """Return the id of the account with a working name; raises NoSuchAccount."""
    fingerprint = names.fingerprint(sealers.members, name)
    found = session.scalar(select(AccountRow.id).where(AccountRow.name_fingerprint == fingerprint))
    if found is None:
        raise NoSuchAccount
    return found
