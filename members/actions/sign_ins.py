"""The sign-ins of an account: list them, end one, end them all."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, true, update
from sqlalchemy.orm import Session

from members.actions.rows import HOLDS, hash_of, limits
from members.model import NoSuchAccount, SignedIn
from members.records import ContactCodeRow, OpenIdVisitRow, ResetRow, SignInRow, TokenRow


def list_sign_ins(
    session: Session, *, account_id: UUID, token: str, now: datetime
) -> list[SignedIn]:
    """Return the sign-ins of an account that still hold, newest first."""
    rows = session.scalars(
        select(SignInRow)
        .where(SignInRow.account_id == account_id, *HOLDS)
        .order_by(SignInRow.created_at.desc()),
        limits(now),
    )
    return [
        SignedIn(
            id=row.id,
            since=row.created_at,
            seen_at=row.seen_at,
            is_this_one=row.token_hash == hash_of(token),
        )
        for row in rows
    ]


def end_sign_in(session: Session, *, account_id: UUID, sign_in_id: UUID, now: datetime) -> None:
    """End one of an account's own sign-ins; raises NoSuchAccount if it is not theirs."""
    ended = session.scalars(
        update(SignInRow)
        .where(SignInRow.id == sign_in_id, SignInRow.account_id == account_id)
        .values(ended_at=now, sealed_key=None)
        .returning(SignInRow.id)
    ).first()
    if ended is None:
        raise NoSuchAccount


def sign_out_everywhere(session: Session, *, account_id: UUID, now: datetime) -> None:
    """End every sign-in of an account."""
    session.execute(
        update(SignInRow)
        .where(SignInRow.account_id == account_id, SignInRow.ended_at.is_(None))
        .values(ended_at=now, sealed_key=None)
    )


def end_sign_ins(session: Session, *, account_id: UUID | None, now: datetime) -> int:
    """End every sign-in of an account, or without one of everybody; return how many held.

    Nor does anybody come in who is on the way from the provider.
    """
    theirs = SignInRow.account_id == account_id if account_id else true()
    on_the_way = OpenIdVisitRow.account_id == account_id if account_id else true()
    ended = session.scalars(
        update(SignInRow)
        .where(theirs, SignInRow.ended_at.is_(None))
        .values(ended_at=now, sealed_key=None)
        .returning(SignInRow.id)
    ).all()
    session.execute(delete(OpenIdVisitRow).where(on_the_way))
    return len(ended)


def sign_out_elsewhere(session: Session, *, account_id: UUID, token: str, now: datetime) -> None:
    """End every sign-in of an account but the one of this token."""
    session.execute(
        update(SignInRow)
        .where(
            SignInRow.account_id == account_id,
            SignInRow.token_hash != hash_of(token),
            SignInRow.ended_at.is_(None),
        )
        .values(ended_at=now, sealed_key=None)
    )


def forget_all_sign_ins(session: Session) -> None:
    """Forget every sign-in, token and code, as after a restore: some were ended since the backup.

    The statements name no column, for they run on the tables of the backup.
    """
    for row in (SignInRow, TokenRow, ContactCodeRow, ResetRow):
        session.execute(delete(row).execution_options(synchronize_session=False))
