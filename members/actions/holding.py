"""Key pairs: made with a passphrase, opened by it at sign-in, and kept by the sign-in till it ends.

A caseworker's opens what is reported; a member's opens what they wrote to their own reports. Who
loses the passphrase loses the key pair with it.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from nacl.public import PrivateKey, PublicKey
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from members.actions.rows import hash_of
from members.model import ABSOLUTE, CASEWORK, IDLE, AccountState, Role
from members.records import AccountRow, KeyholderRow, SignInRow
from members.refusals import RecordsLocked
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import RECOVERY, Reader, drop_holder
from storage.sealing import CannotOpen

PRIVATE = {"table": "keyholder", "column": "sealed_private"}
HELD = {"table": "sign_in", "column": "sealed_key"}


@dataclass(frozen=True, slots=True)
class Keyholder:
    """An account that may open records, and the public key to which they are wrapped."""

    account_id: UUID
    public: PublicKey


def caseworkers_with_keys(session: Session) -> list[Keyholder]:
    """Return everybody who works on reports and has a key pair."""
    rows = session.execute(
        select(KeyholderRow.account_id, KeyholderRow.public_key)
        .join(AccountRow, AccountRow.id == KeyholderRow.account_id)
        .where(AccountRow.state == AccountState.VETTED, AccountRow.role.in_(sorted(CASEWORK)))
        .order_by(KeyholderRow.made_at)
    )
    return [Keyholder(account_id, PublicKey(public)) for account_id, public in rows]


def leads(session: Session) -> list[UUID]:
    """Return every lead."""
    rows = select(AccountRow.id).where(
        AccountRow.state == AccountState.VETTED, AccountRow.role == Role.LEAD
    )
    return list(session.scalars(rows))


def public_key(session: Session, account_id: UUID) -> PublicKey | None:
    """Return to what is wrapped what an account may open; None if it has no key pair."""
    public = session.scalar(
        select(KeyholderRow.public_key).where(KeyholderRow.account_id == account_id)
    )
    return None if public is None else PublicKey(public)


def holders(session: Session, sealers: Sealers) -> dict[UUID, PublicKey]:
    """Return to whom the key of a new record is wrapped: caseworkers, and the recovery key."""
    found = {each.account_id: each.public for each in caseworkers_with_keys(session)}
    return {RECOVERY: sealers.recovery, **found}


def make_pair(
    session: Session, *, account_id: UUID, unlocking: DataKey, now: datetime
) -> PrivateKey:
    """Give an account a new key pair in the place of one it may have had; what that opened is lost.

    Of two first sign-ins at once the later one fails, and nothing is lost.
    """
    drop_pair(session, account_id)
    private = PrivateKey.generate()
    session.add(
        KeyholderRow(
            account_id=account_id,
            public_key=bytes(private.public_key),
            sealed_private=unlocking.seal(bytes(private), row=account_id, **PRIVATE),
            made_at=now,
        )
    )
    session.flush()
    return private


def drop_pair(session: Session, account_id: UUID) -> int:
    """Take an account's key pair away, and all that is wrapped to it; return how many records."""
    session.execute(delete(KeyholderRow).where(KeyholderRow.account_id == account_id))
    return drop_holder(session, account_id)


def open_pair(
    session: Session, *, account_id: UUID, unlocking: DataKey, now: datetime
) -> PrivateKey | None:
    """Return the private key of an account, making a pair for who has none.

    None for a pair made under another passphrase: only a recovery helps then.
    """
    row = session.get(KeyholderRow, account_id)
    if row is None:
        return make_pair(session, account_id=account_id, unlocking=unlocking, now=now)
    try:
        return PrivateKey(unlocking.unseal(row.sealed_private, row=account_id, **PRIVATE))
    except CannotOpen:
        return None


def reseal_pair(session: Session, *, account_id: UUID, old: DataKey, new: DataKey) -> None:
    """Put the private key under another passphrase, if there is one and the old one opens it."""
    row = session.get(KeyholderRow, account_id, with_for_update=True, populate_existing=True)
    if row is None:
        return
    private = old.unseal(row.sealed_private, row=account_id, **PRIVATE)
    row.sealed_private = new.seal(private, row=account_id, **PRIVATE)
    session.flush()


def hold(row: SignInRow, token: str, private: PrivateKey | None) -> None:
    """Keep a private key in a sign-in, under what follows from its token."""
    if private is not None:
        row.sealed_key = _of_token(token).seal(bytes(private), row=row.id, **HELD)


def held_key(session: Session, *, token: str, account_id: UUID) -> PrivateKey:
    """Return the private key that a sign-in holds; raises RecordsLocked."""
    found = session.execute(
        select(SignInRow.id, SignInRow.sealed_key).where(
            SignInRow.token_hash == hash_of(token),
            SignInRow.account_id == account_id,
            SignInRow.ended_at.is_(None),
            SignInRow.waiting.is_(False),
        )
    ).first()
    if found is None or found.sealed_key is None:
        raise RecordsLocked
    return PrivateKey(_of_token(token).unseal(found.sealed_key, row=found.id, **HELD))


def reader(session: Session, *, token: str, account_id: UUID) -> Reader:
    """Return what opens the records of an account that is signed in; raises RecordsLocked."""
    return Reader(account_id, held_key(session, token=token, account_id=account_id))


def reseal_held_key(session: Session, *, old: str, new: str) -> None:
    """Hand the key that one sign-in holds to the sign-in that takes its place."""
    former, following = (
        session.scalars(select(SignInRow).where(SignInRow.token_hash == hash_of(token))).one()
        for token in (old, new)
    )
    if former.sealed_key is not None:
        octets = _of_token(old).unseal(former.sealed_key, row=former.id, **HELD)
        following.sealed_key = _of_token(new).seal(octets, row=following.id, **HELD)
        former.sealed_key = None
    session.flush()


def wipe_run_out(session: Session, *, now: datetime) -> None:
    """Wipe the keys held by sign-ins that nobody ended and that have run out."""
    run_out = (SignInRow.seen_at <= now - IDLE) | (SignInRow.created_at <= now - ABSOLUTE)
    session.execute(
        update(SignInRow)
        .where(SignInRow.sealed_key.is_not(None), run_out)
        .values(sealed_key=None)
        .execution_options(synchronize_session=False)
    )


def reporter_mark(private: PrivateKey) -> bytes:
    """Return by what an account finds the reports it made: nobody else can compute it."""
    return hmac.digest(bytes(private), b"brolly|reporter", sha256)


def _of_token(token: str) -> DataKey:
    return DataKey.derived(token.encode(), purpose="held by a sign-in")
