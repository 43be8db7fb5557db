"""Following up: what became of a report, a line added, a consent changed, the report withdrawn."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from checker.evaluator import Evaluator
from reports.actions.adding import keep_addition
from reports.actions.matching import ask_own, close_question, is_asked
from reports.actions.warning import warning_of
from reports.actions.withdrawing import withdraw
from reports.codes import fingerprint
from reports.listing import list_identifiers
from reports.model import (
    CONSENT_WORDING,
    Addition,
    Alone,
    Consent,
    ReportChannel,
    ReportState,
    Submission,
    WarningState,
)
from reports.opening import Way
from reports.reading import additions, harms, when_of
from reports.receipts import ConsentGiven, FollowUp, OwnReport, care_may_help
from reports.records import ConsentRow, ReportDraftRow, ReportRow, WarningRow
from reports.refusals import NoSuchReceipt, NotInThisState
from storage.base import new_id
from storage.keys import Sealers
from storage.sealing import Sealer

PUBLISHING = frozenset({Consent.REGISTER, Consent.ALERT})
LIVE = frozenset({WarningState.PROPOSED, WarningState.PUBLISHED, WarningState.SUSPENDED})


def report_of_code(session: Session, sealer: Sealer, *, code: str) -> UUID:
    """Return the id of the report that a receipt code opens; raises NoSuchReceipt."""
    mark = fingerprint(sealer, code)
    return _found(session.scalar(select(ReportRow.id).where(ReportRow.code_fingerprint == mark)))


def is_sent(session: Session, sealer: Sealer, *, code: str) -> bool:
    """Tell a report from a draft; raises NoSuchReceipt if the code opens neither."""
    mark = fingerprint(sealer, code)
    if session.scalar(select(ReportRow.id).where(ReportRow.code_fingerprint == mark)):
        return True
    draft = select(ReportDraftRow.id).where(ReportDraftRow.code_fingerprint == mark)
    _found(session.scalar(draft))
    return False


def report_of_account(session: Session, *, mark: bytes, reference: str) -> UUID:
    """Return the id of an account's own report; raises NoSuchReceipt for anybody else's.

    `mark` is what only that account can compute.
    """
    return _found(
        session.scalar(
            select(ReportRow.id).where(
                ReportRow.reporter_mark == mark,
                ReportRow.reference == reference,
            )
        )
    )


def own_reports(session: Session, *, mark: bytes) -> tuple[OwnReport, ...]:
    """Return the reports that an account made in its name, newest first."""
    rows = session.execute(
        select(ReportRow, WarningRow.published_at)
        .outerjoin(WarningRow, WarningRow.report_id == ReportRow.id)
        .where(ReportRow.reporter_mark == mark)
        .order_by(ReportRow.received_at.desc())
    ).all()
    standing = _standing(session, [row.id for row, _ in rows])
    return tuple(
        OwnReport(
            reference=row.reference,
            state=ReportState(row.state),
            received_at=row.received_at,
            consents=frozenset(standing.get(row.id, ())),
            warned_at=published_at,
        )
        for row, published_at in rows
    )


def follow_up(
    session: Session, sealer: Sealer, *, report_id: UUID, today: date, way: Way | None = None
) -> FollowUp:
    """Return what the reporter of a report may see of it; raises NoSuchReceipt.

    Lines that were added through `way` say what they say, others only that they are there.
    """
    row = session.get(ReportRow, report_id)
    if row is None:
        raise NoSuchReceipt
    told = Submission(narrative="", harms=harms(session, row.id), when=when_of(row))
    warning = warning_of(session, sealer, report_id)
    published_at = warning.published_at if warning else None
    return FollowUp(
        report_id=report_id,
        reference=row.reference,
        state=ReportState(row.state),
        received_at=row.received_at,
        consents=_history(session, report_id),
        lines=_own_lines(session, report_id, way),
        warned=warning.draft if warning and published_at else None,
        warned_at=published_at,
        care_may_help=care_may_help(told, received=row.received_at.date(), today=today),
        hurt=any(harm.injury for harm in told.harms),
        asked=is_asked(session, report_id),
    )


def add_line(
    session: Session, sealers: Sealers, *, report_id: UUID, text: str, way: Way, now: datetime
) -> None:
    """Add a reporter's line, once if it is sent twice; raises NotInThisState when withdrawn."""
    _hold(session, report_id)
    lines = _own_lines(session, report_id, way)
    if lines and lines[-1].text == text:
        return
    keep_addition(session, sealers, report_id=report_id, text=text, way=way, now=now)


def give_consent(
    session: Session, *, report_id: UUID, consent: Consent, channel: ReportChannel, now: datetime
) -> None:
    """Turn a switch on from now; raises NotInThisState when the report is withdrawn."""
    _hold(session, report_id)
    if consent in _standing(session, [report_id]).get(report_id, ()):
        return
    session.add(
        ConsentRow(
            id=new_id(),
            report_id=report_id,
            switch=consent,
            wording=CONSENT_WORDING,
            channel=channel,
            given_at=now,
        )
    )
    session.flush()
    if consent is Consent.HOLD_UNTIL_MATCH:
        ask_own(session, report_id, now=now)


def withdraw_consent(
    session: Session,
    sealer: Sealer,
    evaluator: Evaluator,
    *,
    report_id: UUID,
    consent: Consent,
    now: datetime,
) -> None:
    """Turn a switch off and stop what it allowed; raises NotInThisState, EvaluatorUnavailable.

    Without the register and without alerts a warning has no reason left, and is withdrawn.
    """
    _hold(session, report_id)
    _take_back(session, report_id, [consent], now)
    if consent is Consent.HOLD_UNTIL_MATCH:
        close_question(session, report_id, agreed=True, now=now)
    warning = _live_warning(session, report_id)
    if warning is None or consent not in PUBLISHING:
        return
    if not PUBLISHING & set(_standing(session, [report_id]).get(report_id, ())):
        withdraw(session, sealer, evaluator, warning_id=warning.id, now=now, alone=Alone.REPORTER)
    elif consent is Consent.ALERT:
        warning.to_alert = False
        session.flush()
    elif warning.published_at is not None:
        list_identifiers(session, sealer, evaluator, report_id=report_id, now=now)


def withdraw_report(
    session: Session, sealer: Sealer, evaluator: Evaluator, *, report_id: UUID, now: datetime
) -> None:
    """Withdraw a report with its consents and its warning; raises EvaluatorUnavailable.

    Withdrawing it a second time changes nothing.
    """
    row = _locked(session, report_id)
    if row.state == ReportState.WITHDRAWN:
        return
    _take_back(session, report_id, list(Consent), now)
    warning = _live_warning(session, report_id)
    if warning is not None:
        withdraw(session, sealer, evaluator, warning_id=warning.id, now=now, alone=Alone.REPORTER)
    row.state, row.closed_at = ReportState.WITHDRAWN, now
    session.flush()


def _found(row_id: UUID | None) -> UUID:
    if row_id is None:
        raise NoSuchReceipt
    return row_id


def _locked(session: Session, report_id: UUID) -> ReportRow:
    row = session.get(ReportRow, report_id, with_for_update=True)
    if row is None:
        raise NoSuchReceipt
    return row


def _hold(session: Session, report_id: UUID) -> None:
    """Keep others from changing the report until the commit; refuse a withdrawn one."""
    if _locked(session, report_id).state == ReportState.WITHDRAWN:
        raise NotInThisState


def _live_warning(session: Session, report_id: UUID) -> WarningRow | None:
    return session.scalar(
        select(WarningRow).where(WarningRow.report_id == report_id, WarningRow.state.in_(LIVE))
    )


def _take_back(session: Session, report_id: UUID, consents: list[Consent], now: datetime) -> None:
    session.execute(
        update(ConsentRow)
        .where(
            ConsentRow.report_id == report_id,
            ConsentRow.switch.in_(consents),
            ConsentRow.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )


def _standing(session: Session, report_ids: list[UUID]) -> dict[UUID, list[Consent]]:
    found: dict[UUID, list[Consent]] = {}
    rows = session.execute(
        select(ConsentRow.report_id, ConsentRow.switch).where(
            ConsentRow.report_id.in_(report_ids), ConsentRow.withdrawn_at.is_(None)
        )
    )
    for report_id, switch in rows:
        found.setdefault(report_id, []).append(Consent(switch))
    return found


def _history(session: Session, report_id: UUID) -> tuple[ConsentGiven, ...]:
    rows = session.scalars(
        select(ConsentRow).where(ConsentRow.report_id == report_id).order_by(ConsentRow.given_at)
    )
    return tuple(
        ConsentGiven(
            consent=Consent(row.switch),
            wording=row.wording,
            given_at=row.given_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row in rows
    )


def _own_lines(session: Session, report_id: UUID, way: Way | None) -> tuple[Addition, ...]:
    lines = additions(session, report_id, lambda ids: way.open(session, ids) if way else {})
    return tuple(line for line in lines if line.by_reporter)
