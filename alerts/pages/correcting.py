"""Correcting: a second person confirms a corrected text, and who got the alert hears of it."""

from datetime import UTC, datetime
from uuid import UUID

import svcs
from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from alerts import actions
from alerts.pages.blueprint import caseworkers, link_base, pages, price
from alerts.pages.deciding import after_publishing, refused, shown_id
from checker.evaluator import Evaluator
from config.settings import Settings
from members.guard import current_account, fresh
from members.recording import put_on_record
from reports.refusals import NotInThisState, TwoPeopleNeeded
from storage.audit_chain import Act
from storage.keys import Sealers


@pages.post("/desk/warnings/<uuid:warning_id>/correct/confirm")
@caseworkers
@fresh
def confirm_correction(warning_id: UUID) -> Response | tuple[str, int]:
    """Confirm a corrected text as a second person."""
    session, sealers, evaluator, settings = svcs.flask.get(Session, Sealers, Evaluator, Settings)
    try:
        _warning, alert = actions.correct(
            session,
            sealers,
            evaluator,
            warning_id=warning_id,
            correction_id=shown_id("correction"),
            by=current_account().id,
            link_base=link_base(settings),
            price=price(settings),
            time_zone=settings.time_zone,
            now=datetime.now(UTC),
        )
    except (TwoPeopleNeeded, NotInThisState) as error:
        return refused(warning_id, error, correction=True)
    put_on_record(Act.CORRECTION_CONFIRMED, on=warning_id)
    session.commit()
    after_publishing(alert)
    if alert:
        return redirect(url_for("alerts.follow", alert_id=alert.id), 303)
    return redirect(url_for("alerts.decide", warning_id=warning_id), 303)
