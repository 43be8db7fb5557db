"""Telling who asked that there is an answer: one message, the same whatever it says.

Where it goes was sealed in the request until then, and is forgotten once it had its time.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from members import actions as members
from members.addresses import channel_of
from members.model import Told
from messages.model import Text
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
    return members.post_once(
        session,
        sealers,
        address=address,
        text=text_of(notice, address=address),
        why=WHY,
        not_before=notice.rings_from,
        now=now,
    )


def text_of(notice: Notice, *, address: str) -> Text:
    """Return the words of a notice for where they go."""
    return Text(
        channel=channel_of(address),
        text_key=TEXT_KEY,
        subject=notice.subject,
        body=notice.body,
    )
