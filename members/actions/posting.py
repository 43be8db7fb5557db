"""Posting a notice or a code: one cause, and a delivery to each of those it is for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from members.model import CODE_LIFE, Told
from messages import actions as messages
from messages.model import PARTING, CauseKind, Channel, Queue, Text
from storage.base import new_id
from storage.keys import Sealers

CODE_KEY = "code"
CODE_WHY = "code asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A contact that gets a notice, in which words, and from when on if not at once."""

    contact_id: UUID
    channel: Channel
    text_key: str
    not_before: datetime | None = None


def post_notice(
    session: Session,
    sealers: Sealers,
    *,
    texts: list[Text],
    to: Sequence[Addressed],
    why: str,
    until: datetime,
    now: datetime,
) -> UUID:
    """Make the messages of a notice; return its cause, for which the caller wakes a worker."""
    return _post(session, sealers, CauseKind.NOTICE, texts, to, why=why, until=until, now=now)


def post_once(
    session: Session,
    sealers: Sealers,
    *,
    address: str,
    text: Text,
    why: str,
    not_before: datetime | None,
    now: datetime,
) -> Told:
    """Write one message to an address that is nobody's, and part with it; mail leaves at once.

    Messages need no member, only a contact, which is forgotten once the message had its time. The
    caller commits and wakes the service queue.
    """
    channel = text.channel
    contact_id = messages.add_contact(
        session, sealers.contacts, channel=channel, address=address, now=now
    )
    messages.part_with_contact(session, contact_id=contact_id, now=now)
    to = Addressed(
        contact_id=contact_id,
        channel=channel,
        text_key=text.text_key,
        not_before=not_before if channel is Channel.SMS else None,
    )
    words = text if channel is Channel.EMAIL else replace(text, subject="")
    until = now + PARTING
    cause_id = post_notice(session, sealers, texts=[words], to=[to], why=why, until=until, now=now)
    return Told(cause_id=cause_id, channels=(channel,))


def post_code(
    session: Session, sealers: Sealers, *, contact_id: UUID, wording: Text, code: str, now: datetime
) -> UUID:
    """Make the message of a code, whose place `{code}` marks; return its cause."""
    text = replace(
        wording,
        subject=wording.subject if wording.channel is Channel.EMAIL else "",
        body=wording.body.replace("{code}", code),
    )
    to = Addressed(contact_id=contact_id, channel=text.channel, text_key=text.text_key)
    until = now + CODE_LIFE
    return _post(session, sealers, CauseKind.CODE, [text], [to], why=CODE_WHY, until=until, now=now)


def _post(
    session: Session,
    sealers: Sealers,
    kind: CauseKind,
    texts: Sequence[Text],
    to: Sequence[Addressed],
    *,
    why: str,
    until: datetime,
    now: datetime,
) -> UUID:
    cause_id = new_id()
    messages.open_cause(
        session,
        sealers.contacts,
        id=cause_id,
        kind=kind,
        queue=Queue.SERVICE,
        texts=tuple(texts),
        expires_at=until,
        now=now,
    )
    for each in to:
        messages.deliver_one(
            session,
            cause_id=cause_id,
            contact_id=each.contact_id,
            channel=each.channel,
            text_key=each.text_key,
            why=why,
            now=now,
            not_before=each.not_before,
        )
    return cause_id
