"""Deciding: a warning with what publishing it would reach, cost and take."""

from datetime import UTC, datetime, timedelta
from secrets import randbelow
from uuid import UUID

import structlog
import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from alerts import actions
from alerts.composing import compose
from alerts.model import Alert, NeverAlerted
from alerts.pages.blueprint import caseworkers, check_link, link_base, pages, price
from alerts.waking import wake
from checker import actions as checker
from checker.evaluator import Evaluator
from checker.model import RegisterUnavailable
from checker.register import Register
from config.areas import load_areas
from config.settings import Settings
from members import actions as members
from members.approvals import LONGEST_REASON, ApprovalKind
from members.guard import current_account, fresh
from members.model import Severity
from members.recording import put_on_record
from members.refusals import SecondPersonNeeded
from reports import actions as reports
from reports.model import Warning, WarningState
from reports.refusals import ConsentMissing, HeldUntilMatch, NotInThisState, TwoPeopleNeeded
from storage.audit_chain import Act
from storage.keys import Sealers
from storage.queue import JobQueue

log = structlog.get_logger()
REFRESH_TRIES = 3  # until then a check does not find what was just published


@pages.get("/desk/warnings/<uuid:warning_id>")
@caseworkers
def decide(warning_id: UUID) -> str:
    """Show a warning with what publishing it would reach, cost and take."""
    return decision_page(warning_id)


@pages.post("/desk/warnings/<uuid:warning_id>/publish")
@caseworkers
@fresh
def publish(warning_id: UUID) -> Response | tuple[str, int]:
    """Publish as a second person, or alone with a reason when danger is imminent."""
    session, sealers, evaluator, settings = svcs.flask.get(Session, Sealers, Evaluator, Settings)
    now = datetime.now(UTC)
    found = reports.warning(session, sealers.reports, warning_id)
    reason = request.form.get("reason", "")
    try:
        _published, alert = actions.publish(
            session,
            sealers,
            evaluator,
            warning_id=warning_id,
            by=current_account().id,
            link_base=link_base(settings),
            check_link=check_link(settings),
            price=price(settings),
            leaves_from=_leaves_from(settings, found, now),
            time_zone=settings.time_zone,
            now=now,
            imminent_reason=reason,
        )
    except (TwoPeopleNeeded, NotInThisState, ConsentMissing, HeldUntilMatch) as error:
        return refused(warning_id, error, reason=reason)
    put_on_record(Act.WARNING_PUBLISHED, on=warning_id)
    session.commit()
    after_publishing(alert)
    if alert:
        return redirect(url_for("alerts.follow", alert_id=alert.id), 303)
    return redirect(url_for("alerts.decide", warning_id=warning_id), 303)


def after_publishing(alert: Alert | None) -> None:
    """Wake the workers and refresh the register; a sweep does both again if either is lost."""
    session, register, queue = svcs.flask.get(Session, Register, JobQueue)
    if alert:
        wake(queue, alert)
    for _try in range(REFRESH_TRIES):
        try:
            checker.refresh(session, register, now=datetime.now(UTC))
            session.commit()
        except RegisterUnavailable as error:
            session.rollback()
            log.warning("register_not_refreshed", error=type(error).__name__)
        else:
            return


def refused(
    warning_id: UUID, error: Exception, *, reason: str = "", correction: bool = False
) -> tuple[str, int]:
    """Take nothing on; return the page with why, and what was typed."""
    svcs.flask.get(Session).rollback()
    words = _words_of_refusal(error, correction=correction)
    alone = isinstance(error, TwoPeopleNeeded | SecondPersonNeeded)
    return decision_page(warning_id, refusal=words, reason=reason), 403 if alone else 409


def shown_id(field: str) -> UUID:
    """Return the id of what the page showed; raises NotInThisState for none."""
    try:
        return UUID(request.form.get(field, ""))
    except ValueError:
        raise NotInThisState from None


def _words_of_refusal(error: Exception, *, correction: bool) -> str:
    """Say why a warning, or its correction, was not published or withdrawn."""
    match error:
        case TwoPeopleNeeded() if correction:
            return _("You wrote this correction, so somebody else must confirm it.")
        case TwoPeopleNeeded():
            return _("You verified this report, so somebody else must publish its warning.")
        case SecondPersonNeeded():
            return _("You asked for this, so somebody else must confirm it.")
        case ConsentMissing():
            return _("The reporter did not agree to that. Ask them if you can.")
        case HeldUntilMatch():
            return _(
                "The reporter wants this to wait: it is held until another report names the same "
                "number or address, and they say to go on."
            )
    return _("Somebody else, or another tab of yours, was quicker. This is how it stands now.")


def decision_page(
    warning_id: UUID, refusal: str = "", reason: str = "", *, why_missing: bool = False
) -> str:
    """Return the page of a warning as it stands; what was typed is kept."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    now = datetime.now(UTC)
    found = reports.warning(session, sealers.reports, warning_id)
    link = f"{link_base(settings)}/{found.reference}"
    try:
        estimate = actions.estimate(
            session,
            found,
            link=link,
            price=price(settings),
            leaves_from=now,
            time_zone=settings.time_zone,
        )
    except NeverAlerted:
        estimate = None
    return render_template(
        "alerts/decide.html",
        warning=found,
        refusal=refusal,
        reason=reason,
        estimate=estimate,
        texts=[text for text in compose(link) if text.text_key.endswith("/plain")],
        shown=reports.preview(session, found.draft, report_id=found.report_id),
        consents=reports.consents(session, found.report_id),
        alone=found.verified_by == current_account().id,
        areas=load_areas(settings),
        states=WarningState,
        delay=settings.routine_delay_minutes if found.draft.severity != Severity.DANGER else 0,
        alert=actions.alert_of(session, warning_id),
        correction=reports.correction_of(session, sealers.reports, warning_id),
        correction_reach=actions.estimate_correction(
            session, found, link=link, price=price(settings), now=now
        ),
        withdrawal=members.waiting_for(
            session, sealers, kind=ApprovalKind.UNPUBLISH, subject_id=warning_id, now=now
        ),
        why_missing=why_missing,
        longest_reason=LONGEST_REASON,
        now=now,
    )


def _leaves_from(settings: Settings, warning: Warning, now: datetime) -> datetime:
    """Danger leaves at once; the rest after a random wait that says nothing of the reporter."""
    if warning.draft.severity is Severity.DANGER or not settings.routine_delay_minutes:
        return now
    return now + timedelta(seconds=randbelow(settings.routine_delay_minutes * 60))
