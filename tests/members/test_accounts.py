"""Accounts: made, renamed, suspended, counted, left."""

import re
from datetime import datetime

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members import actions as members
from members.model import (
    AccountCount,
    AccountState,
    NewAccount,
    NoSuchAccount,
    Preferences,
    Role,
)
from members.records import (
    AccountAreaRow,
    AccountRow,
    AccountSettingRow,
    ContactCodeRow,
    OrganisationRow,
)
from members.refusals import NameRefused, PassphraseRefused, WrongCredentials
from storage.base import new_id
from storage.engine import writing
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE, QUICK


def make(session: Session, sealers: Sealers, now: datetime, name: str, **more: str) -> None:
    """Make a member by name."""
    members.create_account(
        session,
        sealers,
        new=NewAccount(name=name, role=Role.MEMBER, organisation=more.get("organisation", "")),
        passphrase=more.get("passphrase", PASSPHRASE),
        now=now,
        hasher=QUICK,
    )


def test_a_name_belongs_to_one_account_however_it_is_typed(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    make(session, sealers, now, "Rosa of Salford")
    with pytest.raises(NameRefused, match="another"):
        make(session, sealers, now, "  ROSA of  Salford")
    make(session, sealers, now, "Rosa of Stockport")
    assert sum(each.count for each in members.count_accounts(session)) == 2


def test_two_who_take_a_name_at_once_are_told_apart_by_the_database(
    engine: Engine, session: Session, sealers: Sealers, now: datetime
) -> None:
    make(session, sealers, now, "Rosa of Salford")
    session.commit()
    with writing(engine)() as other:
        with pytest.raises(NameRefused):
            make(other, sealers, now, "Rosa of Salford")
        make(other, sealers, now, "Somebody else")  # the transaction can go on
        other.commit()


def test_an_account_is_not_made_with_a_weak_passphrase(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    with pytest.raises(PassphraseRefused):
        make(session, sealers, now, "Rosa", passphrase="short")
    assert members.count_accounts(session) == []


def test_names_and_passphrases_are_in_no_row_in_plain(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    make(session, sealers, now, "Rosa of Salford")
    [row] = session.execute(text("select * from account")).mappings()
    for value in row.values():
        plain = value if isinstance(value, bytes) else str(value).encode()
        assert b"rosa" not in plain.lower()
        assert PASSPHRASE.encode() not in plain


def test_a_renamed_account_is_found_by_its_new_name_only(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now, name="Rosa")
    members.rename(session, sealers, account_id=person.id, name="Violet")
    name = members.get_account(session, sealers, account_id=person.id).name
    assert re.fullmatch(r"Violet \d{4}", name)
    make(session, sealers, now, "Rosa")
    with pytest.raises(NameRefused):
        members.create_account(
            session,
            sealers,
            new=NewAccount(name="Violet", number=name[-4:], role=Role.MEMBER),
            passphrase=PASSPHRASE,
            now=now,
        )


def test_ones_own_name_can_be_written_differently_and_gets_no_number(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now, name="Violet")
    members.rename(session, sealers, account_id=person.id, name="VIOLET")
    assert members.get_account(session, sealers, account_id=person.id).name == "VIOLET"


def test_an_organisation_is_made_once(session: Session, sealers: Sealers, now: datetime) -> None:
    make(session, sealers, now, "Rosa", organisation="Lantern  Outreach")
    make(session, sealers, now, "Violet", organisation="lantern outreach ")
    assert session.scalars(select(OrganisationRow.name)).all() == ["Lantern Outreach"]


def test_a_suspended_account_comes_back_as_it_was(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    members.suspend(session, account_id=person.id, now=now)
    with pytest.raises(NoSuchAccount):
        members.suspend(session, account_id=person.id, now=now)
    assert state_of(session, sealers, person) is AccountState.SUSPENDED
    members.reinstate(session, account_id=person.id)
    assert state_of(session, sealers, person) is AccountState.VETTED
    with pytest.raises(NoSuchAccount):
        members.reinstate(session, account_id=person.id)


def test_a_suspension_in_the_middle_of_a_sign_in_wins(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    counted = members.count_try(session, sealers, name=person.name, now=now)
    members.suspend(session, account_id=person.id, now=now)
    with pytest.raises(WrongCredentials):
        members.finish_sign_in(
            session, counted, passphrase=person.passphrase, now=now, hasher=QUICK
        )


def state_of(session: Session, sealers: Sealers, person: given.Person) -> AccountState:
    """Return the state of an account as the database has it."""
    session.expire_all()
    return members.get_account(session, sealers, account_id=person.id).state


def test_accounts_are_counted_by_role_and_state(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    given.a_lead(session, sealers, now=now)
    for _ in range(2):
        given.a_member(session, sealers, now=now)
    given.an_applicant(session, sealers, now=now)
    assert members.count_accounts(session) == [
        AccountCount(role=Role.LEAD, state=AccountState.VETTED, count=1),
        AccountCount(role=Role.MEMBER, state=AccountState.APPLIED, count=1),
        AccountCount(role=Role.MEMBER, state=AccountState.VETTED, count=2),
    ]


def test_whoever_leaves_takes_name_contacts_and_choices_along(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(
        session,
        sealers,
        now=now,
        name="Rosa",
        phone="+447700900123",
        email="rosa@example.org",
        preferences=Preferences(areas=frozenset({"GB-GMP"}), by_sms=True, by_email=True),
    )
    members.leave(session, sealers, account_id=person.id, now=now)
    session.expire_all()
    account = members.get_account(session, sealers, account_id=person.id)
    assert (account.name, account.state) == ("", AccountState.LEFT)
    assert members.list_contacts(session, sealers, account_id=person.id) == []
    for rows in (AccountAreaRow, AccountSettingRow, ContactCodeRow):
        assert session.scalars(select(rows)).all() == []
    assert session.execute(text("select count(*) from contact")).scalar() == 0
    make(session, sealers, now, "Rosa")  # the name is free again


def test_an_applicant_who_leaves_leaves_no_application(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.an_applicant(session, sealers, now=now)
    members.leave(session, sealers, account_id=person.id, now=now)
    assert members.count_applicants(session) == 0


def test_there_is_nothing_to_leave_without_an_account(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    with pytest.raises(NoSuchAccount):
        members.leave(session, sealers, account_id=new_id(), now=now)


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_the_database_refuses_a_channel_without_a_contact(
    session: Session, sealers: Sealers, now: datetime, channel: str
) -> None:
    person = given.a_member(session, sealers, now=now)
    session.commit()
    row = session.get_one(AccountRow, person.id)
    setattr(row, f"by_{channel}", True)
    with pytest.raises(IntegrityError, match=f"ck_account_{channel}|CHECK"):
        session.flush()
    session.rollback()
