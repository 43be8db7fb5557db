"""How sending stands: what the queues hold, how fast it leaves, what fails, who works on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import svcs
from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from alerts import actions as alerts
from alerts.actions import Late
from members.guard import staff
from members.model import Role
from messages import actions as messages
from messages.actions import FAILING_WITHIN, LEAVING_WITHIN, HeldBack, Traffic
from messages.model import Channel, DeliveryState, Queue
from web.services import Services

pages = Blueprint("sending", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How sending stands at a moment; workers are None if Redis cannot be asked."""

    at: datetime
    traffic: Traffic
    late: tuple[Late, ...]
    held: HeldBack
    workers: Mapping[Queue, int] | None


def figures() -> Figures:
    """Ask the database and Redis how sending stands."""
    session, services = svcs.flask.get(Session, Services)
    now = datetime.now(UTC)
    return Figures(
        at=now,
        traffic=messages.traffic(session, now=now),
        late=alerts.late(session, now=now),
        held=messages.held_since_restore(session, now=now),
        workers=services.workers(),
    )


@pages.get("/desk/sending")
@staff(Role.CASEWORKER, Role.LEAD)
def look() -> str:
    """Show how sending stands, live."""
    return render_template(
        "web/sending.html",
        found=figures(),
        minutes=int(LEAVING_WITHIN.total_seconds() / 60),
        hours=int(FAILING_WITHIN.total_seconds() / 3600),
        queues=Queue,
        channels=Channel,
        states=(DeliveryState.FAILED, DeliveryState.UNKNOWN),
    )
