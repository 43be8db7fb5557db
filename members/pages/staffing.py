"""Staff: who has which role; a lead asks for one, and takes one away."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from members import actions
from members.approvals import LONGEST_REASON
from members.guard import current_account, fresh, staff
from members.model import LONGEST_NUMBERED, STAFF, NoSuchAccount, NotForThisRole, NotOneself, Role
from members.pages.blueprint import Page, pages
from members.recording import put_on_record
from members.refusals import AskedAlready
from storage.audit_chain import Act
from storage.keys import Sealers

leads = staff(Role.LEAD)


@pages.get("/desk/staff")
@leads
def staff_list() -> Page:
    """Show who works here, and the form by which a role is asked for."""
    return _page({})


@pages.post("/desk/staff")
@leads
@fresh
def ask_for_role() -> Page:
    """Ask for an account to have a role; another lead grants it."""
    session, sealers, form = *svcs.flask.get(Session, Sealers), request.form
    name, why = form.get("name", "").strip(), " ".join(form.get("why", "").split())
    role, errors = form.get("role", ""), _errors(name, form.get("role", ""), why)
    if errors:
        return _page(errors), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        account_id = actions.account_named(session, sealers, name=name)
        actions.ask_for_role(
            session,
            sealers,
            account_id=account_id,
            role=Role(role),
            by=current_account().id,
            reason=why,
            now=datetime.now(UTC),
        )
    except (NoSuchAccount, NotOneself, NotForThisRole, AskedAlready) as error:
        session.rollback()
        return _page(_refusal(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    put_on_record(Act.APPROVAL_ASKED, on=account_id, reason=why)
    session.commit()
    return redirect(url_for("members.approvals"), HTTPStatus.SEE_OTHER)


@pages.post("/desk/staff/<uuid:account_id>/take")
@leads
@fresh
def take_role(account_id: UUID) -> Page:
    """Take a role away, at once; if it was one's own, the sign-in ends with it."""
    session = svcs.flask.get(Session)
    actions.take_role(session, account_id=account_id, now=datetime.now(UTC))
    put_on_record(Act.ROLE_TAKEN, on=account_id)
    session.commit()
    return redirect(url_for("members.staff_list"), HTTPStatus.SEE_OTHER)


def _errors(name: str, role: str, why: str) -> dict[str, str]:
    found = {}
    if not 0 < len(name) <= LONGEST_NUMBERED:
        found["name"] = _("Write the working name of somebody who has an account.")
    if role not in STAFF:
        found["role"] = _("Choose a role.")
    if not 0 < len(why) <= LONGEST_REASON:
        found["why"] = _("Say why, in a few words.")
    return found


def _refusal(error: Exception) -> dict[str, str]:
    match error:
        case NotOneself():
            return {"name": _("Nobody asks for a role for themselves. Ask a colleague to.")}
        case NotForThisRole():
            return {"role": _("They have this role already. Choose another.")}
        case AskedAlready():
            return {"name": _("A role was asked for them already. It waits under Approvals.")}
    return {"name": _("No vetted account has this working name. Compare each letter.")}


def _page(errors: Mapping[str, str]) -> str:
    session, sealers = svcs.flask.get(Session, Sealers)
    return render_template(
        "members/staff.html",
        staff=actions.list_staff(session, sealers),
        roles=[each for each in Role if each in STAFF],
        typed=request.form,
        errors=errors,
        own=current_account(),
        longest_name=LONGEST_NUMBERED,
        longest_reason=LONGEST_REASON,
    )
