"""Complaints of a case: begun with a body, moved on, answered, ended."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.actions.access import case_row, keys_of
from casework.complaints import (
    MOST_COMPLAINTS,
    MOST_REPLIES,
    Complaint,
    ComplaintState,
    NoSuchComplaint,
    NotLikeThis,
    Reply,
    Stage,
)
from casework.harm_reading import complaint_of, harm_of, replies_of, seal_replies
from casework.keys import CaseKeys
from casework.model import CaseMoved, CaseState, Intake, LineKind
from casework.professional import ProfessionalHarm
from casework.reading import seal_line
from casework.records import CaseLineRow, CaseRow, ComplaintRow, ProfessionalHarmRow
from members.model import Account
from storage.base import new_id
from storage.envelopes import DataKey
from storage.record_keys import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Where a complaint stands now; `told` is a line that the person reads, or ""."""

    stage: Stage
    state: ComplaintState
    due_on: date | None
    reply: Reply | None
    seen_at: datetime  # when it was last changed, as far as whoever writes knows
    told: str = field(default="", repr=False)


def harm_of_case(
    session: Session, keys: CaseKeys, case_id: UUID, intake: Intake
) -> ProfessionalHarm | None:
    """Return what the form of an opened case said, if it came in by one."""
    row = session.get(ProfessionalHarmRow, case_id)
    return harm_of(keys.shared, row, intake) if row else None


def complaints_of_case(session: Session, keys: CaseKeys, case_id: UUID) -> tuple[Complaint, ...]:
    """Return the complaints of an opened case, in the order in which they were begun."""
    rows = session.scalars(
        select(ComplaintRow)
        .where(ComplaintRow.case_id == case_id)
        .order_by(ComplaintRow.begun_at, ComplaintRow.id)
    )
    return tuple(complaint_of(keys.shared, row) for row in rows)


def begin_complaint(
    session: Session,
    reader: Reader,
    account: Account,
    case_id: UUID,
    *,
    body: str,
    stage: Stage,
    due_on: date | None,
    told: str,
    now: datetime,
) -> UUID:
    """Write down that a complaint goes to a body; raises NoSuchCase, CaseMoved, NotLikeThis.

    What is told goes into the person's own view.
    """
    row = _running(session, case_id, account)
    count = select(func.count()).where(ComplaintRow.case_id == row.id)
    if stage is Stage.ENDED or (session.scalar(count) or 0) >= MOST_COMPLAINTS:
        raise NotLikeThis
    complaint = ComplaintRow(
        id=new_id(),
        case_id=row.id,
        body=body,
        stage=stage,
        state=ComplaintState.RUNNING,
        begun_at=now,
        due_on=due_on,
        changed_at=now,
    )
    session.add(complaint)
    _tell(session, keys_of(session, reader, row).shared, row, account, told, now)
    session.flush()
    return complaint.id


def change_complaint(
    session: Session,
    reader: Reader,
    account: Account,
    case_id: UUID,
    complaint_id: UUID,
    *,
    change: Change,
    now: datetime,
) -> None:
    """Write down where a complaint stands; also that it had not ended after all.

    An end has an outcome and nothing due, and only an end has one. What somebody else wrote in the
    meantime is not written over. Raises NoSuchCase, NoSuchComplaint, CaseMoved, NotLikeThis,
    NotOpenedYet.
    """
    row = _running(session, case_id, account)
    complaint = session.get(ComplaintRow, complaint_id, with_for_update=True)
    if complaint is None or complaint.case_id != row.id:
        raise NoSuchComplaint
    if complaint.changed_at != change.seen_at:
        raise CaseMoved
    if (change.stage is Stage.ENDED) is (change.state is ComplaintState.RUNNING):
        raise NotLikeThis
    if change.stage is Stage.ENDED and change.due_on:
        raise NotLikeThis
    key = keys_of(session, reader, row).shared
    if change.reply is not None:
        _add_reply(key, complaint, change.reply)
    complaint.stage, complaint.state = change.stage, change.state
    complaint.due_on, complaint.changed_at = change.due_on, now
    _tell(session, key, row, account, change.told, now)
    session.flush()


def _add_reply(key: DataKey, complaint: ComplaintRow, reply: Reply) -> None:
    replies = replies_of(key, complaint)
    if len(replies) >= MOST_REPLIES:
        raise NotLikeThis
    complaint.sealed_answers = seal_replies(key, (*replies, reply), complaint_id=complaint.id)


def _running(session: Session, case_id: UUID, account: Account) -> CaseRow:
    row = case_row(session, case_id, account, for_update=True)
    if row.state == CaseState.CLOSED:
        raise CaseMoved
    return row


def _tell(
    session: Session, key: DataKey, row: CaseRow, account: Account, told: str, now: datetime
) -> None:
    if not told:
        return
    line_id = new_id()
    session.add(
        CaseLineRow(
            id=line_id,
            case_id=row.id,
            kind=LineKind.STEP,
            at=now,
            by_account=account.id,
            sealed_text=seal_line(key, told, line_id=line_id),
        )
    )
    row.answered_at = row.answered_at or now
