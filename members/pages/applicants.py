"""Applicants: a lead reads what they wrote and decides; what they wrote is deleted then."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import abort, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from members import actions
from members.guard import current_account, fresh, staff
from members.model import NoSuchAccount, NotOneself, Role, VettedHow
from members.pages.blueprint import Page, pages
from members.recording import put_on_record
from storage.audit_chain import Act
from storage.keys import Sealers


@pages.get("/desk/applicants")
@staff(Role.LEAD)
def applicants() -> Page:
    """Show who waits for a decision, longest first."""
    session, sealers = svcs.flask.get(Session, Sealers)
    waiting = actions.list_applicants(session, sealers)
    return render_template("members/applicants.html", applicants=waiting)


@pages.get("/desk/applicants/<uuid:account_id>")
@staff(Role.LEAD)
def applicant(account_id: UUID) -> Page:
    """Show what one of them wrote, and the two decisions."""
    return _page(account_id, {})


@pages.post("/desk/applicants/<uuid:account_id>")
@staff(Role.LEAD)
@fresh
def decide(account_id: UUID) -> Page:
    """Accept or decline; somebody else may have decided meanwhile, then the list is shown."""
    session, sealers = svcs.flask.get(Session, Sealers)
    how, by, now = request.form.get("how", ""), current_account().id, datetime.now(UTC)
    accepted = request.form.get("decision") == "vet"
    if accepted and how not in set(VettedHow):
        words = _("Say how you got to know that they do this work.")
        return _page(account_id, {"how": words}), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if accepted:
            actions.vet(session, sealers, account_id=account_id, by=by, how=VettedHow(how), now=now)
        else:
            actions.decline(session, account_id=account_id, by=by, now=now)
    except NotOneself:
        abort(HTTPStatus.NOT_FOUND)
    except NoSuchAccount:
        session.rollback()
        return redirect("/desk/applicants", HTTPStatus.SEE_OTHER)
    put_on_record(Act.APPLICANT_ACCEPTED if accepted else Act.APPLICANT_DECLINED, on=account_id)
    session.commit()
    return redirect("/desk/applicants", HTTPStatus.SEE_OTHER)


def _page(account_id: UUID, errors: dict[str, str]) -> str:
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        found = actions.get_applicant(session, sealers, account_id=account_id)
    except NoSuchAccount:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("members/applicant.html", applicant=found, errors=errors)
