"""Applying and vetting: who decides, and that only the outcome is kept."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members import actions as members
from members.model import (
    AccountState,
    Application,
    NewAccount,
    NoSuchAccount,
    NotForThisRole,
    NotOneself,
    Role,
    VettedHow,
)
from members.records import ApplicationRow, OrganisationRow, VettingRow
from members.refusals import OrganisationMissing, StatementMissing
from storage.base import new_id
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE, QUICK

STATEMENT = "My advert: example.org/ads/rosa"


def asks(session: Session, sealers: Sealers, now: datetime, **changes: object) -> None:
    """Apply with some answers changed."""
    answers: dict[str, object] = {"name": "Rosa", "role": Role.MEMBER, "statement": STATEMENT}
    members.apply(
        session,
        sealers,
        application=Application(**{**answers, **changes}),  # type: ignore[arg-type] # answers
        passphrase=PASSPHRASE,
        now=now,
        hasher=QUICK,
    )


def test_an_applicant_may_sign_in_but_not_check(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.an_applicant(session, sealers, now=now)
    token = given.a_sign_in(session, sealers, person, now=now)
    account = members.resume(session, sealers, token=token, now=now)
    assert account is not None
    assert account.state is AccountState.APPLIED
    assert not account.may_check


def test_a_lead_reads_who_waits_longest_first(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    asks(session, sealers, now, name="Violet")
    asks(
        session,
        sealers,
        now - timedelta(hours=1),
        name="Rosa",
        role=Role.PRACTITIONER,
        organisation="Lantern Outreach",
    )
    first, second = members.list_applicants(session, sealers)
    assert (first.name, first.organisation, first.role) == (
        "Rosa",
        "Lantern Outreach",
        Role.PRACTITIONER,
    )
    assert (second.name, second.statement, second.organisation) == ("Violet", STATEMENT, None)
    assert members.count_applicants(session) == 2
    assert members.get_applicant(session, sealers, account_id=second.account_id) == second
    assert "Rosa" not in repr(first)
    assert "Lantern" not in repr(first)
    assert STATEMENT not in repr(second)


def test_what_an_applicant_wrote_is_stored_sealed(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    asks(session, sealers, now, role=Role.PRACTITIONER, organisation="Lantern Outreach")
    [row] = session.execute(text("select * from application")).mappings()
    assert not any(b"advert" in value for value in row.values() if isinstance(value, bytes))
    assert not any(b"Lantern" in value for value in row.values() if isinstance(value, bytes))
    assert session.scalars(select(OrganisationRow)).all() == []


@pytest.mark.parametrize("how", VettedHow)
def test_a_lead_vets_and_only_who_when_and_how_are_kept(
    session: Session, sealers: Sealers, now: datetime, how: VettedHow
) -> None:
    person = given.an_applicant(session, sealers, now=now)
    lead = given.a_lead(session, sealers, now=now)
    members.vet(session, sealers, account_id=person.id, by=lead.id, how=how, now=now)
    session.commit()
    session.expire_all()
    account = members.get_account(session, sealers, account_id=person.id)
    assert account.may_check
    assert session.scalars(select(ApplicationRow)).all() == []
    [kept] = session.execute(text("select * from vetting")).mappings()
    assert set(kept) == {"id", "account_id", "decided_by", "decided_at", "how", "accepted"}
    assert (kept["how"], bool(kept["accepted"])) == (how, True)


def test_a_practitioner_gets_their_organisation_when_vetted(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    lead = given.a_lead(session, sealers, now=now)
    several = [
        given.an_applicant(
            session, sealers, now=now, role=Role.PRACTITIONER, organisation="Lantern Outreach"
        )
        for _ in range(2)
    ]
    for person in several:
        members.vet(
            session,
            sealers,
            account_id=person.id,
            by=lead.id,
            how=VettedHow.ORGANISATION_VOUCHED,
            now=now,
        )
    accounts = [members.get_account(session, sealers, account_id=each.id) for each in several]
    assert accounts[0].organisation_id == accounts[1].organisation_id is not None


def test_a_declined_applicant_is_signed_out_and_what_they_wrote_is_gone(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.an_applicant(session, sealers, now=now)
    lead = given.a_lead(session, sealers, now=now)
    token = given.a_sign_in(session, sealers, person, now=now)
    members.decline(session, account_id=person.id, by=lead.id, now=now)
    assert members.resume(session, sealers, token=token, now=now) is None
    assert members.list_applicants(session, sealers) == []
    [kept] = session.scalars(select(VettingRow)).all()
    assert (kept.accepted, kept.how) == (False, None)


def test_an_application_is_decided_once(session: Session, sealers: Sealers, now: datetime) -> None:
    person = given.an_applicant(session, sealers, now=now)
    lead = given.a_lead(session, sealers, now=now)
    members.decline(session, account_id=person.id, by=lead.id, now=now)
    with pytest.raises(NoSuchAccount):
        members.vet(
            session, sealers, account_id=person.id, by=lead.id, how=VettedHow.PROFILE, now=now
        )
    with pytest.raises(NoSuchAccount):
        members.get_applicant(session, sealers, account_id=person.id)


def test_nobody_vets_themselves(session: Session, sealers: Sealers, now: datetime) -> None:
    lead = members.create_account(
        session,
        sealers,
        new=NewAccount(name="Imogen", role=Role.LEAD, state=AccountState.APPLIED),
        passphrase=PASSPHRASE,
        now=now,
        hasher=QUICK,
    ).account_id
    with pytest.raises(NotOneself):
        members.vet(session, sealers, account_id=lead, by=lead, how=VettedHow.PROFILE, now=now)


def test_the_database_refuses_whoever_vets_themselves(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    lead = given.a_lead(session, sealers, now=now)
    session.add(
        VettingRow(
            id=new_id(),
            account_id=lead.id,
            decided_by=lead.id,
            decided_at=now,
            how=VettedHow.PROFILE,
            accepted=True,
        )
    )
    with pytest.raises(IntegrityError, match="not_oneself"):
        session.flush()
    session.rollback()


@pytest.mark.parametrize(
    "role", [Role.MEMBER, Role.PRACTITIONER, Role.CASEWORKER, Role.OPERATOR, Role.RESEARCHER]
)
def test_only_a_lead_decides(session: Session, sealers: Sealers, now: datetime, role: Role) -> None:
    person = given.an_applicant(session, sealers, now=now)
    other = given.a_colleague(session, sealers, role, now=now)
    with pytest.raises(NotForThisRole):
        members.vet(
            session, sealers, account_id=person.id, by=other.id, how=VettedHow.PROFILE, now=now
        )
    with pytest.raises(NotForThisRole):
        members.decline(session, account_id=person.id, by=other.id, now=now)


def test_a_suspended_lead_decides_nothing(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.an_applicant(session, sealers, now=now)
    lead = given.a_lead(session, sealers, now=now)
    members.suspend(session, account_id=lead.id, now=now)
    session.expire_all()
    with pytest.raises(NotForThisRole):
        members.decline(session, account_id=person.id, by=lead.id, now=now)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MEMBER, Role.PRACTITIONER}))
def test_nobody_applies_to_be_staff(
    session: Session, sealers: Sealers, now: datetime, role: Role
) -> None:
    with pytest.raises(NotForThisRole):
        asks(session, sealers, now, role=role)


def test_an_application_says_how_somebody_could_be_vetted(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    with pytest.raises(StatementMissing):
        asks(session, sealers, now, statement="  ")
    with pytest.raises(OrganisationMissing):
        asks(session, sealers, now, role=Role.PRACTITIONER, organisation=" ")
