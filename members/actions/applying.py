"""Applying and vetting: somebody asks to join, a lead decides, and only the outcome is kept."""

from datetime import datetime
from functools import partial
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from members import names, passphrases
from members.actions.accounts import create_account, find_organisation
from members.actions.rows import account_row, move
from members.actions.sign_ins import sign_out_everywhere
from members.actions.signing_in import Proved
from members.model import (
    AT_RISK,
    LONGEST_ORGANISATION,
    LONGEST_STATEMENT,
    AccountState,
    Applicant,
    Application,
    NewAccount,
    NoSuchAccount,
    NotForThisRole,
    NotOneself,
    Role,
    VettedHow,
)
from members.records import AccountRow, ApplicationRow, VettingRow
from members.refusals import OrganisationMissing, StatementMissing
from storage.base import new_id
from storage.keys import Sealers
from storage.sealing import Sealed, Sealer


def apply(
    session: Session,
    sealers: Sealers,
    *,
    application: Application,
    passphrase: str,
    now: datetime,
    hasher: PasswordHasher = passphrases.STANDARD,
) -> Proved:
    """Keep an application and return the account's id and key.

    Raises NameRefused, PassphraseRefused, StatementMissing, OrganisationMissing and, for a role
    that nobody applies for, NotForThisRole. What an applicant wrote stays sealed until somebody
    decides and is deleted then; an organisation gets a row of its own only when they are vetted.
    """
    statement = application.statement.strip()[:LONGEST_STATEMENT]
    organisation = " ".join(application.organisation.split())[:LONGEST_ORGANISATION]
    _require_whole(application.role, statement, organisation)
    new = NewAccount(
        name=application.name,
        number=application.number,
        role=application.role,
        state=AccountState.APPLIED,
        language=application.language,
    )
    proved = create_account(
        session, sealers, new=new, passphrase=passphrase, now=now, hasher=hasher
    )
    account_id = proved.account_id
    seal = partial(sealers.members.seal, table="application", row=account_id)
    from_practitioner = application.role is Role.PRACTITIONER
    session.add(
        ApplicationRow(
            account_id=account_id,
            sealed_statement=seal(statement, column="statement"),
            sealed_organisation=seal(organisation, column="organisation")
            if from_practitioner
            else None,
            applied_at=now,
        )
    )
    session.flush()
    return proved


def list_applicants(session: Session, sealers: Sealers) -> list[Applicant]:
    """Return who waits for a decision, longest first."""
    rows = session.execute(_WAITING.order_by(ApplicationRow.applied_at))
    return [_to_applicant(sealers.members, account, asked) for account, asked in rows]


def get_applicant(session: Session, sealers: Sealers, *, account_id: UUID) -> Applicant:
    """Return one who waits for a decision; raises NoSuchAccount."""
    found = session.execute(_WAITING.where(AccountRow.id == account_id)).first()
    if found is None:
        raise NoSuchAccount
    return _to_applicant(sealers.members, *found)


def count_applicants(session: Session) -> int:
    """Return how many wait for a decision."""
    return session.scalar(select(func.count()).select_from(ApplicationRow)) or 0


def vet(
    session: Session,
    sealers: Sealers,
    *,
    account_id: UUID,
    by: UUID,
    how: VettedHow,
    now: datetime,
) -> None:
    """Accept an applicant; raises NotOneself, NotForThisRole and NoSuchAccount."""
    _decide(session, account_id=account_id, by=by, how=how, now=now)
    asked = session.get(ApplicationRow, account_id)
    if asked is not None and asked.sealed_organisation is not None:
        organisation = _words(
            sealers.members, asked.sealed_organisation, "organisation", account_id
        )
        row = account_row(session, account_id)
        row.organisation_id = find_organisation(session, name=organisation, now=now)
    _forget(session, account_id)


def decline(session: Session, *, account_id: UUID, by: UUID, now: datetime) -> None:
    """Turn an applicant down and close the account.

    Raises NotOneself, NotForThisRole and NoSuchAccount.
    """
    _decide(session, account_id=account_id, by=by, how=None, now=now)
    sign_out_everywhere(session, account_id=account_id, now=now)
    _forget(session, account_id)


def own_statement(session: Session, sealers: Sealers, *, account_id: UUID) -> str:
    """Return what an applicant wrote of themselves, which is kept until it is decided."""
    row = session.get(ApplicationRow, account_id)
    if row is None:
        return ""
    return _words(sealers.members, row.sealed_statement, "statement", account_id)


_WAITING = (
    select(AccountRow, ApplicationRow)
    .join_from(AccountRow, ApplicationRow, ApplicationRow.account_id == AccountRow.id)
    .where(AccountRow.state == AccountState.APPLIED)
)


def _require_whole(role: Role, statement: str, organisation: str) -> None:
    if role not in AT_RISK:
        raise NotForThisRole
    if not statement:
        raise StatementMissing
    if role is Role.PRACTITIONER and not organisation:
        raise OrganisationMissing


def _decide(
    session: Session, *, account_id: UUID, by: UUID, how: VettedHow | None, now: datetime
) -> None:
    if by == account_id:
        raise NotOneself
    lead = account_row(session, by)
    if lead.role != Role.LEAD or lead.state != AccountState.VETTED:
        raise NotForThisRole
    accepted = how is not None
    new = AccountState.VETTED if accepted else AccountState.DECLINED
    move(session, account_id, old=AccountState.APPLIED, new=new)
    session.add(
        VettingRow(
            id=new_id(),
            account_id=account_id,
            decided_by=by,
            decided_at=now,
            how=how,
            accepted=accepted,
        )
    )
    session.flush()


def _forget(session: Session, account_id: UUID) -> None:
    session.flush()
    session.execute(delete(ApplicationRow).where(ApplicationRow.account_id == account_id))


def _to_applicant(sealer: Sealer, account: AccountRow, asked: ApplicationRow) -> Applicant:
    return Applicant(
        account_id=account.id,
        name=names.unseal(sealer, account.sealed_name, account.id),
        statement=_words(sealer, asked.sealed_statement, "statement", account.id),
        role=Role(account.role),
        organisation=_words(sealer, asked.sealed_organisation, "organisation", account.id)
        if asked.sealed_organisation is not None
        else None,
        applied_at=asked.applied_at,
    )


def _words(sealer: Sealer, sealed: Sealed, column: str, account_id: UUID) -> str:
    return sealer.text(sealed, table="application", column=column, row=account_id)
