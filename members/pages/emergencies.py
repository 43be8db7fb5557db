"""Emergency access: asked for, seen by its two people for an hour, reviewed by a third."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from members import actions
from members.approvals import LONGEST_REASON, Approval
from members.emergencies import LONGEST_FINDINGS
from members.guard import current_account, fresh, staff
from members.model import LONGEST_NUMBERED, NoSuchAccount, NotOneself, Role
from members.pages.blueprint import Page, pages
from members.recording import put_on_record, put_reading_on_record
from members.refusals import AskedAlready
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from storage.keys import Sealers

caseworkers = staff(Role.CASEWORKER, Role.LEAD)


@pages.get("/desk/emergencies")
@caseworkers
def emergencies() -> Page:
    """Show what was opened, and the form by which it is asked for."""
    return _page({})


@pages.post("/desk/emergencies")
@caseworkers
@fresh
def ask_for_emergency() -> Page:
    """Ask to see how somebody is reached; a second person grants it."""
    session, sealers, form = *svcs.flask.get(Session, Sealers), request.form
    name, why = form.get("name", "").strip(), " ".join(form.get("why", "").split())
    errors = {}
    if not 0 < len(name) <= LONGEST_NUMBERED:
        errors["name"] = _("Write the working name of whom it is about.")
    if not 0 < len(why) <= LONGEST_REASON:
        errors["why"] = _("Say what happened, and why it cannot wait.")
    if errors:
        return _page(errors), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        account_id = actions.account_named(session, sealers, name=name)
        actions.ask_for_emergency(
            session,
            sealers,
            account_id=account_id,
            by=current_account().id,
            reason=why,
            now=datetime.now(UTC),
        )
    except (NoSuchAccount, NotOneself, AskedAlready) as error:
        session.rollback()
        return _page({"name": _refusal(error)}), HTTPStatus.UNPROCESSABLE_ENTITY
    put_on_record(Act.APPROVAL_ASKED, on=account_id, reason=why)
    session.commit()
    return redirect(url_for("members.approvals"), HTTPStatus.SEE_OTHER)


@pages.get("/desk/emergencies/<uuid:approval_id>")
@caseworkers
def emergency(approval_id: UUID) -> Page:
    """Show how to reach whom it is about, to one of its two people; each look is on record."""
    session, sealers = svcs.flask.get(Session, Sealers)
    found = actions.look(
        session,
        sealers,
        approval_id=approval_id,
        by=current_account().id,
        now=datetime.now(UTC),
    )
    put_reading_on_record(Act.EMERGENCY_LOOKED, on=found.account_id, reason=found.reference)
    return render_template("members/emergency.html", found=found)


@pages.get("/desk/emergencies/<uuid:approval_id>/review")
@caseworkers
def review_page(approval_id: UUID) -> Page:
    """Show what a third person reviews, and where they write."""
    return _review_page(approval_id, "", {})


@pages.post("/desk/emergencies/<uuid:approval_id>/review")
@caseworkers
def review_emergency(approval_id: UUID) -> Page:
    """Keep what a third person found."""
    session, sealers = svcs.flask.get(Session, Sealers)
    findings = " ".join(request.form.get("findings", "").split())
    if not 0 < len(findings) <= LONGEST_FINDINGS:
        errors = {"findings": _("Say what you found, in a few words.")}
        return _review_page(approval_id, findings, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    subject_id = actions.review(
        session,
        sealers,
        approval_id=approval_id,
        by=current_account().id,
        findings=findings,
        now=datetime.now(UTC),
    )
    put_on_record(Act.EMERGENCY_REVIEWED, on=subject_id, reason=findings)
    session.commit()
    return redirect(url_for("members.emergencies"), HTTPStatus.SEE_OTHER)


def _refusal(error: Exception) -> str:
    match error:
        case NotOneself():
            return _("This is your own account.")
        case AskedAlready():
            return _("This was asked for already. It waits under Approvals.")
    return _("No account has this working name. Compare each letter.")


def _page(errors: Mapping[str, str]) -> str:
    session, sealers, now = *svcs.flask.get(Session, Sealers), datetime.now(UTC)
    opened = actions.list_emergencies(session, sealers, now=now)
    return render_template(
        "members/emergencies.html",
        opened=opened,
        looks={each.approval.id: _looks(each.approval) for each in opened},
        names=actions.names_of(session, sealers, {id_ for each in opened for id_ in each.people}),
        own=current_account(),
        now=now,
        typed=request.form,
        errors=errors,
        longest_name=LONGEST_NUMBERED,
        longest_reason=LONGEST_REASON,
    )


def _review_page(approval_id: UUID, typed: str, errors: Mapping[str, str]) -> str:
    session, sealers, own = *svcs.flask.get(Session, Sealers), current_account()
    found = actions.to_review(session, sealers, approval_id=approval_id, by=own.id)
    ids = [each for each in (found.subject_id, found.asked_by, found.granted_by) if each]
    return render_template(
        "members/emergency_review.html",
        approval=found,
        looks=_looks(found),
        names=actions.names_of(session, sealers, ids),
        typed=typed,
        errors=errors,
        longest=LONGEST_FINDINGS,
    )


def _looks(opened: Approval) -> int:
    """Return how often its two people looked."""
    session, sealers = svcs.flask.get(Session, Sealers)
    wanted = Wanted(
        act=Act.EMERGENCY_LOOKED, on_ids=frozenset({opened.subject_id}), since=opened.decided_at
    )
    found = audit.entries(session, sealers.audit, wanted)
    return sum(each.reason == opened.reference for each in found)
