"""Retiring: sign-ins that ended, codes that ran out, applicants who were declined."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from members.model import ABSOLUTE, AccountState
from members.records import AccountRow, ContactCodeRow, ResetRow, SignInRow, VettingRow
from storage.retention import Rule

ENDED_KEPT = timedelta(days=1)
DECLINED_KEPT = timedelta(days=90)


def retention() -> tuple[Rule, ...]:
    """Return what of members is kept for how long."""
    return (
        _rule("sign-ins that ended", ENDED_KEPT, SignInRow, _ended),
        _rule("codes that ran out", ENDED_KEPT, ContactCodeRow, _ran_out),
        _rule("codes for a new passphrase", ENDED_KEPT, ResetRow, _forgotten),
        _rule("applicants who were declined", DECLINED_KEPT, AccountRow, _declined),
    )


Table = type[SignInRow] | type[ContactCodeRow] | type[ResetRow] | type[AccountRow]


def _rule(
    name: str, kept: timedelta, table: Table, is_due: Callable[[datetime], ColumnElement[bool]]
) -> Rule:
    def count(session: Session, *which: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(table).where(*which)) or 0

    def remove(session: Session, at: datetime, most: int) -> int:
        chosen = session.scalars(select(table.id).where(is_due(at)).limit(most)).all()
        session.execute(delete(table).where(table.id.in_(chosen)))
        return len(chosen)

    return Rule(
        name=name,
        kept=kept,
        total=count,
        due=lambda session, at: count(session, is_due(at)),
        remove=remove,
    )


def _ended(at: datetime) -> ColumnElement[bool]:
    return or_(
        SignInRow.ended_at < at - ENDED_KEPT, SignInRow.created_at < at - ABSOLUTE - ENDED_KEPT
    )


def _ran_out(at: datetime) -> ColumnElement[bool]:
    return ContactCodeRow.expires_at < at - ENDED_KEPT


def _forgotten(at: datetime) -> ColumnElement[bool]:
    return ResetRow.created_at < at - ENDED_KEPT


def _declined(at: datetime) -> ColumnElement[bool]:
    """Whoever was declined 90 days before and has not applied again."""
    declined = select(VettingRow.account_id).where(VettingRow.decided_at < at - DECLINED_KEPT)
    return (AccountRow.state == AccountState.DECLINED) & AccountRow.id.in_(declined)
