"""The end of a report: the answers checked, the report sent once, the receipt."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from checker.evaluator import Evaluator, EvaluatorUnavailable
from checker.model import WrongRegisterKey
from config.areas import load_areas
from config.settings import Settings
from members.guard import public
from reports import actions
from reports.codes import in_groups
from reports.dates import local_day
from reports.pages.blueprint import Page, pages
from reports.pages.kept import fresh_code, keep, kept_code
from reports.pages.steps import STORY, TOTAL
from reports.pages.summaries import gaps, summary
from reports.receipts import MOST_PEOPLE
from reports.refusals import NothingHappened
from storage.keys import Sealers


@pages.get("/report/check")
@public
def check() -> Page:
    """Show all answers, each with a way to change it."""
    session, sealers = svcs.flask.get(Session, Sealers)
    now = datetime.now(UTC)
    code = fresh_code(now)
    if actions.is_sent(session, sealers.reports, code=code):
        return redirect(url_for("reports.mine"), HTTPStatus.SEE_OTHER)
    keep(code, now)
    return _check_page(code)


@pages.post("/report/send")
@public
def send() -> Page:
    """Send the report; the same form again shows the same receipt."""
    session, sealers, evaluator = svcs.flask.get(Session, Sealers, Evaluator)
    code, now = kept_code(), datetime.now(UTC)
    try:
        actions.send_draft(session, sealers, evaluator, code=code, now=now)
    except NothingHappened:
        session.rollback()
        words = _("Please say what happened, in a few words if you like. It is all we need.")
        return _check_page(code, errors={STORY.slug: words}), HTTPStatus.UNPROCESSABLE_ENTITY
    except (EvaluatorUnavailable, WrongRegisterKey):
        session.rollback()
        return _check_page(code, trouble=True), HTTPStatus.SERVICE_UNAVAILABLE
    session.commit()
    keep(code, now)
    return redirect(url_for("reports.receipt"), HTTPStatus.SEE_OTHER)


@pages.get("/report/receipt")
@public
def receipt() -> Response | str:
    """Show the code large, what happens next, and what may be urgent for the reporter."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    now = datetime.now(UTC)
    code = fresh_code(now)
    if not actions.is_sent(session, sealers.reports, code=code):
        return redirect(url_for("reports.check"), HTTPStatus.SEE_OTHER)
    report_id = actions.report_of_code(session, sealers.reports, code=code)
    return render_template(
        "reports/receipt.html",
        code=in_groups(code),
        report=actions.follow_up(
            session,
            sealers.reports,
            report_id=report_id,
            today=local_day(now, settings.time_zone),
        ),
    )


def _check_page(code: str, *, errors: dict[str, str] | None = None, trouble: bool = False) -> str:
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    said = actions.open_draft(session, sealers.reports, code=code).submission
    return render_template(
        "reports/check.html",
        code=in_groups(code),
        parts=summary(said, load_areas(settings)),
        gaps=gaps(said),
        errors=errors or {},
        trouble=trouble,
        next_person=len(said.people) + 1 if len(said.people) < MOST_PEOPLE else None,
        place=TOTAL,
        total=TOTAL,
    )
