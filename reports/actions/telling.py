"""Telling who asked that there is an answer: one message, the same whatever it says.

Messages need no member, only a contact. This one is nobody's: it is made when the answer is
given, from what was sealed in the request until then, and forgotten once the message had its time.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from members.actions import Addressed, post_notice
from members.model import Told
from messages import actions as messages
from messages.model import PARTING, Channel, Text
from reports.actions.requesting import asked_of
from reports.records import RightsRequestRow
from reports.rights import NoSuchRequest, Notice
from storage.keys import Sealers
from storage.record_keys import Reader, open_key

TEXT_KEY = "answer"
WHY = "there is an answer"


def tell_of_answer(
    session: Session,
    sealers: Sealers,
    reader: Reader,
    request_id: UUID,
    *,
    notice: Notice,
    now: datetime,
) -> Told | None:
    """Write to where a request says, in the transaction that answers it; None if it says nothing.

    Mail leaves at once. The caller commits and wakes the service queue. Raises NoSuchRequest,
    NotOpenedYet.
    """
    row = session.get(RightsRequestRow, request_id)
    if row is None:
        raise NoSuchRequest
    address = asked_of(open_key(session, reader, row.id), row).tell
    if not address:
        return None
    channel = channel_of(address)
    contact_id = messages.add_contact(
        session, sealers.contacts, channel=channel, address=address, now=now
    )
    messages.part_with_contact(session, contact_id=contact_id, now=now)
    by_text = channel is Channel.SMS
    text = Text(
        channel=channel,
        text_key=TEXT_KEY,
        subject="" if by_text else notice.subject,
        body=notice.body,
    )
    to = Addressed(
        contact_id=contact_id,
        channel=channel,
        text_key=TEXT_KEY,
        not_before=notice.rings_from if by_text else None,
    )
    cause_id = post_notice(
        session,
        sealers,
        texts=[text],
        to=[to],
        why=WHY,
        until=now + PARTING,
        now=now,
    )
    return Told(cause_id=cause_id, channels=(channel,))


def channel_of(address: str) -> Channel:
    """Return by which channel an address is written to."""
    return Channel.EMAIL if "@" in address else Channel.SMS
