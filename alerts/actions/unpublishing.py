"""Unpublishing: one asks for a warning to be withdrawn, and may hide it; a second decides."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from alerts.actions.following import alert_of, corrections_of, pause, recall
from alerts.actions.telling import recall_from_watchers
from checker.evaluator import Evaluator
from members import actions as members
from members.approvals import Approval, ApprovalKind
from reports import actions as reports
from reports.model import WarningState
from reports.refusals import NotInThisState
from storage.keys import Sealers

ON_SHOW = frozenset({WarningState.PUBLISHED, WarningState.SUSPENDED})


def withdraw_proposed(
    session: Session, sealers: Sealers, evaluator: Evaluator, *, warning_id: UUID, now: datetime
) -> None:
    """Withdraw a warning that was never published, which takes one person.

    Raises what `reports.actions.withdraw` raises, TwoPeopleNeeded if it was published meanwhile.
    """
    reports.withdraw(session, sealers.reports, evaluator, warning_id=warning_id, now=now)


def ask_to_withdraw(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    *,
    warning_id: UUID,
    by: UUID,
    reason: str,
    at_once: bool,
    now: datetime,
) -> None:
    """Ask a second person to withdraw a published warning; `at_once` hides it until they decide.

    What of its alert has not left is paused then. The caller commits, then refreshes the register.
    Raises NotInThisState, AskedAlready.
    """
    found = reports.warning(session, sealers.reports, warning_id)
    if found.state not in ON_SHOW:
        raise NotInThisState
    members.ask(
        session,
        sealers,
        kind=ApprovalKind.UNPUBLISH,
        subject_id=warning_id,
        by=by,
        reason=reason,
        now=now,
    )
    if at_once and found.state is WarningState.PUBLISHED:
        reports.suspend(session, sealers.reports, evaluator, warning_id=warning_id, by=by, now=now)
        for each in _alerts(session, warning_id):
            pause(session, each)


def withdraw(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    *,
    warning_id: UUID,
    approval_id: UUID,
    by: UUID,
    now: datetime,
) -> Approval:
    """Withdraw a warning as a second person, and recall what of its alert has not left.

    The caller commits, then refreshes the register. Raises what `members.actions.grant` and
    `reports.actions.withdraw` raise.
    """
    _require_about(session, sealers, approval_id, warning_id)
    granted = members.grant(session, sealers, approval_id=approval_id, by=by, now=now)
    members.use(session, approval_id=approval_id, now=now)
    reports.withdraw(
        session, sealers.reports, evaluator, warning_id=warning_id, now=now, under=granted
    )
    recall_from_watchers(session, sealers, warning_id=warning_id)
    for each in _alerts(session, warning_id):
        recall(session, each)
    return granted


def keep(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    *,
    warning_id: UUID,
    approval_id: UUID,
    by: UUID,
    now: datetime,
) -> bool:
    """Refuse to withdraw a warning, or take one's own wish back; whether it was hidden till now.

    It is shown again as two people had published it. What was paused stays so until somebody
    resumes it. The caller commits, then refreshes the register. Raises NotInThisState, and what
    `members.actions.refuse` raises.
    """
    _require_about(session, sealers, approval_id, warning_id)
    members.refuse(session, sealers, approval_id=approval_id, by=by, now=now)
    return reports.restore(session, sealers.reports, evaluator, warning_id=warning_id, now=now)


def _require_about(session: Session, sealers: Sealers, approval_id: UUID, warning_id: UUID) -> None:
    found = members.approval(session, sealers, approval_id)
    if (found.kind, found.subject_id) != (ApprovalKind.UNPUBLISH, warning_id):
        raise NotInThisState


def _alerts(session: Session, warning_id: UUID) -> list[UUID]:
    """Return the alert of a warning, and those of its corrections."""
    alert = alert_of(session, warning_id)
    if alert is None:
        return []
    return [each.id for each in (alert, *corrections_of(session, alert.id))]
