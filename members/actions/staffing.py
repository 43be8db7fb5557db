"""Who works here: a role of staff comes from two people; taking it away takes one.

While fewer than two leads can sign in, nobody could grant: the operator at the machine founds then,
and the grant says so for good.
"""

from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from members import names, passphrases
from members.actions.accounts import create_account
from members.actions.approving import approval, ask, grant, use
from members.actions.linking import unlink
from members.actions.role_grants import found, give
from members.actions.rows import account_row
from members.actions.sign_ins import sign_out_everywhere
from members.actions.tokens import revoke_tokens
from members.approval_records import RoleGrantRow
from members.approvals import Approval, ApprovalKind, Colleague
from members.model import (
    CASEWORK,
    STAFF,
    AccountState,
    NewAccount,
    NoSuchAccount,
    NotForThisRole,
    NotOneself,
    Role,
)
from members.records import AccountRow
from storage.keys import Sealers
from storage.record_keys import drop_holder

LEADS_NEEDED = 2
BY_THE_OPERATOR = "Asked for by the operator, with a new account."


def is_founding(session: Session) -> bool:
    """Whether fewer leads can sign in than it takes to ask and to grant."""
    return count_leads(session) < LEADS_NEEDED


def count_leads(session: Session, *, but: UUID | None = None) -> int:
    """Return how many leads can sign in, one of them left out."""
    leads = select(func.count()).where(
        AccountRow.role == Role.LEAD, AccountRow.state == AccountState.VETTED
    )
    return session.scalar(leads if but is None else leads.where(AccountRow.id != but)) or 0


def make_staff(
    session: Session,
    sealers: Sealers,
    *,
    new: NewAccount,
    passphrase: str,
    now: datetime,
    hasher: PasswordHasher = passphrases.STANDARD,
) -> tuple[UUID, bool]:
    """Make an account at the machine; return its id, and whether it has its role already.

    Otherwise it is an applicant's until a lead grants the role that was asked for here.
    """
    if is_founding(session):
        made = create_account(
            session, sealers, new=new, passphrase=passphrase, now=now, hasher=hasher
        )
        return made.account_id, True
    waiting = NewAccount(name=new.name, role=Role.MEMBER, state=AccountState.APPLIED)
    made = create_account(
        session, sealers, new=waiting, passphrase=passphrase, now=now, hasher=hasher
    )
    _ask(session, sealers, made.account_id, new.role, None, BY_THE_OPERATOR, now)
    return made.account_id, False


def ask_for_role(
    session: Session,
    sealers: Sealers,
    *,
    account_id: UUID,
    role: Role,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> bool:
    """Ask for a vetted account to have a role of staff; whether it has it at once, being founded.

    `by` is None for the operator, who alone founds. Raises NoSuchAccount, NotOneself,
    NotForThisRole if it is no role of staff or theirs already, and AskedAlready.
    """
    if by == account_id:
        raise NotOneself
    row = account_row(session, account_id)
    if row.state != AccountState.VETTED:
        raise NoSuchAccount
    if role not in STAFF or role == row.role:
        raise NotForThisRole
    if by is None and is_founding(session):
        grant_id = found(session, account_id=account_id, role=role, now=now)
        _become(session, account_id, role, grant_id, now)
        return True
    _ask(session, sealers, account_id, role, by, reason, now)
    return False


def give_role(
    session: Session, sealers: Sealers, *, approval_id: UUID, by: UUID, now: datetime
) -> Approval:
    """Give the role that somebody else asked for; they sign in anew, with a second step.

    Raises what `grant` raises, NotForThisRole if no role was asked for, and NoSuchAccount if the
    account was suspended or has left. Records from before open once a colleague gives them.
    """
    asked = approval(session, sealers, approval_id)
    if asked.kind is not ApprovalKind.ROLE or asked.role is None:
        raise NotForThisRole
    granted = grant(session, sealers, approval_id=approval_id, by=by, now=now)
    use(session, approval_id=approval_id, now=now)
    grant_id = give(session, granted, now=now)
    _become(session, granted.subject_id, asked.role, grant_id, now)
    return granted


def take_role(session: Session, *, account_id: UUID, now: datetime) -> None:
    """Take a role of staff away, at once and everywhere: the account is an applicant's again.

    What was wrapped to it goes. Raises NotForThisRole if it has none.
    """
    row = _locked(session, account_id)
    if row.role not in STAFF:
        raise NotForThisRole
    row.role, row.grant_id = Role.MEMBER, None
    if row.state == AccountState.VETTED:
        row.state = AccountState.APPLIED
    session.flush()
    drop_holder(session, account_id)
    unlink(session, account_id=account_id)
    sign_out_everywhere(session, account_id=account_id, now=now)


def list_staff(session: Session, sealers: Sealers) -> list[Colleague]:
    """Return who has a role of staff now, by name, and whether the operator gave it alone."""
    rows = session.execute(
        select(AccountRow.id, AccountRow.sealed_name, AccountRow.role, RoleGrantRow.founded)
        .join(RoleGrantRow, RoleGrantRow.id == AccountRow.grant_id)
        .where(AccountRow.state == AccountState.VETTED, AccountRow.role.in_(sorted(STAFF)))
    )
    found = [
        Colleague(
            account_id=account_id,
            name=names.unseal(sealers.members, sealed, account_id),
            role=Role(role),
            founded=founded,
        )
        for account_id, sealed, role, founded in rows
    ]
    return sorted(found, key=lambda each: each.name.casefold())


def _ask(
    session: Session,
    sealers: Sealers,
    account_id: UUID,
    role: Role,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    ask(
        session,
        sealers,
        kind=ApprovalKind.ROLE,
        subject_id=account_id,
        role=role,
        by=by,
        reason=reason,
        now=now,
    )


def _become(session: Session, account_id: UUID, role: Role, grant_id: UUID, now: datetime) -> None:
    row = _locked(session, account_id)
    if row.state not in {AccountState.VETTED, AccountState.APPLIED}:
        raise NoSuchAccount
    was = row.role
    row.role, row.grant_id, row.state = role, grant_id, AccountState.VETTED
    session.flush()
    if was in CASEWORK and role not in CASEWORK:
        drop_holder(session, account_id)
    revoke_tokens(session, account_id=account_id)
    sign_out_everywhere(session, account_id=account_id, now=now)


def _locked(session: Session, account_id: UUID) -> AccountRow:
    row = session.get(AccountRow, account_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchAccount
    return row
