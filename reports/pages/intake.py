"""The way into a report and out of it: begun, put aside, come back to, thrown away."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config.settings import Settings
from members.guard import current, public
from members.model import Role
from members.opening import own_reader
from reports import actions
from reports.codes import in_groups, read_receipt_code
from reports.model import Reporter, Submission
from reports.opening import ByAccount
from reports.pages import follow_up
from reports.pages.asked import ask_for_code, holds_code
from reports.pages.blueprint import Page, pages
from reports.pages.kept import forget, fresh_code, keep, kept_code
from reports.pages.steps import STORY
from reports.receipts import Draft
from reports.refusals import NoSuchReceipt
from reports.wording import emergency_number
from storage.keys import Sealers

APART = "apart"


@pages.get("/report")
@public
def begin() -> str:
    """Say what happens with a report, who sees it and where confidentiality ends."""
    settings = svcs.flask.get(Settings)
    return render_template(
        "reports/begin.html",
        begun=_has_begun(datetime.now(UTC)),
        practitioner=_is_practitioner(),
        emergency=emergency_number(settings.home_region),
    )


@pages.post("/report")
@public
def start() -> Response:
    """Keep an empty draft and go to the first question."""
    session, sealers = svcs.flask.get(Session, Sealers)
    now = datetime.now(UTC)
    code = actions.begin_draft(session, sealers.reports, new_draft(), now=now)
    session.commit()
    keep(code, now)
    return redirect(url_for("reports.ask", slug=STORY.slug), HTTPStatus.SEE_OTHER)


def new_draft() -> Draft:
    """Return an empty draft of whoever asks, linked to their account if they chose so."""
    account = current()
    said = Submission(narrative="", language=str(get_locale() or "en").replace("_", "-"))
    if account is None or request.form.get("link", APART) == APART:
        return Draft(submission=said)
    reporter = Reporter.ON_BEHALF if _is_practitioner() else Reporter.MEMBER
    linked = Submission(narrative="", language=said.language, reporter=reporter)
    mark = ByAccount(own_reader().private).mark.hex()
    return Draft(submission=linked, account_id=account.id, mark=mark)


@pages.get("/report/later")
@public
def later() -> str:
    """Show the code to come back with, and offer to clear this device."""
    return render_template("reports/later.html", code=in_groups(fresh_code(datetime.now(UTC))))


@pages.post("/report/stop")
@public
def stop() -> Response:
    """Forget the code on this device; the draft waits."""
    forget()
    return redirect("/", HTTPStatus.SEE_OTHER)


@pages.post("/report/discard")
@public
def discard() -> Response:
    """Throw the draft away; a report that was sent is not touched."""
    session, sealers = svcs.flask.get(Session, Sealers)
    actions.discard_draft(session, sealers.reports, code=kept_code())
    session.commit()
    forget()
    return redirect(url_for("reports.begin"), HTTPStatus.SEE_OTHER)


@pages.get("/report/return")
@public
def come_back() -> str:
    """Ask for the code."""
    return ask_for_code()


@pages.post("/report/return")
@public
def open_with_code() -> Page:
    """Open the draft or the report of a code; whatever is wrong with it, the answer is the same."""
    session, sealers = svcs.flask.get(Session, Sealers)
    line = request.form.get("line", "")
    try:
        code = read_receipt_code(request.form.get("code", ""))
        sent = actions.is_sent(session, sealers.reports, code=code)
    except NoSuchReceipt:
        return ask_for_code(wrong=True, line=line), HTTPStatus.UNPROCESSABLE_ENTITY
    keep(code, datetime.now(UTC))
    if not sent:
        return redirect(url_for("reports.check"), HTTPStatus.SEE_OTHER)
    if line:
        return follow_up.page_of_code(code, line=line)
    return redirect(url_for("reports.mine"), HTTPStatus.SEE_OTHER)


@pages.errorhandler(NoSuchReceipt)
def code_needed(error: NoSuchReceipt) -> Response:
    """Ask for the code where this browser's is missing, too old, or opens nothing."""
    del error
    door = "reports.come_back" if holds_code() else "reports.begin"
    return redirect(url_for(door), HTTPStatus.SEE_OTHER)


def _has_begun(now: datetime) -> bool:
    """Whether this browser holds the code of a draft, used just now."""
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        return not actions.is_sent(session, sealers.reports, code=fresh_code(now))
    except NoSuchReceipt:
        return False


def _is_practitioner() -> bool:
    account = current()
    return account is not None and account.role is Role.PRACTITIONER
