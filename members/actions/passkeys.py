"""Passkeys of an account: asked for by a challenge, added, shown.

A challenge belongs to one sign-in and is answered once. Pages commit that it was taken before they
look at the answer, so that a refused one does not bring it back.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members import factors, passkeys
from members.actions.factors import LABEL, SECRET, forget_tries
from members.actions.rows import hash_of
from members.factors import FactorKind
from members.passkeys import ANSWERED_WITHIN, Passkey, Place
from members.records import FactorRow, SignInRow
from members.refusals import CopiedPasskey, WrongPasskey
from storage.base import new_id
from storage.keys import Sealers
from storage.sealing import Sealer


def begin_challenge(session: Session, *, token: str, now: datetime) -> bytes:
    """Draw the challenge that the next passkey on a sign-in answers; one before it is forgotten."""
    challenge = passkeys.new_challenge()
    session.execute(
        update(SignInRow)
        .where(SignInRow.token_hash == hash_of(token), SignInRow.ended_at.is_(None))
        .values(challenge=challenge, challenged_at=now)
    )
    return challenge


def take_challenge(session: Session, *, token: str, now: datetime) -> bytes:
    """Return the challenge of a sign-in and forget it; raises WrongPasskey if there is none."""
    asked = SignInRow.token_hash == hash_of(token), SignInRow.challenged_at > now - ANSWERED_WITHIN
    challenge = session.scalar(select(SignInRow.challenge).where(*asked))
    taken = session.scalars(
        update(SignInRow)
        .where(*asked, SignInRow.challenge.is_not(None), SignInRow.challenge == challenge)
        .values(challenge=None, challenged_at=None)
        .returning(SignInRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if challenge is None or taken is None:
        raise WrongPasskey
    return challenge


def list_passkeys(session: Session, sealers: Sealers, *, account_id: UUID) -> list[Passkey]:
    """Return the passkeys of an account."""
    rows = session.scalars(select(FactorRow).where(_own(account_id)))
    return [_opened(sealers.members, row) for row in rows]


def has_passkey(session: Session, *, account_id: UUID) -> bool:
    """Whether an account has a passkey."""
    found = session.scalars(select(FactorRow.id).where(_own(account_id)).limit(1)).first()
    return found is not None


def add_passkey(
    session: Session,
    sealers: Sealers,
    *,
    account_id: UUID,
    passkey: Passkey,
    count: int,
    now: datetime,
    label: str = "",
) -> None:
    """Let a passkey count; raises WrongPasskey if it is somebody's already."""
    factor_id, sealer = new_id(), sealers.members
    row = FactorRow(
        id=factor_id,
        account_id=account_id,
        kind=FactorKind.PASSKEY,
        sealed_label=sealer.seal(label[: factors.LONGEST_LABEL], row=factor_id, **LABEL),
        sealed_secret=sealer.seal(passkey.packed(), row=factor_id, **SECRET),
        credential_fingerprint=_fingerprint(sealer, passkey.credential_id),
        sign_count=count,
        created_at=now,
        confirmed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise WrongPasskey from None


def settle_passkey(
    session: Session,
    sealers: Sealers,
    *,
    account_id: UUID,
    place: Place,
    challenge: bytes,
    answer: str,
    now: datetime,
) -> None:
    """Take a passkey's answer; raises WrongPasskey, and CopiedPasskey if its count went back.

    The update keeps the count, so that of two copies that answer at once one is refused. Passkeys
    that are kept in several places do not count, and say 0 each time.
    """
    fingerprint = _fingerprint(sealers.members, passkeys.shown_id(answer))
    found = _own(account_id), FactorRow.credential_fingerprint == fingerprint
    row = session.scalars(select(FactorRow).where(*found)).first()
    if row is None:
        raise WrongPasskey
    count = passkeys.read_shown(place, challenge, _opened(sealers.members, row), answer)
    grown = FactorRow.sign_count < count if count else FactorRow.sign_count == 0
    taken = session.scalars(
        update(FactorRow)
        .where(FactorRow.id == row.id, grown)
        .values(sign_count=count, last_used_at=now)
        .returning(FactorRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise CopiedPasskey
    forget_tries(session, sealers, account_id=account_id)


def _own(account_id: UUID) -> ColumnElement[bool]:
    return and_(FactorRow.account_id == account_id, FactorRow.kind == FactorKind.PASSKEY)


def _opened(sealer: Sealer, row: FactorRow) -> Passkey:
    return Passkey.unpacked(sealer.text(row.sealed_secret, row=row.id, **SECRET))


def _fingerprint(sealer: Sealer, credential_id: bytes) -> bytes:
    return sealer.fingerprint("passkey", credential_id.hex())
