"""Watching: members' tokens kept as keyed hashes, until they match, end or are stopped.

A token comes from the element of an identifier, a hash from the token under a key that stands
apart: the database says that somebody watches something, and neither what nor whether it is listed.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from checker.encoding import to_base64url
from checker.records import StateRow, WatchRow
from checker.state import hold_register
from checker.watches import MOST_WATCHES, WATCH_LIFE, TooManyWatches, Watch, WatchOutdated
from members import actions as members
from storage.base import new_id
from storage.dialects import upsert
from storage.sealing import Sealer

_CURRENT = select(StateRow.epoch).scalar_subquery()


def watch(
    session: Session,
    sealer: Sealer,
    *,
    account_id: UUID,
    tokens: Collection[bytes],
    epoch: int,
    now: datetime,
) -> datetime:
    """Watch for what these tokens stand for and return until when; asking again renews it.

    The register is held meanwhile: its epoch stays, publications come before or after, and an
    account's wishes one after another. Raises WatchOutdated, TooManyWatches, RegisterUnavailable.
    """
    if hold_register(session).epoch != epoch:
        raise WatchOutdated
    hashes = {_hash(sealer, token) for token in tokens}
    _require_room(session, account_id, hashes, epoch, now)
    until = now + WATCH_LIFE
    kept = {"account_id": account_id, "epoch": epoch, "created_at": now, "expires_at": until}
    rows = [{"id": new_id(), "token_hash": each, **kept} for each in sorted(hashes)]
    insert = upsert(session, WatchRow).values(rows)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[WatchRow.account_id, WatchRow.token_hash],
            set_={"created_at": now, "expires_at": until},
        )
    )
    return until


def unwatch(
    session: Session, *, account_id: UUID, watch_ids: Collection[UUID] | None = None
) -> int:
    """Stop an account's watches, these of them or all; return how many there were."""
    chosen = WatchRow.account_id == account_id
    if watch_ids is not None:
        chosen = and_(chosen, WatchRow.id.in_(watch_ids))
    return len(session.execute(delete(WatchRow).where(chosen).returning(WatchRow.id)).all())


def watches_of(session: Session, *, account_id: UUID, now: datetime) -> tuple[Watch, ...]:
    """Return an account's watches, the first to end first."""
    rows = session.execute(
        select(
            WatchRow.id,
            WatchRow.created_at,
            WatchRow.expires_at,
            (WatchRow.epoch != _CURRENT).label("ended"),
        )
        .where(WatchRow.account_id == account_id, WatchRow.expires_at > now)
        .order_by(WatchRow.expires_at, WatchRow.id)
    )
    return tuple(
        Watch(id=row.id, asked_at=row.created_at, expires_at=row.expires_at, ended=row.ended)
        for row in rows
    )


def take_watchers(
    session: Session, sealer: Sealer, *, tokens: Collection[bytes], now: datetime
) -> frozenset[UUID]:
    """Return the accounts that watch for what these tokens stand for, and end those watches.

    So each is told once, by whoever asks first; the caller tells them in the same transaction.
    """
    hashes = [_hash(sealer, token) for token in tokens]
    matched = delete(WatchRow).where(WatchRow.token_hash.in_(hashes), WatchRow.expires_at > now)
    return frozenset(session.scalars(matched.returning(WatchRow.account_id)))


def forget_watches(session: Session, *, now: datetime) -> int:
    """Delete the watches whose time is over, or whose owner has left; return how many."""
    left = WatchRow.account_id.in_(members.left_accounts())
    over = delete(WatchRow).where(or_(WatchRow.expires_at <= now, left))
    return len(session.execute(over.returning(WatchRow.id)).all())


def end_watches(session: Session, *, limit: int) -> frozenset[UUID]:
    """Delete what was watched for in another epoch, of so many accounts; return the accounts.

    The caller tells them in the same transaction: such a watch can never match.
    """
    of_another = WatchRow.epoch != _CURRENT
    accounts = select(WatchRow.account_id).where(of_another).distinct().limit(limit)
    ended = delete(WatchRow).where(of_another, WatchRow.account_id.in_(accounts))
    return frozenset(session.scalars(ended.returning(WatchRow.account_id)))


def _hash(sealer: Sealer, token: bytes) -> bytes:
    return sealer.fingerprint("watch", to_base64url(token))


def _require_room(
    session: Session, account_id: UUID, hashes: Collection[bytes], epoch: int, now: datetime
) -> None:
    """Raise TooManyWatches if these would be more than there may be, beside those that stand."""
    ends = session.scalars(
        select(WatchRow.expires_at)
        .where(
            WatchRow.account_id == account_id,
            WatchRow.epoch == epoch,
            WatchRow.expires_at > now,
            WatchRow.token_hash.not_in(hashes),
        )
        .order_by(WatchRow.expires_at)
    ).all()
    excess = len(ends) + len(hashes) - MOST_WATCHES
    if excess > 0:
        raise TooManyWatches(ends[excess - 1])
