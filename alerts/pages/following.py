"""Following: how far alerts have come, and steering them."""

import csv
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import StringIO
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from alerts import actions
from alerts.pages.blueprint import caseworkers, pages, price
from alerts.waking import wake
from config.settings import Settings
from members.guard import fresh
from members.recording import put_on_record, put_reading_on_record
from messages.model import WAITING, Channel, DeliveryState
from storage.audit_chain import Act
from storage.queue import JobQueue

STEPS: Mapping[str, tuple[Callable[[Session, UUID], object], Act]] = {
    "pause": (actions.pause, Act.ALERT_PAUSED),
    "resume": (actions.resume, Act.ALERT_RESUMED),
    "recall": (actions.recall, Act.ALERT_RECALLED),
}


@pages.get("/alerts")
@caseworkers
def overview() -> str:
    """List the alerts that were sent."""
    session = svcs.flask.get(Session)
    return render_template(
        "alerts/overview.html",
        late={each.alert_id: each.how for each in actions.late(session, now=datetime.now(UTC))},
        alerts=[(alert, actions.progress(session, alert.id)) for alert in actions.latest(session)],
    )


@pages.get("/alerts/<uuid:alert_id>")
@caseworkers
def follow(alert_id: UUID) -> str:
    """Show how far an alert has come, live."""
    session, settings = svcs.flask.get(Session, Settings)
    alert = actions.alert(session, alert_id)
    progress, now = actions.progress(session, alert_id), datetime.now(UTC)
    return render_template(
        "alerts/follow.html",
        alert=alert,
        corrections=actions.corrections_of(session, alert_id),
        progress=progress,
        late=actions.late(session, now=now, cause_ids=[alert.cause_id]),
        waiting=progress.count(*WAITING),
        now=now,
        left=actions.time_left(alert, progress, price(settings)),
        states=DeliveryState,
        channels=Channel,
    )


@pages.route(
    "/alerts/<uuid:alert_id>/counts.csv", methods=["GET", "POST"]
)  # what proves who one is comes by POST
@caseworkers
@fresh
def counts(alert_id: UUID) -> Response:
    """Give the counts of an alert by channel, state and reason as a file; never a contact."""
    session = svcs.flask.get(Session)
    alert = actions.alert(session, alert_id)
    put_reading_on_record(Act.EXPORTED, on=alert_id)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(("channel", "state", "reason", "deliveries"))
    writer.writerows(
        (each.channel, each.state, each.reason, each.count)
        for each in actions.progress(session, alert_id).tallies
    )
    name = f"attachment; filename=alert-{alert.reference}.csv"
    return Response(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name},
    )


@pages.post("/alerts/<uuid:alert_id>")
@caseworkers
def steer(alert_id: UUID) -> Response:
    """Pause, resume or recall an alert."""
    session, queue = svcs.flask.get(Session, JobQueue)
    alert = actions.alert(session, alert_id)
    step = STEPS.get(request.form.get("step", ""))
    if step:
        do, act = step
        do(session, alert_id)
        put_on_record(act, on=alert_id)
        session.commit()
    wake(queue, alert)
    return redirect(url_for("alerts.follow", alert_id=alert_id), 303)
