"""Posting a notice: one cause, and a delivery to each of those it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from messages import actions as messages
from messages.model import CauseKind, Channel, Queue, Text
from storage.base import new_id
from storage.keys import Sealers


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
    cause_id = new_id()
    messages.open_cause(
        session,
        sealers.contacts,
        id=cause_id,
        kind=CauseKind.NOTICE,
        queue=Queue.SERVICE,
        texts=texts,
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
