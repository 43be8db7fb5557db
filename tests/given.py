"""Builders: what a test starts from, said in the domain's words.

Each takes the session and what the test cares about, keeps its rows in the test's own transaction
(the test commits when somebody else shall see them) and returns ids and what a person would know.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from members import actions as members
from members import factors
from members.model import (
    STAFF,
    AccountState,
    Application,
    Enrolment,
    NewAccount,
    Preferences,
    Role,
)
from messages import actions as messages
from messages.model import Channel
from storage.keys import Sealers
from storage.record_keys import Reader

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the least argon2 allows
PASSPHRASE = "a kettle by the window"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the app of everybody who works here
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account and what its owner knows."""

    id: UUID
    name: str
    passphrase: str = field(repr=False)
    role: Role
    sms_contact_id: UUID | None = None
    email_contact_id: UUID | None = None


def a_member(
    session: Session,
    sealers: Sealers,
    *,
    now: datetime,
    name: str = "",
    role: Role = Role.MEMBER,
    phone: str = "",
    email: str = "",
    preferences: Preferences | None = None,
) -> Person:
    """Make a vetted member; a phone or an email is confirmed and switched on.

    `preferences` are taken as they are, and otherwise cover everywhere by the contacts given.
    """
    name = name or f"Member {next(_NUMBERS)}"
    sms = a_contact(session, sealers, Channel.SMS, phone, now=now) if phone else None
    mail = a_contact(session, sealers, Channel.EMAIL, email, now=now) if email else None
    chosen = preferences or Preferences(
        everywhere=True, by_sms=sms is not None, by_email=mail is not None
    )
    enrolment = Enrolment(
        name=name,
        passphrase_hash=members.hashed(PASSPHRASE, QUICK),
        role=role,
        preferences=chosen,
        sms_contact_id=sms,
        email_contact_id=mail,
    )
    [account_id] = members.enrol(session, sealers, enrolments=[enrolment], now=now)
    return Person(
        id=account_id,
        name=name,
        passphrase=PASSPHRASE,
        role=role,
        sms_contact_id=sms,
        email_contact_id=mail,
    )


def a_practitioner(session: Session, sealers: Sealers, *, now: datetime) -> Person:
    """Make a vetted practitioner."""
    return a_member(session, sealers, now=now, role=Role.PRACTITIONER)


def a_caseworker(session: Session, sealers: Sealers, *, now: datetime, name: str = "") -> Person:
    """Make a caseworker."""
    return a_colleague(session, sealers, Role.CASEWORKER, now=now, name=name)


def a_lead(session: Session, sealers: Sealers, *, now: datetime, name: str = "") -> Person:
    """Make a lead caseworker."""
    return a_colleague(session, sealers, Role.LEAD, now=now, name=name)


def an_operator(session: Session, sealers: Sealers, *, now: datetime, name: str = "") -> Person:
    """Make an operator."""
    return a_colleague(session, sealers, Role.OPERATOR, now=now, name=name)


def a_colleague(
    session: Session, sealers: Sealers, role: Role, *, now: datetime, name: str = ""
) -> Person:
    """Make a member of staff."""
    name = name or f"{role.title()} {next(_NUMBERS)}"
    made = members.create_account(
        session,
        sealers,
        new=NewAccount(name=name, role=role, state=AccountState.VETTED),
        passphrase=PASSPHRASE,
        now=now,
        hasher=QUICK,
    )
    if role in STAFF:
        members.add_totp(session, sealers, account_id=made.account_id, secret=TOTP_SECRET, now=now)
    return Person(id=made.account_id, name=name, passphrase=PASSPHRASE, role=role)


def an_applicant(
    session: Session,
    sealers: Sealers,
    *,
    now: datetime,
    name: str = "",
    role: Role = Role.MEMBER,
    organisation: str = "",
) -> Person:
    """Make somebody who asked to join and waits."""
    name = name or f"Applicant {next(_NUMBERS)}"
    application = Application(
        name=name,
        role=role,
        statement="My advert is on example.org under this name.",
        organisation=organisation,
    )
    asked = members.apply(
        session, sealers, application=application, passphrase=PASSPHRASE, now=now, hasher=QUICK
    )
    return Person(id=asked.account_id, name=name, passphrase=PASSPHRASE, role=role)


def a_contact(
    session: Session,
    sealers: Sealers,
    channel: Channel,
    address: str,
    *,
    now: datetime,
    verified: bool = True,
) -> UUID:
    """Make a contact, confirmed unless the test says otherwise."""
    contact_id = messages.add_contact(
        session, sealers.contacts, channel=channel, address=address, now=now
    )
    if verified:
        messages.verify_contact(session, contact_id=contact_id, now=now)
    return contact_id


def a_sign_in(session: Session, sealers: Sealers, person: Person, *, now: datetime) -> str:
    """Sign somebody in, with the second step where there is one, and return the token."""
    token = members.sign_in(
        session, sealers, name=person.name, passphrase=person.passphrase, now=now, hasher=QUICK
    )
    return past_second_step(session, sealers, token, now=now)


def codes(now: datetime | None = None) -> list[str]:
    """Return the three codes that the app of whoever works here could show now, oldest first."""
    return factors.codes_at(TOTP_SECRET, now or datetime.now(UTC))


def past_second_step(session: Session, sealers: Sealers, token: str, *, now: datetime) -> str:
    """Return the token that follows once a second factor was seen, or the same if none is asked."""
    if members.waiting_sign_in(session, sealers, token=token, now=now) is None:
        return token
    return members.finish_second_step(session, token=token, now=now)


def proved(session: Session, sealers: Sealers, person: Person, *, now: datetime) -> members.Proved:
    """Let somebody show their passphrase."""
    counted = members.count_try(session, sealers, name=person.name, now=now)
    return members.settle_try(session, counted, passphrase=person.passphrase, hasher=QUICK)


def a_reader(session: Session, sealers: Sealers, person: Person, *, now: datetime) -> Reader:
    """Sign somebody in and return what opens their records."""
    token = a_sign_in(session, sealers, person, now=now)
    return members.reader(session, token=token, account_id=person.id)
