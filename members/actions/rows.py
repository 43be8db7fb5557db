"""What the verbs of this room share: finding an account's row, making it an account."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, false, update
from sqlalchemy.orm import Session

from members import names
from members.model import ABSOLUTE, IDLE, Account, AccountState, NoSuchAccount, Role
from members.records import AccountRow, SignInRow
from storage.sealing import Sealer

MAY_SIGN_IN = (AccountState.APPLIED, AccountState.VETTED)
_SIGN_IN = SignInRow.__table__.c
HOLDS = (
    _SIGN_IN.ended_at.is_(None),
    _SIGN_IN.waiting.is_(false()),
    _SIGN_IN.seen_at > bindparam("idle_since"),
    _SIGN_IN.created_at > bindparam("begun_since"),
)


def account_row(session: Session, account_id: UUID) -> AccountRow:
    """Return the row of an account; raises NoSuchAccount."""
    row = session.get(AccountRow, account_id)
    if row is None:
        raise NoSuchAccount
    return row


def to_account(sealer: Sealer, row: AccountRow | Row[*tuple[Any, ...]]) -> Account:
    """Return the account as other rooms see it, from its row or from these columns of it."""
    return Account(
        id=row.id,
        name=names.unseal(sealer, row.sealed_name, row.id),
        role=Role(row.role),
        state=AccountState(row.state),
        language=row.language,
        organisation_id=row.organisation_id,
    )


def move(session: Session, account_id: UUID, *, old: AccountState, new: AccountState) -> None:
    """Take an account from one state to another; raises NoSuchAccount if it is not there now."""
    moved = session.scalars(
        update(AccountRow)
        .where(AccountRow.id == account_id, AccountRow.state == old)
        .values(state=new)
        .returning(AccountRow.id)
    ).first()
    if moved is None:
        raise NoSuchAccount


def hash_of(token: str) -> bytes:
    """Return what is kept of a sign-in token; it is random, so a plain SHA-256 will do."""
    return sha256(token.encode()).digest()


def limits(now: datetime) -> dict[str, datetime]:
    """Return what HOLDS compares with: sign-ins end after 15 idle minutes, and after 12 hours."""
    return {"idle_since": now - IDLE, "begun_since": now - ABSOLUTE}
