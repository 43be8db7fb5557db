"""Unpublishing: a caseworker asks for a warning to be withdrawn; a second one decides."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from alerts import actions
from alerts.pages.blueprint import caseworkers, pages
from alerts.pages.deciding import after_publishing, decision_page, refused, shown_id
from checker.evaluator import Evaluator
from members.approvals import LONGEST_REASON
from members.guard import current_account, fresh
from members.recording import put_on_record
from members.refusals import ApprovalOver, AskedAlready, NoSuchApproval, SecondPersonNeeded
from reports import actions as reports
from reports.model import WarningState
from reports.refusals import NotInThisState
from storage.audit_chain import Act
from storage.keys import Sealers

OVERTAKEN = (NotInThisState, ApprovalOver, AskedAlready, NoSuchApproval)
Page = Response | tuple[str, int]


@pages.post("/desk/warnings/<uuid:warning_id>/withdraw")
@caseworkers
@fresh
def withdraw(warning_id: UUID) -> Page:
    """Ask for a published warning to be withdrawn; one that never was is withdrawn at once."""
    session, sealers, evaluator = svcs.flask.get(Session, Sealers, Evaluator)
    now = datetime.now(UTC)
    found = reports.warning(session, sealers.reports, warning_id)
    if found.state is WarningState.PROPOSED:
        actions.withdraw_proposed(session, sealers, evaluator, warning_id=warning_id, now=now)
        put_on_record(Act.WARNING_WITHDRAWN, on=warning_id)
        return _done(warning_id)
    why, at_once = " ".join(request.form.get("why", "").split()), "at_once" in request.form
    if not 0 < len(why) <= LONGEST_REASON:
        return decision_page(warning_id, why_missing=True, reason=why), 422
    try:
        actions.ask_to_withdraw(
            session,
            sealers,
            evaluator,
            warning_id=warning_id,
            by=current_account().id,
            reason=why,
            at_once=at_once,
            now=now,
        )
    except OVERTAKEN as error:
        return refused(warning_id, error, reason=why)
    put_on_record(Act.APPROVAL_ASKED, on=warning_id, reason=why)
    if at_once:
        put_on_record(Act.WARNING_SUSPENDED, on=warning_id)
    return _done(warning_id)


@pages.post("/desk/warnings/<uuid:warning_id>/withdraw/confirm")
@caseworkers
@fresh
def confirm_withdrawal(warning_id: UUID) -> Page:
    """Withdraw a warning as a second person: off the register, and what has not left stays."""
    session, sealers, evaluator = svcs.flask.get(Session, Sealers, Evaluator)
    try:
        actions.withdraw(
            session,
            sealers,
            evaluator,
            warning_id=warning_id,
            approval_id=shown_id("approval"),
            by=current_account().id,
            now=datetime.now(UTC),
        )
    except (SecondPersonNeeded, *OVERTAKEN) as error:
        return refused(warning_id, error)
    put_on_record(Act.WARNING_WITHDRAWN, on=warning_id)
    return _done(warning_id)


@pages.post("/desk/warnings/<uuid:warning_id>/withdraw/refuse")
@caseworkers
def keep_published(warning_id: UUID) -> Page:
    """Leave a warning published, and show it again if it was hidden."""
    session, sealers, evaluator = svcs.flask.get(Session, Sealers, Evaluator)
    try:
        was_hidden = actions.keep(
            session,
            sealers,
            evaluator,
            warning_id=warning_id,
            approval_id=shown_id("approval"),
            by=current_account().id,
            now=datetime.now(UTC),
        )
    except OVERTAKEN as error:
        return refused(warning_id, error)
    put_on_record(Act.APPROVAL_REFUSED, on=warning_id)
    if was_hidden:
        put_on_record(Act.WARNING_RESTORED, on=warning_id)
    return _done(warning_id)


def _done(warning_id: UUID) -> Response:
    """Commit, refresh the register and go back to the warning."""
    svcs.flask.get(Session).commit()
    after_publishing(None)
    return redirect(url_for("alerts.decide", warning_id=warning_id), HTTPStatus.SEE_OTHER)
