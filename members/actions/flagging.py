"""Telling members of a number that failed for good: by mail, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from members.actions.posting import Addressed, post_notice
from members.cover import COVER_WORDS, Cover, notice_text
from members.model import AccountState
from members.records import AccountRow
from messages import actions as messages
from messages.model import Channel, Text
from storage.keys import Sealers

NOTICE_LIFE = timedelta(days=7)
AT_A_TIME = 500
WHY = "number does not work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A number that failed for good, and by which mail contact and text its owner is told."""

    number: UUID
    mail: UUID
    text_key: str


def flag_bad_numbers(
    session: Session, sealers: Sealers, *, link: str, now: datetime
) -> UUID | None:
    """Mail the owners of numbers that failed for good, each once; return the cause, if anybody.

    Also those who get no warnings by mail: it is their only way to hear of it. Without an address
    that works, the account page says so. The caller commits and wakes the service queue.
    """
    found = _owners(session)
    numbers = [each.number for each in found]
    told = messages.mark_told_bad(session, contact_ids=numbers, now=now) if found else ()
    if not told:
        return None
    return post_notice(
        session,
        sealers,
        texts=_texts(link),
        to=[
            Addressed(contact_id=each.mail, channel=Channel.EMAIL, text_key=each.text_key)
            for each in found
            if each.number in told
        ],
        why=WHY,
        until=now + NOTICE_LIFE,
        now=now,
    )


def _owners(session: Session) -> list[Owner]:
    bad = messages.bad_contacts(Channel.SMS).subquery("bad")
    reachable = messages.reachable_contacts(Channel.EMAIL).subquery("reachable")
    rows = session.execute(
        select(bad.c.id, reachable.c.id, AccountRow.language + "/" + AccountRow.cover)
        .select_from(AccountRow)
        .join(bad, bad.c.id == AccountRow.sms_contact_id)
        .join(reachable, reachable.c.id == AccountRow.email_contact_id)
        .where(AccountRow.state == AccountState.VETTED)
        .order_by(bad.c.id)
        .limit(AT_A_TIME)
    )
    return [Owner(number=number, mail=mail, text_key=key) for number, mail, key in rows]


def _texts(link: str) -> list[Text]:
    return [
        Text(
            channel=Channel.EMAIL,
            text_key=f"{language}/{cover}",
            subject=COVER_WORDS[language][cover].subject,
            body=notice_text(cover, language=language, link=link),
        )
        for language in COVER_WORDS
        for cover in Cover
    ]
