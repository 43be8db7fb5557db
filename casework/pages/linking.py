"""Reports on the page of a case: linked by their reference, and parted."""

from datetime import UTC, datetime
from uuid import UUID

import svcs
from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from casework import actions
from casework.pages.blueprint import Page, caseworkers, pages
from casework.pages.case import case_page
from members.guard import current_account
from members.recording import put_on_record
from members.typed import TypedForm
from reports.actions import NoSuchReport
from storage.audit_chain import Act


@pages.post("/desk/cases/<uuid:case_id>/reports")
@caseworkers
def link_report(case_id: UUID) -> Page:
    """Link a report by its reference."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    reference = typed.line("report").upper()
    account, now = current_account(), datetime.now(UTC)
    try:
        actions.link_report(session, account, case_id, reference=reference, now=now)
    except NoSuchReport:
        typed.errors["report"] = _("No report has this reference. Compare it with its page.")
        return case_page(case_id, typed), 422
    put_on_record(Act.CASE_LINKED, on=case_id)
    return _keep(case_id)


@pages.post("/desk/cases/<uuid:case_id>/reports/<uuid:report_id>/part")
@caseworkers
def part_report(case_id: UUID, report_id: UUID) -> Response:
    """Part a case from a report."""
    session = svcs.flask.get(Session)
    actions.part_report(session, current_account(), case_id, report_id=report_id)
    put_on_record(Act.CASE_LINKED, on=case_id)
    return _keep(case_id)


def _keep(case_id: UUID) -> Response:
    """Commit, and go back to the reports."""
    svcs.flask.get(Session).commit()
    return redirect(url_for("casework.read_case", case_id=case_id) + "#reports", 303)
