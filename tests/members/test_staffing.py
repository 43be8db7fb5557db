"""Roles of staff: two people give one, the database holds it, and one takes it away."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members import actions as members
from members.approval_records import RoleGrantRow
from members.model import AccountState, NoSuchAccount, NotForThisRole, NotOneself, Role
from members.records import AccountRow
from members.refusals import ApprovalOver, AskedAlready, SecondPersonNeeded
from storage.engine import writing
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import RECOVERY, held, keep_key
from tests import given

WHY = "She has done the training."


@dataclass(frozen=True, slots=True)
class Office:
    """Two leads, and a member who shall work here."""

    session: Session
    sealers: Sealers
    now: datetime
    lead: UUID
    other: UUID
    rosa: given.Person

    def ask(self, role: Role = Role.CASEWORKER, *, by: UUID | None = None) -> UUID:
        """Ask for a role for the member, as the first lead unless another is named."""
        members.ask_for_role(
            self.session,
            self.sealers,
            account_id=self.rosa.id,
            role=role,
            by=by or self.lead,
            reason=WHY,
            now=self.now,
        )
        [waiting] = members.list_waiting(self.session, self.sealers, now=self.now)
        return waiting.id

    def give(self, approval_id: UUID, *, by: UUID | None = None) -> None:
        """Give it, as the second lead unless another is named."""
        members.give_role(
            self.session, self.sealers, approval_id=approval_id, by=by or self.other, now=self.now
        )

    def role(self) -> Role:
        """Return which role the member has now."""
        self.session.expire_all()
        return members.get_account(self.session, self.sealers, account_id=self.rosa.id).role


@pytest.fixture
def office(session: Session, sealers: Sealers, now: datetime) -> Office:
    """Give an instance that is past its founding."""
    lead, other = (given.a_lead(session, sealers, now=now).id for _ in range(2))
    rosa = given.a_member(session, sealers, now=now, name="Rosa")
    session.commit()
    return Office(session, sealers, now, lead, other, rosa)


def test_one_lead_asks_and_another_grants(office: Office) -> None:
    asked = office.ask()
    assert office.role() is Role.MEMBER
    office.give(asked)
    assert office.role() is Role.CASEWORKER
    shown = {
        each.account_id: each.founded for each in members.list_staff(office.session, office.sealers)
    }
    assert shown == {office.lead: True, office.other: True, office.rosa.id: False}


def test_whoever_asked_does_not_grant(office: Office) -> None:
    with pytest.raises(SecondPersonNeeded):
        office.give(office.ask(), by=office.lead)
    assert office.role() is Role.MEMBER


def test_nobody_asks_for_or_grants_their_own(office: Office) -> None:
    with pytest.raises(NotOneself):
        office.ask(by=office.rosa.id)
    with pytest.raises(SecondPersonNeeded):
        office.give(office.ask(), by=office.rosa.id)


def test_only_a_lead_grants(office: Office) -> None:
    caseworker = given.a_caseworker(office.session, office.sealers, now=office.now).id
    with pytest.raises(NotForThisRole):
        office.give(office.ask(), by=caseworker)


def test_no_role_is_asked_for_twice_or_that_is_none_or_there_already(office: Office) -> None:
    office.ask()
    with pytest.raises(AskedAlready):
        office.ask(Role.LEAD)
    for role in (Role.MEMBER, Role.PRACTITIONER):
        with pytest.raises(NotForThisRole):
            office.ask(role)


def test_who_is_suspended_meanwhile_gets_no_role(office: Office) -> None:
    asked = office.ask()
    members.suspend(office.session, account_id=office.rosa.id, now=office.now)
    with pytest.raises(NoSuchAccount):
        office.give(asked)


def test_with_the_role_comes_a_new_sign_in_and_no_former_program(office: Office) -> None:
    token = given.a_sign_in(office.session, office.sealers, office.rosa, now=office.now)
    program = members.create_token(office.session, account_id=office.rosa.id, now=office.now)
    office.give(office.ask())
    sign_in = members.resume(office.session, office.sealers, token=token, now=office.now)
    assert sign_in is None
    assert members.owner_of(office.session, office.sealers, token=program) is None


def test_the_operator_founds_until_there_are_two_leads(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    rosa, iris, vera = (given.a_member(session, sealers, now=now) for _ in range(3))
    founded = [
        members.ask_for_role(
            session,
            sealers,
            account_id=each.id,
            role=Role.LEAD,
            by=None,
            reason=WHY,
            now=now,
        )
        for each in (rosa, iris, vera)
    ]
    assert founded == [True, True, False]


def test_a_lead_alone_founds_nobody(session: Session, sealers: Sealers, now: datetime) -> None:
    lead, rosa = given.a_lead(session, sealers, now=now), given.a_member(session, sealers, now=now)
    at_once = members.ask_for_role(
        session, sealers, account_id=rosa.id, role=Role.LEAD, by=lead.id, reason=WHY, now=now
    )
    assert not at_once
    [asked] = members.list_waiting(session, sealers, now=now)
    with pytest.raises(SecondPersonNeeded):
        members.give_role(session, sealers, approval_id=asked.id, by=lead.id, now=now)


# Keys


def test_a_new_caseworker_opens_what_is_given_and_loses_it_with_the_role(office: Office) -> None:
    ruth = given.a_caseworker(office.session, office.sealers, now=office.now)
    reader = given.a_reader(office.session, office.sealers, ruth, now=office.now)
    given.a_sign_in(office.session, office.sealers, office.rosa, now=office.now)
    key, record_id = DataKey.fresh(), office.lead
    holders = members.holders(office.session, office.sealers)
    assert office.rosa.id not in holders
    keep_key(office.session, key, record_id=record_id, holders=holders)
    office.give(office.ask())
    assert office.rosa.id not in held(office.session)
    members.give_access(office.session, reader, to=office.rosa.id)
    assert held(office.session)[office.rosa.id] == 1
    members.take_role(office.session, account_id=office.rosa.id, now=office.now)
    assert office.rosa.id not in held(office.session)
    assert held(office.session)[RECOVERY] == 1
    account = members.get_account(office.session, office.sealers, account_id=office.rosa.id)
    assert (account.role, account.state) == (Role.MEMBER, AccountState.APPLIED)


def test_who_becomes_a_researcher_opens_no_report_any_more(office: Office) -> None:
    given.a_sign_in(office.session, office.sealers, office.rosa, now=office.now)
    office.give(office.ask())
    holders = members.holders(office.session, office.sealers)
    keep_key(office.session, DataKey.fresh(), record_id=office.lead, holders=holders)
    assert held(office.session)[office.rosa.id] == 1
    office.give(office.ask(Role.RESEARCHER))
    assert office.rosa.id not in held(office.session)


def test_nothing_is_taken_from_who_has_no_role(office: Office) -> None:
    with pytest.raises(NotForThisRole):
        members.take_role(office.session, account_id=office.rosa.id, now=office.now)


# The database by itself


def test_the_database_refuses_a_role_of_staff_without_a_grant(office: Office) -> None:
    with pytest.raises(IntegrityError, match="staff"):
        office.session.execute(
            text("UPDATE account SET role = 'lead' WHERE role = 'member'"),
        )


def test_the_database_refuses_another_role_than_was_granted(office: Office) -> None:
    office.give(office.ask())
    office.session.commit()
    with pytest.raises(IntegrityError):
        office.session.execute(
            update(AccountRow).where(AccountRow.id == office.rosa.id).values(role=Role.LEAD)
        )


def test_the_database_refuses_the_grant_of_somebody_else(office: Office) -> None:
    office.session.execute(update(AccountRow).values(state=AccountState.VETTED))
    theirs = office.session.get_one(AccountRow, office.lead).grant_id
    with pytest.raises(IntegrityError):
        office.session.execute(
            update(AccountRow)
            .where(AccountRow.id == office.rosa.id)
            .values(role=Role.LEAD, grant_id=theirs)
        )


def test_the_database_refuses_a_grant_of_one_person(office: Office) -> None:
    asked = office.ask()
    office.session.commit()
    grant: dict[str, object] = {
        "id": office.rosa.id,
        "account_id": office.rosa.id,
        "role": Role.CASEWORKER,
        "founded": False,
        "given_at": office.now,
    }
    for changes in ({}, {"approval_id": asked}, {"approval_id": asked, "granted_by": office.lead}):
        with pytest.raises(IntegrityError):
            office.session.execute(insert(RoleGrantRow).values(grant | changes))
        office.session.rollback()


def test_accounts_keep_their_rules_about_channels(office: Office) -> None:
    for channel in ("sms", "email"):
        with pytest.raises(IntegrityError, match=channel):
            office.session.execute(update(AccountRow).values({f"by_{channel}": True}))
        office.session.rollback()


# Two at once


def test_of_two_leads_who_grant_at_once_one_does(
    engine: Engine, office: Office, now: datetime
) -> None:
    third = given.a_lead(office.session, office.sealers, now=now).id
    asked = office.ask()
    office.session.commit()

    def give(by: UUID) -> bool:
        try:
            with writing(engine).begin() as session:
                members.give_role(session, office.sealers, approval_id=asked, by=by, now=now)
        except ApprovalOver:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, [office.other, third])) == [False, True]
    assert office.role() is Role.CASEWORKER
