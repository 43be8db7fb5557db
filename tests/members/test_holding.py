"""Key pairs: one hash at sign-in opens them, a sign-in holds them till it ends, and no longer."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from nacl.public import PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from members import actions as members
from members.model import ABSOLUTE, IDLE
from members.records import KeyholderRow, SignInRow
from members.refusals import RecordsLocked
from storage.base import new_id
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import RECOVERY, NoRecoveryKey, NotOpenedYet, keep_key, open_key
from storage.sealing import CannotOpen
from tests import given
from tests.members.hashes import counted

NEW = "another set of words"
SECOND = timedelta(seconds=1)


def held(session: Session, token: str, person: given.Person) -> PrivateKey:
    return members.held_key(session, token=token, account_id=person.id)


def test_a_sign_in_costs_one_hash_and_opens_the_key(
    session: Session, sealers: Sealers, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = given.a_caseworker(session, sealers, now=now)
    costs = counted(monkeypatch)
    token = given.a_sign_in(session, sealers, person, now=now)
    assert len(costs) == 1
    public = members.holders(session, sealers)[person.id]
    assert held(session, token, person).public_key == public


def test_neither_the_row_nor_the_token_of_another_sign_in_opens_the_key(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_caseworker(session, sealers, now=now)
    token, other = (given.a_sign_in(session, sealers, person, now=now) for _ in range(2))
    first, second = session.scalars(select(SignInRow).where(SignInRow.account_id == person.id))
    assert bytes(held(session, token, person)) not in bytes(first.sealed_key or b"")
    first.sealed_key, second.sealed_key = second.sealed_key, first.sealed_key
    session.flush()
    for each in (token, other):
        with pytest.raises(CannotOpen):
            held(session, each, person)
    with pytest.raises(RecordsLocked):
        held(session, "no token", person)


@pytest.mark.parametrize("ending", ["sign out", "one", "all", "exchange"])
def test_a_sign_in_that_ends_leaves_no_key(
    session: Session, sealers: Sealers, now: datetime, ending: str
) -> None:
    person = given.a_caseworker(session, sealers, now=now)
    token = given.a_sign_in(session, sealers, person, now=now)
    row = session.scalars(select(SignInRow).where(SignInRow.account_id == person.id)).one()
    ends: dict[str, Callable[[], object]] = {
        "sign out": lambda: members.sign_out(session, token=token, now=now),
        "one": lambda: members.end_sign_in(
            session, account_id=person.id, sign_in_id=row.id, now=now
        ),
        "all": lambda: members.sign_out_everywhere(session, account_id=person.id, now=now),
        "exchange": lambda: members.reseal_held_key(
            session, old=token, new=given.a_sign_in(session, sealers, person, now=now)
        ),
    }
    ends[ending]()
    session.expire_all()
    assert row.sealed_key is None
    with pytest.raises(RecordsLocked):
        held(session, token, person)


def test_a_sign_in_that_takes_anothers_place_holds_its_key(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_caseworker(session, sealers, now=now)
    old, new = (given.a_sign_in(session, sealers, person, now=now) for _ in range(2))
    before = held(session, old, person)
    members.reseal_held_key(session, old=old, new=new)
    assert held(session, new, person) == before


@pytest.mark.parametrize("after", [IDLE, ABSOLUTE])
def test_a_sign_in_that_ran_out_is_wiped(
    session: Session, sealers: Sealers, now: datetime, after: timedelta
) -> None:
    person = given.a_caseworker(session, sealers, now=now)
    token = given.a_sign_in(session, sealers, person, now=now)
    members.wipe_run_out(session, now=now + IDLE - SECOND)
    held(session, token, person)
    members.wipe_run_out(session, now=now + after)
    with pytest.raises(RecordsLocked):
        held(session, token, person)


def test_another_passphrase_opens_the_same_key(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_caseworker(session, sealers, now=now)
    before = held(session, given.a_sign_in(session, sealers, person, now=now), person)
    proved = given.proved(session, sealers, person, now=now)
    members.change_passphrase(
        session, proved, name=person.name, new=NEW, now=now, hasher=given.QUICK
    )
    token = members.sign_in(
        session, sealers, name=person.name, passphrase=NEW, now=now, hasher=given.QUICK
    )
    token = given.past_second_step(session, sealers, token, now=now)
    assert held(session, token, person) == before
    row = session.get_one(KeyholderRow, person.id)
    with pytest.raises(CannotOpen):
        proved.unlocking.unseal(
            row.sealed_private, table="keyholder", column="sealed_private", row=person.id
        )


def test_another_cost_opens_the_same_key(session: Session, sealers: Sealers, now: datetime) -> None:
    person = given.a_caseworker(session, sealers, now=now)
    before = held(session, given.a_sign_in(session, sealers, person, now=now), person)
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    for _ in range(2):
        token = members.sign_in(
            session, sealers, name=person.name, passphrase=person.passphrase, now=now, hasher=dearer
        )
        token = given.past_second_step(session, sealers, token, now=now)
        assert held(session, token, person) == before


def test_a_suspended_caseworker_holds_nothing_at_once(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person, other = (given.a_caseworker(session, sealers, now=now) for _ in range(2))
    here = given.a_reader(session, sealers, person, now=now)
    there = given.a_reader(session, sealers, other, now=now)
    record, key = new_id(), DataKey.fresh()
    keep_key(session, key, record_id=record, holders=members.holders(session, sealers))
    session.flush()
    assert open_key(session, here, record) == key
    members.suspend(session, account_id=person.id, now=now)
    with pytest.raises(NotOpenedYet):
        open_key(session, here, record)
    assert open_key(session, there, record) == key
    assert person.id not in members.holders(session, sealers)


def test_only_caseworkers_and_the_recovery_key_are_holders(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    lead = given.a_lead(session, sealers, now=now)
    given.a_sign_in(session, sealers, given.a_member(session, sealers, now=now), now=now)
    given.an_operator(session, sealers, now=now)
    assert set(members.holders(session, sealers)) == {lead.id, RECOVERY}


def test_no_record_is_kept_without_the_recovery_key(session: Session) -> None:
    with pytest.raises(NoRecoveryKey):
        keep_key(session, DataKey.fresh(), record_id=new_id(), holders={})
