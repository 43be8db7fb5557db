"""Pages of alerts: deciding to publish, following what goes out, and what members read."""

from datetime import UTC, datetime, timedelta
from secrets import randbelow
from uuid import UUID

import structlog
import svcs
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from alerts import actions
from alerts.composing import compose
from alerts.model import Alert, NeverAlerted
from alerts.waking import wake
from checker import actions as checker
from checker.evaluator import Evaluator
from checker.model import RegisterUnavailable
from checker.register import Register
from config.areas import load_areas
from config.settings import Settings
from members import actions as members
from members.guard import current_account, may_check, staff
from members.model import Role, Severity
from messages.model import Channel, DeliveryState
from reports import actions as reports
from reports.model import TwoPeopleNeeded, Warning, WarningState
from storage.keys import Sealers
from storage.queue import JobQueue

log = structlog.get_logger()
pages = Blueprint("alerts", __name__, template_folder="templates")
REFRESH_TRIES = 3  # until then a check does not find what was just published
caseworkers = staff(Role.CASEWORKER, Role.LEAD)


@pages.get("/desk/warnings/<uuid:warning_id>")
@caseworkers
def decide(warning_id: UUID) -> str:
    """Show a warning with what publishing it would reach, cost and take."""
    return _decision_page(warning_id)


@pages.post("/desk/warnings/<uuid:warning_id>/publish")
@caseworkers
def publish(warning_id: UUID) -> Response | tuple[str, int]:
    """Publish as a second person, or alone with a reason when danger is imminent."""
    session, sealers, evaluator, settings = svcs.flask.get(Session, Sealers, Evaluator, Settings)
    now = datetime.now(UTC)
    found = reports.warning(session, sealers.reports, warning_id)
    try:
        _published, alert = actions.publish(
            session,
            sealers,
            evaluator,
            warning_id=warning_id,
            by=current_account().id,
            link_base=_link_base(settings),
            price=_price(settings),
            leaves_from=_leaves_from(settings, found, now),
            now=now,
            imminent_reason=request.form.get("reason", ""),
        )
    except TwoPeopleNeeded:
        session.rollback()
        words = _("You verified this report, so somebody else must publish its warning.")
        return _decision_page(warning_id, refusal=words), 403
    session.commit()
    _after_publishing(alert)
    if alert:
        return redirect(url_for("alerts.follow", alert_id=alert.id), 303)
    return redirect(url_for("alerts.decide", warning_id=warning_id), 303)


@pages.post("/desk/warnings/<uuid:warning_id>/withdraw")
@caseworkers
def withdraw(warning_id: UUID) -> Response:
    """Withdraw a warning, take it off the register and recall what has not left."""
    session, sealers, evaluator = svcs.flask.get(Session, Sealers, Evaluator)
    actions.withdraw(session, sealers, evaluator, warning_id=warning_id, now=datetime.now(UTC))
    session.commit()
    _after_publishing(None)
    return redirect(url_for("alerts.decide", warning_id=warning_id), 303)


@pages.get("/alerts")
@caseworkers
def overview() -> str:
    """List the alerts that were sent."""
    session = svcs.flask.get(Session)
    return render_template(
        "alerts/overview.html",
        alerts=[(alert, actions.progress(session, alert.id)) for alert in actions.latest(session)],
    )


@pages.get("/alerts/<uuid:alert_id>")
@caseworkers
def follow(alert_id: UUID) -> str:
    """Show how far an alert has come, live."""
    session, settings = svcs.flask.get(Session, Settings)
    alert = actions.alert(session, alert_id)
    progress = actions.progress(session, alert_id)
    return render_template(
        "alerts/follow.html",
        alert=alert,
        progress=progress,
        waiting=progress.count(DeliveryState.PENDING, DeliveryState.CLAIMED),
        left=actions.time_left(alert, progress, _price(settings)),
        states=DeliveryState,
        channels=Channel,
    )


@pages.post("/alerts/<uuid:alert_id>")
@caseworkers
def steer(alert_id: UUID) -> Response:
    """Pause, resume or recall an alert."""
    session, queue = svcs.flask.get(Session, JobQueue)
    match request.form.get("step"):
        case "pause":
            actions.pause(session, alert_id)
        case "resume":
            actions.resume(session, alert_id)
        case "recall":
            actions.recall(session, alert_id)
    alert = actions.alert(session, alert_id)
    session.commit()
    wake(queue, alert)
    return redirect(url_for("alerts.follow", alert_id=alert_id), 303)


@pages.get("/updates")
@may_check
def updates() -> str:
    """Show a member the warnings for their areas, newest first."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    chosen = members.preferences(session, current_account().id)
    everywhere = chosen.everywhere or request.args.get("area") == "all"
    return render_template(
        "alerts/updates.html",
        warnings=reports.latest(
            session,
            sealers.reports,
            areas=None if everywhere else chosen.areas,
            now=datetime.now(UTC),
        ),
        everywhere=everywhere,
        areas=load_areas(settings),
    )


@pages.get("/updates/<reference>")
@may_check
def update(reference: str) -> str:
    """Show one warning with its whole text."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    found = reports.published(session, sealers.reports, reference=reference, now=datetime.now(UTC))
    return render_template("alerts/update.html", warning=found, areas=load_areas(settings))


def _after_publishing(alert: Alert | None) -> None:
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


def _decision_page(warning_id: UUID, refusal: str = "") -> str:
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    found = reports.warning(session, sealers.reports, warning_id)
    link = f"{_link_base(settings)}/{found.reference}"
    try:
        estimate = actions.estimate(
            session,
            found,
            link=link,
            price=_price(settings),
            leaves_from=datetime.now(UTC),
        )
    except NeverAlerted:
        estimate = None
    return render_template(
        "alerts/decide.html",
        warning=found,
        refusal=refusal,
        estimate=estimate,
        texts=[text for text in compose(link) if text.text_key.endswith("/plain")],
        shown=reports.preview(session, found.draft, report_id=found.report_id),
        consents=reports.consents(session, found.report_id),
        alone=found.verified_by == current_account().id,
        areas=load_areas(settings),
        states=WarningState,
        delay=settings.routine_delay_minutes if found.draft.severity != Severity.DANGER else 0,
        alert=actions.alert_of(session, warning_id),
    )


def _leaves_from(settings: Settings, warning: Warning, now: datetime) -> datetime:
    """Danger leaves at once; the rest after a random wait that says nothing of the reporter."""
    if warning.draft.severity is Severity.DANGER or not settings.routine_delay_minutes:
        return now
    return now + timedelta(seconds=randbelow(settings.routine_delay_minutes * 60))


def _link_base(settings: Settings) -> str:
    return f"{settings.public_url}/updates"


def _price(settings: Settings) -> actions.Price:
    return actions.Price(
        per_segment=settings.sms_segment_price,
        currency=settings.sms_price_currency,
        segments_per_second=settings.sms_segments_per_second,
    )
