"""Telling a person that there is something new in their case: one message, whatever it is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from casework.model import NoSuchCase
from casework.reading import intake_of
from casework.records import CaseRow
from members.actions import post_once
from members.model import Told
from reports.actions import text_of
from reports.rights import Notice
from storage.envelopes import DataKey
from storage.keys import Sealers

WHY = "there is something new in a case"


def tell_person(
    session: Session,
    sealers: Sealers,
    shared_key: DataKey,
    case_id: UUID,
    *,
    notice: Notice,
    now: datetime,
) -> Told | None:
    """Write to where the person wants to hear of it; None if they said nowhere.

    Mail leaves at once, a text when the notice says. The caller commits and wakes the service
    queue. Raises NoSuchCase.
    """
    row = session.get(CaseRow, case_id)
    if row is None:
        raise NoSuchCase
    address = intake_of(shared_key, row).tell
    if not address:
        return None
    return post_once(
        session,
        sealers,
        address=address,
        text=text_of(notice, address=address),
        why=WHY,
        not_before=notice.rings_from,
        now=now,
    )
