"""Notices: an account's owner hears that something about signing in changed, wherever reached.

Only they know whether it was them. A message says that much and no more: somebody else may read it.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from members.actions.posting import Addressed, post_notice
from members.actions.rows import account_row
from members.cover import COVER_WORDS, Cover, changed_text, cover_text
from members.hours import quiet_ends, zone_of
from members.model import Told
from members.records import AccountRow
from messages import actions as messages
from messages.model import PARTING, Channel, Text
from storage.keys import Sealers

WHY = "sign-in changed"


def give_notice(
    session: Session,
    sealers: Sealers,
    *,
    account_id: UUID,
    link: str,
    time_zone: str,
    now: datetime,
    formerly: Collection[UUID] = (),
) -> Told | None:
    """Write to an account's contacts that work, also to those it had; None if there are none.

    Mail leaves at once, a text message after the account's quiet hours; `time_zone` is the
    instance's, for who chose none. The caller commits and wakes the service queue.
    """
    row = account_row(session, account_id)
    known = {row.sms_contact_id, row.email_contact_id, *formerly} - {None}
    found = [
        Addressed(
            contact_id=each,
            channel=channel,
            text_key=_text_key(row),
            not_before=_rings_from(row, time_zone, now) if channel is Channel.SMS else None,
        )
        for channel in Channel
        for each in _working(session, channel, known)
    ]
    if not found:
        return None
    cause_id = post_notice(
        session,
        sealers,
        texts=_texts(row, link),
        to=found,
        why=WHY,
        until=now + PARTING,
        now=now,
    )
    return Told(cause_id=cause_id, channels=tuple(dict.fromkeys(each.channel for each in found)))


def _working(session: Session, channel: Channel, known: Collection[UUID | None]) -> list[UUID]:
    reachable = messages.reachable_contacts(channel).subquery("reachable").c.id
    return list(session.scalars(select(reachable).where(reachable.in_(known))))


def _rings_from(row: AccountRow, time_zone: str, now: datetime) -> datetime | None:
    """Return when the quiet hours end that last now, if any do."""
    if row.quiet_from is None or row.quiet_until is None:
        return None
    zone = zone_of(row.time_zone, home=time_zone)
    return quiet_ends(now, begins=row.quiet_from, ends=row.quiet_until, zone=zone)


def _text_key(row: AccountRow) -> str:
    return f"{row.language}/{row.cover}"


def _texts(row: AccountRow, link: str) -> list[Text]:
    """Return the words by channel: on a lock screen, only what every message says."""
    language, cover = row.language, Cover(row.cover)
    return [
        Text(
            channel=Channel.SMS,
            text_key=_text_key(row),
            body=cover_text(cover, language=language, link=link),
        ),
        Text(
            channel=Channel.EMAIL,
            text_key=_text_key(row),
            subject=COVER_WORDS[language][cover].subject,
            body=changed_text(cover, language=language, link=link),
        ),
    ]
