"""Services of the directory on the page of a case: looked for, named, and what came of it."""

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
from casework.work import ReferralOutcome
from members.guard import current_account
from members.recording import put_on_record
from members.typed import TypedForm
from storage.audit_chain import Act


@pages.post("/desk/cases/<uuid:case_id>/services")
@caseworkers
def find_service(case_id: UUID) -> Page:
    """Show the case with the services that fit; nothing is in an address, nothing is changed."""
    typed = TypedForm(form=request.form)
    if not typed.line("service"):
        typed.errors["service"] = _("Write a word of a name, a town or what it is for.")
    page = case_page(case_id, typed)
    return (page, 422) if typed.errors else page


@pages.post("/desk/cases/<uuid:case_id>/referrals")
@caseworkers
def refer(case_id: UUID) -> Response:
    """Write down that somebody was told of a service."""
    session, listing = svcs.flask.get(Session), request.form.get("listing", "")
    account, now = current_account(), datetime.now(UTC)
    actions.refer(session, account, case_id, reference=listing, now=now)
    put_on_record(Act.CASE_REFERRED, on=case_id)
    return _keep(case_id)


@pages.post("/desk/cases/<uuid:case_id>/referrals/<uuid:referral_id>")
@caseworkers
def change_referral(case_id: UUID, referral_id: UUID) -> Page:
    """Write down what came of it."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    name = f"outcome-{referral_id}"
    outcome = typed.one_of(name, ReferralOutcome)
    if outcome is None:
        typed.errors[name] = _("Choose what came of it.")
        return case_page(case_id, typed), 422
    account, now = current_account(), datetime.now(UTC)
    actions.change_referral(session, account, case_id, referral_id, outcome=outcome, now=now)
    put_on_record(Act.CASE_REFERRED, on=case_id)
    return _keep(case_id)


def _keep(case_id: UUID) -> Response:
    """Commit, and go back to the services."""
    svcs.flask.get(Session).commit()
    return redirect(url_for("casework.read_case", case_id=case_id) + "#referrals", 303)
