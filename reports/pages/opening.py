"""Opening a report: one at a time, for a reason, and on record before anything of it is shown.

It then stays open to whoever opened it as long as a sign-in lasts; each further look is on record.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config.areas import load_areas
from config.settings import Settings
from members.guard import current_account
from members.model import ABSOLUTE
from members.recording import put_reading_on_record
from reports import actions
from reports.pages.blueprint import caseworkers, pages
from storage import audit
from storage.audit import OPENING
from storage.audit_chain import Act

WRITING = timedelta(days=7)  # who wrote for long is not kept from handing it over
LONGEST_REASON = 200
OTHER = "other"
REASONS = {
    "review": lazy_gettext("To review it"),
    "sharing": lazy_gettext("It shares an identifier with a report that I work on"),
    "reporter": lazy_gettext("Its reporter got in touch"),
    "colleague": lazy_gettext("A colleague asked me to look at it"),
    OTHER: lazy_gettext("Something else"),
}


def is_open(report_id: UUID, *, for_: timedelta = ABSOLUTE) -> bool:
    """Whether whoever is signed in has opened a report lately."""
    session, since = svcs.flask.get(Session), datetime.now(UTC) - for_
    return audit.did(session, OPENING, by=current_account().id, on=report_id, since=since)


def put_look_on_record(report_id: UUID) -> None:
    """Record that a report that was opened is looked at again."""
    put_reading_on_record(Act.REPORT_READ, on=report_id)


def door(report_id: UUID, errors: Mapping[str, str] | None = None) -> tuple[str, int]:
    """Return the page that asks why; it says of the report what the desk says, and no more."""
    session, settings = svcs.flask.get(Session, Settings)
    page = render_template(
        "reports/open.html",
        row=actions.queue_row(session, report_id),
        reasons=REASONS.items(),
        chosen=request.form.get("why", ""),
        typed=request.form.get("reason", ""),
        errors=errors or {},
        areas=load_areas(settings),
        longest=LONGEST_REASON,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


@pages.post("/desk/reports/<uuid:report_id>/open")
@caseworkers
def open_report(report_id: UUID) -> Response | tuple[str, int]:
    """Put the reason on record and show the report."""
    actions.queue_row(svcs.flask.get(Session), report_id)
    why, typed = request.form.get("why", ""), " ".join(request.form.get("reason", "").split())
    if why not in REASONS:
        return door(report_id, {"why": _("Say why you open it.")})
    if why == OTHER and not 0 < len(typed) <= LONGEST_REASON:
        words = _("Say in a few words why, with at most %(most)s characters.", most=LONGEST_REASON)
        return door(report_id, {"reason": words})
    reason = typed if why == OTHER else str(REASONS[why])
    put_reading_on_record(Act.REPORT_OPENED, on=report_id, reason=reason)
    return redirect(url_for("reports.read_report", report_id=report_id), HTTPStatus.SEE_OTHER)
