"""The address at which a calendar reads when tasks are due; only the hash of its token is kept."""

import secrets
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.actions.access import open_to
from casework.records import CaseRow, CaseTaskRow, TaskFeedRow
from casework.work import SHOWN_AHEAD, DueDay
from members.actions import get_account
from members.model import CASEWORK, AccountState
from storage.keys import Sealers

TOKEN_BYTES = 32


class NoSuchFeed(Exception):
    """No calendar is at this address, or whoever made it is not at the desk any more."""


def make_feed(session: Session, account_id: UUID, *, now: datetime) -> str:
    """Give an account's calendar a new address and return its token; the one before ends."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    drop_feed(session, account_id)
    session.add(TaskFeedRow(account_id=account_id, token_hash=_hash_of(token), made_at=now))
    session.flush()
    return token


def drop_feed(session: Session, account_id: UUID) -> None:
    """End the address of an account's calendar, if it has one."""
    session.execute(delete(TaskFeedRow).where(TaskFeedRow.account_id == account_id))


def feed_since(session: Session, account_id: UUID) -> datetime | None:
    """Return since when an account's calendar has its address; None if it has none."""
    found = select(TaskFeedRow.made_at).where(TaskFeedRow.account_id == account_id)
    return session.scalar(found)


def due_days(session: Session, sealers: Sealers, *, token: str, today: date) -> tuple[DueDay, ...]:
    """Return what is overdue, and due soon, of whose calendar this is; raises NoSuchFeed."""
    hashed = _hash_of(token)
    found = select(TaskFeedRow.account_id).where(TaskFeedRow.token_hash == hashed)
    account_id = session.scalar(found)
    if account_id is None:
        raise NoSuchFeed
    account = get_account(session, sealers, account_id=account_id)
    if account.state is not AccountState.VETTED or account.role not in CASEWORK:
        raise NoSuchFeed
    rows = session.execute(
        select(CaseTaskRow.id, CaseRow.reference, CaseTaskRow.due_on, CaseTaskRow.made_at)
        .join(CaseRow, CaseRow.id == CaseTaskRow.case_id)
        .where(
            CaseTaskRow.for_account == account.id,
            CaseTaskRow.done_at.is_(None),
            CaseTaskRow.due_on <= today + SHOWN_AHEAD,
            open_to(account),
        )
        .order_by(CaseTaskRow.due_on, CaseTaskRow.id)
    )
    return tuple(
        DueDay(id=task_id, reference=reference, due_on=due_on, made_at=made_at)
        for task_id, reference, due_on, made_at in rows
    )


def _hash_of(token: str) -> bytes:
    """Return what is kept of a token; it is random, so a plain SHA-256 will do."""
    return sha256(token.encode()).digest()
