"""Giving access: somebody who opens the records wraps their keys to a colleague, part by part."""

from dataclasses import dataclass, field
from uuid import UUID

from nacl.public import PublicKey
from sqlalchemy.orm import Session

from members.actions.accounts import names_of
from members.actions.holding import caseworkers_with_keys, leads
from members.model import NoSuchAccount
from storage.keys import Sealers
from storage.record_keys import RECOVERY, Reader, give, held, missing

PART = 500  # keys wrapped in one transaction: a tenth of a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a caseworker opens of all there is."""

    account_id: UUID
    name: str = field(repr=False)
    opens: int
    records: int


def list_access(session: Session, sealers: Sealers) -> list[Access]:
    """Return what each caseworker with a key pair opens, in the order of their key pairs."""
    ids = [each.account_id for each in caseworkers_with_keys(session)]
    names, counts = names_of(session, sealers, ids), held(session)
    return [
        Access(
            account_id=each,
            name=names.get(each, ""),
            opens=counts.get(each, 0),
            records=counts.get(RECOVERY, 0),
        )
        for each in ids
    ]


def give_access(session: Session, giver: Reader, *, to: UUID) -> int:
    """Wrap the next part to a caseworker, and return how much is left; raises NoSuchAccount.

    Commit, and call it again until nothing is left: what was wrapped stays wrapped. What is narrow
    goes to leads only.
    """
    lead, public = to in set(leads(session)), _public(session, to)
    give(session, giver, to=to, public=public, most=PART, with_narrow=lead)
    return missing(session, giver=giver.holder_id, to=to, with_narrow=lead)


def count_missing(session: Session, giver: Reader, *, to: UUID) -> int:
    """Return how much the giver opens and a colleague does not."""
    lead = to in set(leads(session))
    return missing(session, giver=giver.holder_id, to=to, with_narrow=lead)


def _public(session: Session, account_id: UUID) -> PublicKey:
    for each in caseworkers_with_keys(session):
        if each.account_id == account_id:
            return each.public
    raise NoSuchAccount
