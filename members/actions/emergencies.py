"""Emergency access: how to reach a member, for two people and an hour; everybody hears of it.

A third person reviews it. The database refuses one person for two of the three.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from members.actions.accounts import names_of
from members.actions.approving import approval, ask, grant
from members.actions.contacts import list_contacts
from members.actions.posting import Addressed, post_notice
from members.actions.rows import account_row
from members.approval_records import ApprovalRow
from members.approvals import Approval, ApprovalKind, reference_of
from members.cover import COVER_WORDS, Cover
from members.emergencies import OPENED_MAIL, Emergency, EmergencyOver, Reachable
from members.model import (
    CASEWORK,
    STAFF,
    AccountState,
    NoSuchAccount,
    NotForThisRole,
    NotOneself,
    Role,
)
from members.records import AccountRow
from members.refusals import ApprovalOver, NoSuchApproval, SecondPersonNeeded
from messages import actions as messages
from messages.model import Channel, Text
from storage.keys import Sealers

KIND = ApprovalKind.EMERGENCY
FINDINGS = {"table": "approval", "column": "sealed_findings"}
SHOWN_FOR = timedelta(days=30)
TOLD_FOR = timedelta(days=1)
WHY = "emergency access was opened"


def ask_for_emergency(
    session: Session, sealers: Sealers, *, account_id: UUID, by: UUID, reason: str, now: datetime
) -> None:
    """Ask to see how somebody is reached; raises NoSuchAccount, NotOneself, AskedAlready."""
    if by == account_id:
        raise NotOneself
    if account_row(session, account_id).state == AccountState.LEFT:
        raise NoSuchAccount
    ask(session, sealers, kind=KIND, subject_id=account_id, by=by, reason=reason, now=now)


def open_emergency(
    session: Session, sealers: Sealers, *, approval_id: UUID, by: UUID, link: str, now: datetime
) -> UUID | None:
    """Grant it from now for an hour, and write to all staff; return the cause, if anybody is.

    Raises what `grant` raises, and NotForThisRole where neither of the two is a lead.
    """
    asked = approval(session, sealers, approval_id)
    if asked.kind is not KIND or asked.asked_by is None:
        raise NoSuchApproval
    if Role.LEAD not in {account_row(session, each).role for each in (asked.asked_by, by)}:
        raise NotForThisRole
    granted = grant(session, sealers, approval_id=approval_id, by=by, now=now)
    return _tell_staff(session, sealers, granted, link=link, now=now)


def look(
    session: Session, sealers: Sealers, *, approval_id: UUID, by: UUID, now: datetime
) -> Reachable:
    """Return how to reach whom it is about, to one of the two within the hour.

    Raises NoSuchApproval for anybody else and EmergencyOver after it. The page puts the look on
    record before it shows anything.
    """
    row = _opened_for(session, approval_id=approval_id, by=by, now=now)
    found = names_of(session, sealers, [row.subject_id])
    return Reachable(
        account_id=row.subject_id,
        reference=reference_of(row.id),
        until=row.expires_at,
        name=found.get(row.subject_id, ""),
        contacts=list_contacts(session, sealers, account_id=row.subject_id),
    )


def _opened_for(session: Session, *, approval_id: UUID, by: UUID, now: datetime) -> ApprovalRow:
    """Return what is open to one of its two people; raises NoSuchApproval and EmergencyOver."""
    of_the_two = or_(ApprovalRow.asked_by == by, ApprovalRow.granted_by == by)
    theirs = (ApprovalRow.id == approval_id, ApprovalRow.kind == KIND, of_the_two)
    granted = (*theirs, ApprovalRow.granted_by.is_not(None))
    row = session.scalar(select(ApprovalRow).where(*granted, ApprovalRow.expires_at > now))
    if row is not None:
        return row
    if session.scalar(select(ApprovalRow.id).where(*granted)) is not None:
        raise EmergencyOver
    raise NoSuchApproval


def to_review(session: Session, sealers: Sealers, *, approval_id: UUID, by: UUID) -> Approval:
    """Return what a third person reviews; raises NoSuchApproval, SecondPersonNeeded."""
    found = approval(session, sealers, approval_id)
    if found.kind is not KIND or found.granted_by is None:
        raise NoSuchApproval
    if by in {found.asked_by, found.granted_by, found.subject_id}:
        raise SecondPersonNeeded
    return found


def review(
    session: Session,
    sealers: Sealers,
    *,
    approval_id: UUID,
    by: UUID,
    findings: str,
    now: datetime,
) -> UUID:
    """Keep what a third person found, and return whom it was about.

    Raises SecondPersonNeeded for one of the two, and ApprovalOver if it was reviewed meanwhile.
    """
    found = to_review(session, sealers, approval_id=approval_id, by=by)
    done = session.scalars(
        update(ApprovalRow)
        .where(ApprovalRow.id == approval_id, ApprovalRow.reviewed_by.is_(None))
        .values(
            reviewed_by=by,
            reviewed_at=now,
            sealed_findings=sealers.members.seal(findings, row=approval_id, **FINDINGS),
        )
        .returning(ApprovalRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not done:
        raise ApprovalOver
    return found.subject_id


def list_emergencies(session: Session, sealers: Sealers, *, now: datetime) -> list[Emergency]:
    """Return what was opened and not reviewed, or lately, newest first."""
    rows = session.scalars(
        select(ApprovalRow)
        .where(
            ApprovalRow.kind == KIND,
            ApprovalRow.granted_by.is_not(None),
            or_(ApprovalRow.reviewed_at.is_(None), ApprovalRow.reviewed_at > now - SHOWN_FOR),
        )
        .order_by(ApprovalRow.decided_at.desc())
    ).all()
    return [_read(session, sealers, row) for row in rows]


def _read(session: Session, sealers: Sealers, row: ApprovalRow) -> Emergency:
    sealed = row.sealed_findings
    return Emergency(
        approval=approval(session, sealers, row.id),
        reviewed_by=row.reviewed_by,
        reviewed_at=row.reviewed_at,
        findings=sealers.members.text(sealed, row=row.id, **FINDINGS) if sealed else "",
    )


def _tell_staff(
    session: Session, sealers: Sealers, granted: Approval, *, link: str, now: datetime
) -> UUID | None:
    """Make a mail to everybody with a role of staff and an address that works."""
    reachable = messages.reachable_contacts(Channel.EMAIL).subquery("reachable")
    found = session.execute(
        select(reachable.c.id, AccountRow.language + "/" + AccountRow.cover)
        .select_from(AccountRow)
        .join(reachable, reachable.c.id == AccountRow.email_contact_id)
        .where(AccountRow.state == AccountState.VETTED, AccountRow.role.in_(sorted(STAFF)))
    ).all()
    if not found:
        return None
    to = [Addressed(contact_id=each, channel=Channel.EMAIL, text_key=key) for each, key in found]
    return post_notice(
        session,
        sealers,
        texts=_texts(granted.reference, link),
        to=to,
        why=WHY,
        until=now + TOLD_FOR,
        now=now,
    )


def _texts(reference: str, link: str) -> list[Text]:
    return [
        Text(
            channel=Channel.EMAIL,
            text_key=f"{language}/{cover}",
            subject=COVER_WORDS[language][cover].subject,
            body=OPENED_MAIL[language].format(
                opening=COVER_WORDS[language][cover].opening, link=link, reference=reference
            ),
        )
        for language in COVER_WORDS
        for cover in Cover
    ]


def has_third(session: Session, row: ApprovalRow) -> bool:
    """Whether somebody works on the desk who is neither of the two, nor whom it is about."""
    others = select(AccountRow.id).where(
        AccountRow.state == AccountState.VETTED,
        AccountRow.role.in_(sorted(CASEWORK)),
        AccountRow.id.not_in([row.asked_by, row.granted_by, row.subject_id]),
    )
    return session.scalar(others.limit(1)) is not None
