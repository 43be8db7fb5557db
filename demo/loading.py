"""Loading the demo: staff, members and warnings, through the actions that real ones go through."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from operator import itemgetter
from uuid import UUID

from sqlalchemy.orm import Session

from checker.evaluator import Evaluator
from checker.identifiers import read
from demo.accounts import (
    ORGANISATION,
    PASSPHRASES,
    STAFF,
    demo_members,
    demo_secret,
    demo_token,
)
from demo.stories import Story, first_story, published_stories, waiting_stories
from members import actions as members
from members.model import Enrolment, Role
from members.passphrases import stretched
from messages import actions as messages
from messages.model import Channel
from reports import actions as reports
from reports.codes import new_receipt_code
from reports.model import (
    AccountOfHarm,
    Consent,
    GivenIdentifier,
    Precision,
    Submission,
    Warning,
    WarningDraft,
    When,
)
from reports.receipts import Draft
from reports.severity import severity_of
from storage.keys import Sealers
from storage.record_keys import Reader

WARNINGS = 20
AT_ONCE = 500
REVIEW = timedelta(hours=2)  # a warning waits for its second person
first = itemgetter(0)
REGION = "GB"  # the fiction ranges are British; the instance's own region does not matter


@dataclass(frozen=True, slots=True)
class Desk:
    """The two people without whom nothing is published."""

    verifier: UUID
    publisher: UUID
    reader: Reader | None = None  # what the first of them opens records with, while they are made


def is_empty(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return not members.count_accounts(session)


def load_people(
    session: Session, sealers: Sealers, *, number: int, seed: int, now: datetime
) -> Desk:
    """Enrol staff and members; the same for the same number and seed."""
    known = {role: stretched(passphrase) for role, passphrase in PASSPHRASES.items()}
    hashes = {role: each.stored for role, each in known.items()}
    staff = [
        Enrolment(name=name, passphrase_hash=hashes[role], role=role)
        for role, names in STAFF.items()
        for name in names
    ]
    ids = members.enrol(session, sealers, enrolments=staff, now=now)
    by_role = [role for role, names in STAFF.items() for _ in names]
    private = {
        account_id: members.make_pair(
            session, account_id=account_id, unlocking=known[role].unlocking, now=now
        )
        for account_id, role in zip(ids, by_role, strict=True)
    }
    for account_id, each in zip(ids, staff, strict=True):
        secret = demo_secret(sealers.members, each.name)
        members.add_totp(session, sealers, account_id=account_id, secret=secret, now=now)
    caseworkers = [each for each, role in zip(ids, by_role, strict=True) if role is Role.CASEWORKER]
    organisation_id = members.find_organisation(session, name=ORGANISATION, now=now)
    people = demo_members(number, seed)
    while batch := list(islice(people, AT_ONCE)):
        texted = _contacts(session, sealers, Channel.SMS, [each.phone for each in batch], now)
        mailed = _contacts(session, sealers, Channel.EMAIL, [each.email for each in batch], now)
        enrolments = [
            Enrolment(
                name=person.name,
                passphrase_hash=hashes[person.role],
                role=person.role,
                preferences=person.preferences,
                sms_contact_id=texted.get(person.phone),
                email_contact_id=mailed.get(person.email),
                organisation_id=organisation_id if person.role is Role.PRACTITIONER else None,
            )
            for person in batch
        ]
        ids = members.enrol(session, sealers, enrolments=enrolments, now=now)
        tokens = [demo_token(sealers.members, each.name) for each in batch]
        members.keep_tokens(session, dict(zip(ids, tokens, strict=True)), now=now)
    first_one, second_one, *_ = caseworkers
    reader = Reader(first_one, private[first_one])
    return Desk(verifier=first_one, publisher=second_one, reader=reader)


def demo_desk(session: Session, sealers: Sealers) -> Desk | None:
    """Return the demo's caseworkers, if they are here."""
    accounts = members.list_accounts(session, sealers, role=Role.CASEWORKER)
    ids = {account.name: account.id for account in accounts}
    try:
        verifier, publisher = (ids[name] for name in STAFF[Role.CASEWORKER])
    except KeyError:
        return None
    return Desk(verifier=verifier, publisher=publisher)


def load_reports(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    *,
    desk: Desk,
    seed: int,
    now: datetime,
) -> None:
    """Report what became warnings, the oldest first, and what still waits on the desk."""
    stories = (first_story(now), *published_stories(WARNINGS, seed, now))
    for at, story in sorted(((each.published_at or now, each) for each in stories), key=first):
        proposed = propose(session, sealers, evaluator, story, desk=desk, now=at - REVIEW)
        reports.publish(
            session,
            sealers.reports,
            evaluator,
            warning_id=proposed.id,
            by=desk.publisher,
            now=at,
        )
    for story in waiting_stories(seed, now):
        _report(session, sealers, evaluator, story, received_at=story.happened_at)


def propose(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    story: Story,
    *,
    desk: Desk,
    now: datetime,
) -> Warning:
    """Report a story, have it verified and a warning written; it waits for a second person."""
    received_at = min(story.happened_at + timedelta(hours=12), now)
    report_id = _report(session, sealers, evaluator, story, received_at=received_at)
    reports.take(session, report_id, by=desk.verifier)
    reports.verify(session, report_id, by=desk.verifier, now=now)
    severity = severity_of(_harms(story))
    return reports.propose(
        session,
        sealers.reports,
        report_id=report_id,
        draft=WarningDraft(
            severity=severity,
            kinds=story.kinds,
            month=f"{story.happened_at:%Y-%m}",
            areas=(story.area,),
            settings=(story.setting,),
            description=story.description,
            advice=story.advice,
        ),
        by=desk.verifier,
        now=now,
    )


def _contacts(
    session: Session,
    sealers: Sealers,
    channel: Channel,
    addresses: Iterable[str | None],
    now: datetime,
) -> dict[str | None, UUID]:
    given = [address for address in addresses if address]
    contacts = [(channel, address) for address in given]
    ids = messages.add_verified_contacts(session, sealers.contacts, contacts=contacts, now=now)
    return dict(zip(given, ids, strict=True))


def _report(
    session: Session, sealers: Sealers, evaluator: Evaluator, story: Story, *, received_at: datetime
) -> UUID:
    submission = Submission(
        narrative=story.narrative,
        when=When(precision=Precision.DAY, from_day=story.happened_at.date()),
        area=story.area,
        setting=story.setting,
        harms=_harms(story),
        identifiers=tuple(_identifiers(story.identifiers)),
        consents=frozenset({Consent.REGISTER, Consent.ALERT}),
    )
    receipt = reports.submit(
        session,
        sealers,
        evaluator,
        Draft(submission=submission),
        code=new_receipt_code(),
        now=received_at,
    )
    return receipt.report_id


def _harms(story: Story) -> tuple[AccountOfHarm, ...]:
    return tuple(AccountOfHarm(kind=kind, weapon=story.weapon) for kind in story.kinds)


def _identifiers(entries: Iterable[str]) -> Iterable[GivenIdentifier]:
    for entry in entries:
        (identifier,) = read(entry, region=REGION).identifiers
        yield GivenIdentifier(raw=entry, kind=identifier.kind, value=identifier.value)
