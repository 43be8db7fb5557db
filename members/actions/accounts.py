"""Accounts: make, read, rename, suspend, reinstate and count them."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members import names, passphrases
from members.actions import tries
from members.actions.holding import drop_pair, make_pair, reseal_pair
from members.actions.naming import free_number, new_draw
from members.actions.role_grants import found
from members.actions.rows import account_row, move, to_account
from members.actions.sign_ins import sign_out_everywhere
from members.actions.signing_in import Proved
from members.model import CASEWORK, STAFF, Account, AccountCount, AccountState, NewAccount, Role
from members.records import AccountRow, OrganisationRow
from members.refusals import NameRefused
from storage.base import new_id
from storage.keys import Sealers

TAKEN = "This working name cannot be used here. Choose another."


def create_account(
    session: Session,
    sealers: Sealers,
    *,
    new: NewAccount,
    passphrase: str,
    now: datetime,
    hasher: PasswordHasher = passphrases.STANDARD,
) -> Proved:
    """Make an account and return its id and key; raises NameRefused and PassphraseRefused.

    It has its key pair at once: reports that come in before its first sign-in are wrapped to it. A
    role of staff is founded: callers other than the operator's ask for it instead.
    """
    name = names.numbered(names.normalised(new.name), new.number)
    passphrases.accept(passphrase, name=name)
    account_id, stretched = new_id(), passphrases.stretched(passphrase, hasher)
    row = AccountRow(
        id=account_id,
        name_fingerprint=names.fingerprint(sealers.members, name),
        sealed_name=names.seal(sealers.members, name, account_id),
        passphrase_hash=stretched.stored,
        role=new.role,
        grant_id=_founded(session, account_id, new.role, now),
        state=new.state,
        organisation_id=find_organisation(session, name=new.organisation, now=now),
        created_at=now,
        language=new.language,
    )
    with _name_is_free(session):
        session.add(row)
    tries.forget(session, row.name_fingerprint)  # of whoever guessed before there was an account
    make_pair(session, account_id=account_id, unlocking=stretched.unlocking, now=now)
    return Proved(account_id=account_id, unlocking=stretched.unlocking)


def find_organisation(session: Session, *, name: str, now: datetime) -> UUID | None:
    """Return the id of an organisation, making it if it is new; None without a name."""
    name = " ".join(name.split())
    if not name:
        return None
    same = func.lower(OrganisationRow.name) == name.lower()
    known = session.scalar(select(OrganisationRow.id).where(same))
    if known is not None:
        return known
    row = OrganisationRow(id=new_id(), name=name, created_at=now)
    session.add(row)
    session.flush()
    return row.id


def get_account(session: Session, sealers: Sealers, *, account_id: UUID) -> Account:
    """Return an account; raises NoSuchAccount."""
    return to_account(sealers.members, account_row(session, account_id))


def rename(session: Session, sealers: Sealers, *, account_id: UUID, name: str) -> None:
    """Give an account another working name, with a number; raises NameRefused.

    Its own name may be written differently, and stays the same.
    """
    name, row = names.normalised(name), account_row(session, account_id)
    number = free_number(session, sealers, name=name, draw=new_draw())
    if names.fingerprint(sealers.members, name) != row.name_fingerprint:
        name = names.numbered(name, number)
    with _name_is_free(session):
        row.name_fingerprint = names.fingerprint(sealers.members, name)
        row.sealed_name = names.seal(sealers.members, name, row.id)


def change_passphrase(
    session: Session,
    proved: Proved,
    *,
    name: str,
    new: str,
    now: datetime,
    hasher: PasswordHasher = passphrases.STANDARD,
) -> Proved:
    """Change a passphrase and sign the account out everywhere; raises PassphraseRefused.

    The private key goes under the new one in the same transaction. `name` is the account's working
    name, which the passphrase must differ from.
    """
    passphrases.accept(new, name=name)
    stretched = passphrases.stretched(new, hasher)
    account_row(session, proved.account_id).passphrase_hash = stretched.stored
    session.flush()
    reseal_pair(
        session, account_id=proved.account_id, old=proved.unlocking, new=stretched.unlocking
    )
    sign_out_everywhere(session, account_id=proved.account_id, now=now)
    return Proved(account_id=proved.account_id, unlocking=stretched.unlocking)


def recover_account(
    session: Session,
    *,
    account_id: UUID,
    name: str,
    new: str,
    now: datetime,
    hasher: PasswordHasher = passphrases.STANDARD,
) -> Proved:
    """Give who lost the passphrase a new one and a new key pair; raises PassphraseRefused.

    What was wrapped to the old pair has to be wrapped again, by whoever opens it.
    """
    passphrases.accept(new, name=name)
    stretched = passphrases.stretched(new, hasher)
    account_row(session, account_id).passphrase_hash = stretched.stored
    session.flush()
    make_pair(session, account_id=account_id, unlocking=stretched.unlocking, now=now)
    sign_out_everywhere(session, account_id=account_id, now=now)
    return Proved(account_id=account_id, unlocking=stretched.unlocking)


def suspend(session: Session, *, account_id: UUID, now: datetime) -> None:
    """Take a vetted account's access away, at once and everywhere; raises NoSuchAccount.

    A caseworker's key pair goes with it, and all that was wrapped to it.
    """
    move(session, account_id, old=AccountState.VETTED, new=AccountState.SUSPENDED)
    if account_row(session, account_id).role in CASEWORK:
        drop_pair(session, account_id)
    sign_out_everywhere(session, account_id=account_id, now=now)


def reinstate(session: Session, *, account_id: UUID) -> None:
    """Give a suspended account its access back; raises NoSuchAccount."""
    move(session, account_id, old=AccountState.SUSPENDED, new=AccountState.VETTED)


def list_accounts(session: Session, sealers: Sealers, *, role: Role | None = None) -> list[Account]:
    """Return the accounts of a role, or all, oldest first; for the operator, never for a page."""
    rows = select(AccountRow).order_by(AccountRow.created_at, AccountRow.name_fingerprint)
    found = session.scalars(rows if role is None else rows.where(AccountRow.role == role))
    return [to_account(sealers.members, row) for row in found]


def names_of(session: Session, sealers: Sealers, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the working names of these accounts; who has left has none, and is left out."""
    rows = session.execute(
        select(AccountRow.id, AccountRow.sealed_name).where(AccountRow.id.in_(ids))
    )
    found = {id_: names.unseal(sealers.members, sealed, id_) for id_, sealed in rows}
    return {id_: name for id_, name in found.items() if name}


def staff_names(session: Session, sealers: Sealers) -> dict[UUID, str]:
    """Return the working names of everybody who has, or had, a role of staff."""
    rows = session.execute(
        select(AccountRow.id, AccountRow.sealed_name).where(AccountRow.role.in_(sorted(STAFF)))
    )
    found = {id_: names.unseal(sealers.members, sealed, id_) for id_, sealed in rows}
    return dict(sorted(found.items(), key=lambda each: each[1].casefold()))


def count_accounts(session: Session) -> list[AccountCount]:
    """Return how many accounts have each role and state."""
    rows = session.execute(
        select(AccountRow.role, AccountRow.state, func.count())
        .group_by(AccountRow.role, AccountRow.state)
        .order_by(AccountRow.role, AccountRow.state)
    )
    return [
        AccountCount(role=Role(role), state=AccountState(state), count=count)
        for role, state, count in rows
    ]


def _founded(session: Session, account_id: UUID, role: Role, now: datetime) -> UUID | None:
    if role not in STAFF:
        return None
    return found(session, account_id=account_id, role=role, now=now)


@contextmanager
def _name_is_free(session: Session) -> Iterator[None]:
    """Write the row in the block; the database decides who was first with a name."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise NameRefused(TAKEN) from None
