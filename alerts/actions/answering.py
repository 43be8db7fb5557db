"""Answering a request about data: what two people decided is done in the transaction that says so.

It is here because a warning that is withdrawn may have an alert.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from alerts.actions.unpublishing import withdraw
from alerts.model import Answered
from checker.evaluator import Evaluator
from members import actions as members
from members.approvals import ApprovalKind
from reports import actions as reports
from reports.refusals import NotInThisState
from reports.rights import Confirmed, Deed, Notice, Remedy
from storage.keys import Sealers
from storage.record_keys import Reader


def answer_request(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    reader: Reader,
    *,
    request_id: UUID,
    by: UUID,
    proposal: str,
    lead: bool,
    notice: Notice,
    now: datetime,
) -> Answered:
    """Give the answer that somebody else proposed, do what it says, and tell who asked.

    The caller commits, then refreshes the register and wakes the service queue. Raises what
    `reports.actions.confirm_answer` and `withdraw` raise, AskedAlready while somebody else asks for
    a warning to be withdrawn, and NotInThisState if a report is not as it was when this was
    written: then nothing of it is done.
    """
    confirmed = reports.confirm_answer(
        session, reader, request_id, by=by, proposal=proposal, lead=lead, now=now
    )
    deeds = confirmed.answer.deeds
    _hold_as_written(session, deeds)
    withdrawn = tuple(
        _withdraw(session, sealers, evaluator, deed, confirmed, by=by, now=now)
        for deed in deeds
        if deed.warning and deed.remedy is not Remedy.UNLIST
    )
    for deed in deeds:
        _change(session, sealers, evaluator, deed, request_id, now=now)
    told = reports.tell_of_answer(session, sealers, reader, request_id, notice=notice, now=now)
    return Answered(told=told, withdrawn=withdrawn, deeds=deeds)


def _hold_as_written(session: Session, deeds: tuple[Deed, ...]) -> None:
    """Keep the reports as they were read until the commit; raises NotInThisState."""
    ids = [deed.report_id for deed in deeds]
    reports.hold_reports(session, ids)
    on_show = reports.on_show(session, ids)
    for deed in deeds:
        if on_show.get(deed.report_id, "") != deed.warning:
            raise NotInThisState


def _withdraw(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    deed: Deed,
    confirmed: Confirmed,
    *,
    by: UUID,
    now: datetime,
) -> UUID:
    """Withdraw the warning of a report: who proposed asks for it, who confirms grants it."""
    (warning_id,) = reports.warning_references(session, reference=deed.warning)
    approval_id = members.ask(
        session,
        sealers,
        kind=ApprovalKind.UNPUBLISH,
        subject_id=warning_id,
        by=confirmed.proposed_by,
        reason=confirmed.reference,
        now=now,
    )
    withdraw(
        session,
        sealers,
        evaluator,
        warning_id=warning_id,
        approval_id=approval_id,
        by=by,
        now=now,
    )
    return warning_id


def _change(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    deed: Deed,
    request_id: UUID,
    *,
    now: datetime,
) -> None:
    match deed.remedy:
        case Remedy.UNLIST:
            reports.unlist_identifiers(
                session,
                sealers.reports,
                evaluator,
                report_id=deed.report_id,
                request_id=request_id,
                now=now,
            )
        case Remedy.ERASE:
            reports.erase_report(
                session, sealers.reports, evaluator, report_id=deed.report_id, now=now
            )
