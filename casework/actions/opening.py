"""Opening a case: what somebody asked for is sealed to the desk, and the way back to them."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.keys import Person
from casework.model import (
    FIRST_ANSWER,
    MOST_A_DAY,
    CaseCard,
    CaseKind,
    CaseSource,
    CaseState,
    Intake,
    TooManyCases,
)
from casework.reading import card_of, seal_intake
from casework.records import CaseRow
from members.actions import holders
from reports.codes import new_reference
from storage.base import new_id
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import keep_key

DAY = timedelta(days=1)


def open_case(
    session: Session,
    sealers: Sealers,
    *,
    person: Person,
    source: CaseSource,
    intake: Intake,
    language: str,
    now: datetime,
    kind: CaseKind = CaseKind.SUPPORT,
) -> tuple[CaseCard, DataKey]:
    """Open a case that nobody took yet; return it, and the key of what the person reads too.

    Whoever took the request cannot read it afterwards. Raises TooManyCases for what comes in by
    itself, never for a case by hand.
    """
    if source is not CaseSource.BY_HAND:
        _require_room(session, now)
    key, row_id, notes_id = DataKey.fresh(), new_id(), new_id()
    row = CaseRow(
        id=row_id,
        notes_id=notes_id,
        reference=new_reference("C"),
        kind=kind,
        source=source,
        state=CaseState.NEW,
        language=language,
        opened_at=now,
        due_at=now + FIRST_ANSWER[source],
        code_fingerprint=person.fingerprint,
        person_mark=person.mark,
        person_public=bytes(person.public),
        sealed_intake=seal_intake(key, intake, case_id=row_id),
    )
    session.add(row)
    session.flush()
    desk = holders(session, sealers)
    own = {person.reader.holder_id: person.public}
    keep_key(session, key, record_id=row_id, holders={**desk, **own})
    keep_key(session, DataKey.fresh(), record_id=notes_id, holders=desk)
    session.flush()
    return card_of(row), key


def _require_room(session: Session, now: datetime) -> None:
    lately = select(func.count()).where(
        CaseRow.opened_at > now - DAY, CaseRow.source != CaseSource.BY_HAND
    )
    if (session.scalar(lately) or 0) >= MOST_A_DAY:
        raise TooManyCases
