"""Held until a match: when another report names the same, the reporter is asked, and decides.

Nothing is assumed: without an answer a report stays held, and nothing that was switched on is done.
The question stands from the moment the second report comes in. The reporter is shown it once their
own report is verified: or else whoever sends a report that names a number learns at once whether
somebody else reported it.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from reports.listing import linked_to
from reports.model import LINKABLE, Consent, Match, ReportState
from reports.records import ConsentRow, MatchQuestionRow, ReportRow
from reports.refusals import NoSuchReceipt, NotInThisState
from storage.base import new_id

HOLD = (ConsentRow.switch == Consent.HOLD_UNTIL_MATCH, ConsentRow.withdrawn_at.is_(None))


def ask_held(session: Session, report_id: UUID, *, now: datetime) -> None:
    """Ask the reporters of a new report and of those that share an identifier, if they wait."""
    others = linked_to(session, report_id)
    if others:
        _ask(session, {report_id, *others}, now)


def ask_own(session: Session, report_id: UUID, *, now: datetime) -> None:
    """Ask the reporter of a report who waits for another that is there already, once.

    Two reports that come in at the same moment do not see each other.
    """
    before = select(MatchQuestionRow.id).where(MatchQuestionRow.report_id == report_id)
    if session.scalars(before.limit(1)).first() is None and linked_to(session, report_id):
        _ask(session, {report_id}, now)


def answer_match(session: Session, report_id: UUID, *, agreed: bool, now: datetime) -> None:
    """Keep what a reporter answered; yes ends the wait, no keeps it until yet another report.

    Raises NotInThisState if nothing is asked.
    """
    row = session.get(ReportRow, report_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchReceipt
    if not is_asked(session, report_id):
        raise NotInThisState
    close_question(session, report_id, agreed=agreed, now=now)
    if agreed:
        session.execute(
            update(ConsentRow)
            .where(ConsentRow.report_id == report_id, *HOLD)
            .values(withdrawn_at=now)
        )


def close_question(session: Session, report_id: UUID, *, agreed: bool, now: datetime) -> None:
    """Write down the answer to what is asked of a report, if something is."""
    open_one = (MatchQuestionRow.report_id == report_id, MatchQuestionRow.answered_at.is_(None))
    session.execute(
        update(MatchQuestionRow).where(*open_one).values(answered_at=now, agreed=agreed)
    )


def is_asked(session: Session, report_id: UUID) -> bool:
    """Whether the reporter of a report is shown the question."""
    asked = (
        select(MatchQuestionRow.id)
        .join(ReportRow, ReportRow.id == MatchQuestionRow.report_id)
        .where(
            MatchQuestionRow.report_id == report_id,
            MatchQuestionRow.answered_at.is_(None),
            ReportRow.state == ReportState.VERIFIED,
            exists().where(ConsentRow.report_id == report_id, *HOLD),
        )
    )
    return session.scalars(asked.limit(1)).first() is not None


def matches(session: Session, report_ids: Collection[UUID]) -> dict[UUID, Match]:
    """Return where the question stands for those of these reports that were asked, for the desk."""
    rows = session.execute(
        select(MatchQuestionRow.report_id, MatchQuestionRow.agreed)
        .where(MatchQuestionRow.report_id.in_(report_ids))
        .order_by(MatchQuestionRow.asked_at)
    )
    said = {None: Match.ASKED, True: Match.GO_ON, False: Match.WAIT}
    return {report_id: said[agreed] for report_id, agreed in rows}


def _ask(session: Session, report_ids: Collection[UUID], now: datetime) -> None:
    asked = exists().where(
        MatchQuestionRow.report_id == ReportRow.id, MatchQuestionRow.answered_at.is_(None)
    )
    held = exists().where(ConsentRow.report_id == ReportRow.id, *HOLD)
    found = select(ReportRow.id).where(
        ReportRow.id.in_(report_ids), ReportRow.state.in_(LINKABLE), held, ~asked
    )
    session.add_all(
        MatchQuestionRow(id=new_id(), report_id=each, asked_at=now)
        for each in session.scalars(found)
    )
    session.flush()
