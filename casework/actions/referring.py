"""Referrals: which service of the directory somebody was told of, and what came of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.actions.access import case_row
from casework.model import NoSuchCase
from casework.records import ReferralRow
from casework.work import Referral, ReferralOutcome
from directory.actions import listing, listing_by_id
from members.model import Account
from storage.base import new_id


def refer(
    session: Session, account: Account, case_id: UUID, *, reference: str, now: datetime
) -> UUID:
    """Write down that somebody was told of a listing; raises NoSuchCase, NoSuchListing."""
    row, referral_id = case_row(session, case_id, account), new_id()
    session.add(
        ReferralRow(
            id=referral_id,
            case_id=row.id,
            listing_id=listing(session, reference).id,
            made_by=account.id,
            made_at=now,
            outcome=ReferralOutcome.TOLD,
            changed_at=now,
        )
    )
    session.flush()
    return referral_id


def change_referral(
    session: Session,
    account: Account,
    case_id: UUID,
    referral_id: UUID,
    *,
    outcome: ReferralOutcome,
    now: datetime,
) -> None:
    """Write down what came of a referral; raises NoSuchCase."""
    row = case_row(session, case_id, account)
    changed = session.scalar(
        update(ReferralRow)
        .where(ReferralRow.id == referral_id, ReferralRow.case_id == row.id)
        .values(outcome=outcome, changed_at=now)
        .returning(ReferralRow.id)
    )
    if changed is None:
        raise NoSuchCase


def referrals_of(session: Session, case_id: UUID) -> tuple[Referral, ...]:
    """Return the referrals of a case that was opened, newest first."""
    rows = session.scalars(
        select(ReferralRow)
        .where(ReferralRow.case_id == case_id)
        .order_by(ReferralRow.made_at.desc(), ReferralRow.id.desc())
    )
    return tuple(
        Referral(
            id=row.id,
            listing=listing_by_id(session, row.listing_id),
            by=row.made_by,
            at=row.made_at,
            outcome=ReferralOutcome(row.outcome),
            changed_at=row.changed_at,
        )
        for row in rows.all()
    )
