"""Confirming the answer to a request about data, and doing what it says."""

from datetime import UTC, datetime
from uuid import UUID

import svcs
from flask import redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from alerts import actions
from alerts.pages.blueprint import caseworkers, pages
from alerts.pages.deciding import after_publishing
from checker.evaluator import Evaluator
from config.settings import Settings
from members import actions as members
from members.guard import current_account, fresh
from members.model import Role, Told
from members.opening import own_reader
from members.recording import put_on_record
from messages.model import Queue
from reports import actions as reports
from reports.rights import Notice, Remedy
from storage.audit_chain import Act
from storage.keys import Sealers
from storage.queue import JobQueue

RECORDED = {Remedy.UNLIST: Act.REPORT_UNLISTED, Remedy.ERASE: Act.REPORT_ERASED}


@pages.post("/desk/requests/<uuid:request_id>/confirm")
@caseworkers
@fresh
def confirm_answer(request_id: UUID) -> Response:
    """Give the answer that a colleague wrote, and do what it says."""
    session, sealers, evaluator = svcs.flask.get(Session, Sealers, Evaluator)
    account, now = current_account(), datetime.now(UTC)
    done = actions.answer_request(
        session,
        sealers,
        evaluator,
        own_reader(),
        request_id=request_id,
        by=account.id,
        proposal=request.form.get("proposal", ""),
        lead=account.role is Role.LEAD,
        notice=_notice(reports.request_line(session, request_id).language, now),
        now=now,
    )
    put_on_record(Act.REQUEST_ANSWERED, on=request_id)
    for warning_id in done.withdrawn:
        put_on_record(Act.WARNING_WITHDRAWN, on=warning_id)
    for deed in done.deeds:
        if deed.remedy in RECORDED:
            put_on_record(RECORDED[deed.remedy], on=deed.report_id)
    session.commit()
    if done.deeds:
        after_publishing(None)
    _wake(done.told)
    return redirect(url_for("reports.read_request", request_id=request_id), 303)


def _wake(told: Told | None) -> None:
    queue = svcs.flask.get(JobQueue)
    if told is not None:
        for channel in told.channels:
            queue.wake("drain", str(told.cause_id), channel, queue=Queue.SERVICE)


def _notice(language: str, now: datetime) -> Notice:
    """Return neutral words in the language of who asked: somebody else may see them light up."""
    settings = svcs.flask.get(Settings)
    link = f"{settings.public_url}{url_for('reports.ask_for_answer')}"
    with force_locale(language.replace("-", "_")):
        return Notice(
            subject=_("There is an answer"),
            body=_("There is an answer. Open it with your code: %(link)s", link=link),
            rings_from=members.night_ends(now, time_zone=settings.time_zone),
        )
