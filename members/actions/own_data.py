"""What is kept of an account, for its owner."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from members.actions.accounts import get_account
from members.actions.applying import own_statement
from members.actions.choosing import preferences
from members.actions.contacts import list_contacts
from members.actions.rows import account_row
from members.model import Account, OwnContact, Preferences, VettedHow
from members.records import OrganisationRow, VettingRow
from storage.keys import Sealers


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetting:
    """That somebody was vetted, when and how; by whom is not theirs to know."""

    at: datetime
    how: VettedHow | None
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """All that the room of members keeps of an account."""

    account: Account
    made_at: datetime
    organisation: str = field(repr=False)
    statement: str = field(repr=False)
    preferences: Preferences
    contacts: tuple[OwnContact, ...]
    vettings: tuple[Vetting, ...]


def own_data(session: Session, sealers: Sealers, *, account_id: UUID) -> OwnData:
    """Return what is kept of an account; raises NoSuchAccount."""
    row = account_row(session, account_id)
    organisation = (
        session.get(OrganisationRow, row.organisation_id) if row.organisation_id else None
    )
    vettings = session.scalars(
        select(VettingRow)
        .where(VettingRow.account_id == account_id)
        .order_by(VettingRow.decided_at)
    )
    return OwnData(
        account=get_account(session, sealers, account_id=account_id),
        made_at=row.created_at,
        organisation=organisation.name if organisation else "",
        statement=own_statement(session, sealers, account_id=account_id),
        preferences=preferences(session, account_id),
        contacts=tuple(list_contacts(session, sealers, account_id=account_id)),
        vettings=tuple(
            Vetting(
                at=each.decided_at,
                how=VettedHow(each.how) if each.how else None,
                accepted=each.accepted,
            )
            for each in vettings
        ),
    )
