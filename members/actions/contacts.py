"""Contacts of a member: a code goes there, comes back, and only then is the contact theirs."""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from members import addresses
from members.actions.posting import CODE_KEY, post_code
from members.actions.rows import account_row
from members.digits import digits_in, new_digits
from members.model import (
    CODE_LIFE,
    CODE_TRIES,
    CODES_AN_HOUR,
    CodeOutcome,
    CodeWording,
    NoSuchAccount,
    OwnContact,
    SentCode,
)
from members.records import AccountRow, ContactCodeRow
from members.refusals import TooManyCodes
from messages import actions as messages
from messages.model import Channel, Text
from storage.base import new_id
from storage.keys import Sealers
from storage.sealing import Sealer

HOUR = timedelta(hours=1)


def list_contacts(session: Session, sealers: Sealers, *, account_id: UUID) -> list[OwnContact]:
    """Return the confirmed contacts of an account, the phone first."""
    row = account_row(session, account_id)
    ids = [each for each in (row.sms_contact_id, row.email_contact_id) if each is not None]
    return [_own(session, sealers.contacts, each) for each in ids]


def give_contact(
    session: Session, *, account_id: UUID, channel: Channel, contact_id: UUID, now: datetime
) -> None:
    """Make a confirmed contact the account's, switch its channel on, and part with the one before.

    That one is told of it, and forgotten after.
    """
    before = _swap(account_row(session, account_id), channel, contact_id)
    session.flush()
    if before is not None and before != contact_id:
        messages.part_with_contact(session, contact_id=before, now=now)


def take_contact(session: Session, *, account_id: UUID, channel: Channel, now: datetime) -> None:
    """Switch a channel off and forget its contact; nothing happens if there is none."""
    before = _taken(session, account_id, channel, now)
    if before is not None:
        messages.remove_contact(session, contact_id=before, now=now)


def part_with(session: Session, *, account_id: UUID, channel: Channel, now: datetime) -> None:
    """Switch a channel off; its contact is told of it, and forgotten after."""
    before = _taken(session, account_id, channel, now)
    if before is not None:
        messages.part_with_contact(session, contact_id=before, now=now)


def write_again(session: Session, *, account_id: UUID, channel: Channel) -> None:
    """Write to a contact again after its owner had stopped it; no other stop is lifted."""
    row = account_row(session, account_id)
    contact_id = row.sms_contact_id if channel is Channel.SMS else row.email_contact_id
    if contact_id is not None:
        messages.start_again(session, contact_id=contact_id)


def request_code(
    session: Session,
    sealers: Sealers,
    *,
    account_id: UUID,
    channel: Channel,
    entry: str,
    region: str,
    wording: CodeWording,
    now: datetime,
) -> UUID:
    """Send a code to an address somebody typed; return the cause, for which to wake a worker.

    Raises ContactRefused, and TooManyCodes after three in an hour to the account or the address.
    A code sent earlier by the same channel stops working. `region` reads local phone numbers.
    """
    address = addresses.normalised(channel, entry, region=region)
    fingerprint = sealers.members.fingerprint("code address", f"{channel}|{address.casefold()}")
    if session.get(AccountRow, account_id, with_for_update=True) is None:
        raise NoSuchAccount
    session.execute(delete(ContactCodeRow).where(ContactCodeRow.created_at <= now - HOUR))
    _require_few(session, account_id, fingerprint, now)
    _end_codes(session, account_id, channel, now=now)
    contact_id = messages.add_contact(
        session, sealers.contacts, channel=channel, address=address, now=now
    )
    code = _keep_code(
        session, sealers.members, account_id, channel, contact_id, fingerprint, now=now
    )
    text = Text(channel=channel, text_key=CODE_KEY, subject=wording.subject, body=wording.body)
    return post_code(session, sealers, contact_id=contact_id, wording=text, code=code, now=now)


def sent_code(
    session: Session, sealers: Sealers, *, account_id: UUID, channel: Channel, now: datetime
) -> SentCode | None:
    """Return the code that somebody could type now, if there is one."""
    row = session.scalars(
        select(ContactCodeRow)
        .where(*_live(account_id, channel, now))
        .order_by(ContactCodeRow.created_at.desc())
    ).first()
    if row is None or row.contact_id is None:
        return None
    contact = _own(session, sealers.contacts, row.contact_id)
    return SentCode(channel=row.channel, address=contact.address, expires_at=row.expires_at)


def confirm_code(
    session: Session,
    sealers: Sealers,
    *,
    account_id: UUID,
    channel: Channel,
    code: str,
    now: datetime,
) -> CodeOutcome:
    """Compare a code with the one sent; a match makes the contact the account's.

    The try is counted first. A wrong code is an outcome, not an error, for it must be committed.
    """
    row = session.scalars(
        update(ContactCodeRow)
        .where(*_live(account_id, channel, now))
        .values(tries=ContactCodeRow.tries + 1)
        .returning(ContactCodeRow)
    ).first()
    if row is None or row.contact_id is None:
        return CodeOutcome.OVER
    typed = _fingerprint(sealers.members, row.id, digits_in(code))
    if not hmac.compare_digest(typed, row.code_fingerprint):
        return CodeOutcome.WRONG if row.tries < CODE_TRIES else CodeOutcome.OVER
    row.used_at = now
    messages.verify_contact(session, contact_id=row.contact_id, now=now)
    give_contact(
        session, account_id=account_id, channel=channel, contact_id=row.contact_id, now=now
    )
    return CodeOutcome.CONFIRMED


def _taken(session: Session, account_id: UUID, channel: Channel, now: datetime) -> UUID | None:
    before = _swap(account_row(session, account_id), channel, None)
    session.flush()
    _end_codes(session, account_id, channel, now=now)
    return before


def _swap(row: AccountRow, channel: Channel, contact_id: UUID | None) -> UUID | None:
    """Set a channel's contact, and the channel on if there is one; return the contact before."""
    on = contact_id is not None
    if channel is Channel.SMS:
        before, row.sms_contact_id, row.by_sms = row.sms_contact_id, contact_id, on
    else:
        before, row.email_contact_id, row.by_email = row.email_contact_id, contact_id, on
    return before


def _live(account_id: UUID, channel: Channel, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ContactCodeRow.account_id == account_id,
        ContactCodeRow.channel == channel,
        ContactCodeRow.contact_id.is_not(None),
        ContactCodeRow.used_at.is_(None),
        ContactCodeRow.expires_at > now,
        ContactCodeRow.tries < CODE_TRIES,
    )


def _require_few(session: Session, account_id: UUID, fingerprint: bytes, now: datetime) -> None:
    for same in (
        ContactCodeRow.account_id == account_id,
        ContactCodeRow.address_fingerprint == fingerprint,
    ):
        newest_first = (
            select(ContactCodeRow.created_at).where(same).order_by(ContactCodeRow.created_at.desc())
        )
        oldest = session.scalars(newest_first.offset(CODES_AN_HOUR - 1).limit(1)).first()
        if oldest is not None:
            raise TooManyCodes(oldest + HOUR - now)


def _end_codes(session: Session, account_id: UUID, channel: Channel, *, now: datetime) -> None:
    """Forget where unused codes went; without a contact a code confirms nothing."""
    unused = session.scalars(
        select(ContactCodeRow.contact_id).where(
            ContactCodeRow.account_id == account_id,
            ContactCodeRow.channel == channel,
            ContactCodeRow.contact_id.is_not(None),
            ContactCodeRow.used_at.is_(None),
        )
    ).all()
    for contact_id in unused:
        if contact_id is not None:
            messages.remove_contact(session, contact_id=contact_id, now=now)


def _keep_code(
    session: Session,
    sealer: Sealer,
    account_id: UUID,
    channel: Channel,
    contact_id: UUID,
    address_fingerprint: bytes,
    *,
    now: datetime,
) -> str:
    """Draw a code, keep its fingerprint and return it as it is sent."""
    code, code_id = new_digits(), new_id()
    session.add(
        ContactCodeRow(
            id=code_id,
            account_id=account_id,
            contact_id=contact_id,
            channel=channel,
            address_fingerprint=address_fingerprint,
            code_fingerprint=_fingerprint(sealer, code_id, code),
            created_at=now,
            expires_at=now + CODE_LIFE,
            tries=0,
        )
    )
    session.flush()
    return code


def _own(session: Session, sealer: Sealer, contact_id: UUID) -> OwnContact:
    contact = messages.get_contact(session, sealer, contact_id=contact_id)
    return OwnContact(
        id=contact.id,
        channel=contact.channel,
        address=contact.address,
        verified_at=contact.verified_at,
        bad_since=contact.bad_since,
        stopped=messages.is_stopped(session, contact_id=contact_id),
    )


def _fingerprint(sealer: Sealer, code_id: UUID, code: str) -> bytes:
    return sealer.fingerprint("contact code", f"{code_id}|{code}")
