"""Giving access: to who came later, in parts, once, whoever stops it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

import pytest
from nacl.public import PrivateKey
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from members import actions as members
from members.actions import giving
from members.model import NoSuchAccount
from storage.base import new_id
from storage.engine import writing
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import (
    RECOVERY,
    NotOpenedYet,
    Reader,
    give,
    held,
    keep_key,
    open_key,
    shred,
    without_recovery,
)
from storage.records import RecordKeyRow
from storage.sealing import CannotOpen
from tests import given

RECORDS = 7


@pytest.fixture
def ruth(session: Session, sealers: Sealers, now: datetime) -> Reader:
    """Give a caseworker who was here when the records came in."""
    person = given.a_caseworker(session, sealers, now=now)
    return given.a_reader(session, sealers, person, now=now)


@pytest.fixture
def kept(session: Session, sealers: Sealers, ruth: Reader) -> dict[UUID, DataKey]:
    """Give records that she opens, and their keys."""
    assert ruth.holder_id in members.holders(session, sealers)
    keys = {new_id(): DataKey.fresh() for _ in range(RECORDS)}
    for record_id, key in keys.items():
        keep_key(session, key, record_id=record_id, holders=members.holders(session, sealers))
    session.commit()
    return keys


@pytest.fixture
def later(session: Session, sealers: Sealers, kept: dict[UUID, DataKey], now: datetime) -> Reader:
    """Give a caseworker who came later, and opens nothing yet."""
    reader = given.a_reader(
        session, sealers, given.a_caseworker(session, sealers, now=now), now=now
    )
    session.commit()
    with pytest.raises(NotOpenedYet):
        open_key(session, reader, next(iter(kept)))
    return reader


def test_whoever_came_later_opens_all_that_is_given(
    session: Session, ruth: Reader, later: Reader, kept: dict[UUID, DataKey]
) -> None:
    assert members.give_access(session, ruth, to=later.holder_id) == 0
    assert {each: open_key(session, later, each) for each in kept} == kept
    assert held(session) == dict.fromkeys((RECOVERY, ruth.holder_id, later.holder_id), RECORDS)


def test_what_was_stopped_is_gone_on_with(
    session: Session,
    ruth: Reader,
    later: Reader,
    kept: dict[UUID, DataKey],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(giving, "PART", 3)
    assert members.give_access(session, ruth, to=later.holder_id) == 4
    session.commit()
    members.give_access(session, ruth, to=later.holder_id)
    session.rollback()  # as if it was killed
    left = [members.give_access(session, ruth, to=later.holder_id) for _ in range(3)]
    assert left == [1, 0, 0]
    assert {each: open_key(session, later, each) for each in kept} == kept


def test_two_who_give_at_once_wrap_each_record_once(
    engine: Engine, session: Session, ruth: Reader, later: Reader, kept: dict[UUID, DataKey]
) -> None:
    session.rollback()

    def run(_: int) -> None:
        with writing(engine).begin() as other:
            members.give_access(other, ruth, to=later.holder_id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    assert held(session)[later.holder_id] == len(kept)


def test_the_recovery_key_opens_everything_to_a_new_key_pair(
    session: Session,
    sealers: Sealers,
    recovery: Reader,
    ruth: Reader,
    kept: dict[UUID, DataKey],
    now: datetime,
) -> None:
    name = members.names_of(session, sealers, [ruth.holder_id])[ruth.holder_id]
    new = "a passphrase after the old one"
    members.recover_account(
        session, account_id=ruth.holder_id, name=name, new=new, now=now, hasher=given.QUICK
    )
    assert held(session) == {RECOVERY: RECORDS}
    members.give_access(session, recovery, to=ruth.holder_id)
    token = members.sign_in(
        session, sealers, name=name, passphrase=new, now=now, hasher=given.QUICK
    )
    token = given.past_second_step(session, sealers, token, now=now)
    again = members.reader(session, token=token, account_id=ruth.holder_id)
    assert {each: open_key(session, again, each) for each in kept} == kept
    with pytest.raises(CannotOpen):
        open_key(session, ruth, next(iter(kept)))  # with the former private key


def test_nothing_is_given_to_who_is_no_caseworker(
    session: Session, sealers: Sealers, ruth: Reader, kept: dict[UUID, DataKey], now: datetime
) -> None:
    member = given.a_member(session, sealers, now=now)
    given.a_sign_in(session, sealers, member, now=now)
    with pytest.raises(NoSuchAccount):
        members.give_access(session, ruth, to=member.id)
    assert len(kept) == RECORDS


def test_a_wrap_that_was_moved_to_another_record_is_not_passed_on(
    session: Session, ruth: Reader, later: Reader, kept: dict[UUID, DataKey]
) -> None:
    one, other = list(kept)[:2]
    rows = {
        row.record_id: row
        for row in session.scalars(
            select(RecordKeyRow).where(RecordKeyRow.holder_id == ruth.holder_id)
        )
    }
    rows[one].wrapped, rows[other].wrapped = rows[other].wrapped, rows[one].wrapped
    session.flush()
    refused: list[Callable[[], object]] = [
        lambda: open_key(session, ruth, one),
        lambda: give(
            session,
            ruth,
            to=later.holder_id,
            public=PrivateKey.generate().public_key,
            most=RECORDS,
        ),
    ]
    for each in refused:
        with pytest.raises(CannotOpen):
            each()


def test_a_shredded_record_opens_for_nobody_and_is_not_missed(
    session: Session, ruth: Reader, recovery: Reader, kept: dict[UUID, DataKey]
) -> None:
    gone = next(iter(kept))
    shred(session, [gone])
    for reader in (ruth, recovery):
        with pytest.raises(NotOpenedYet):
            open_key(session, reader, gone)
    assert without_recovery(session) == 0


def test_a_record_that_the_recovery_key_does_not_open_is_counted(
    session: Session, kept: dict[UUID, DataKey]
) -> None:
    lost = session.get_one(RecordKeyRow, (next(iter(kept)), RECOVERY))
    session.delete(lost)
    session.flush()
    assert without_recovery(session) == 1
