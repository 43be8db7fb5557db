"""Complaints at the case: begun with a body, moved on, answered, ended."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, request, url_for
from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from casework import actions
from casework import professional_wording as wording
from casework.actions.complaining import Change
from casework.bodies import load_bodies
from casework.complaints import NotLikeThis, Stage
from casework.model import CaseMoved
from casework.pages.blueprint import Page, caseworkers, pages
from casework.pages.case import case_page
from casework.pages.complaint_forms import read_change, read_due
from casework.pages.telling import tell, wake
from config.settings import Settings
from members.guard import current_account
from members.opening import own_reader
from members.recording import put_on_record
from members.typed import TypedForm
from storage.audit_chain import Act


@pages.post("/desk/cases/<uuid:case_id>/complaints")
@caseworkers
def begin_complaint(case_id: UUID) -> Page:
    """Write down that a complaint goes to a body."""
    session, settings = svcs.flask.get(Session, Settings)
    typed = TypedForm(form=request.form)
    body = load_bodies(settings.home_region).get(typed.line("complaint-body"))
    due_on = read_due(typed, "complaint-due")
    if body is None:
        typed.errors["complaint-body"] = _("Choose who the complaint goes to.")
    if typed.errors or body is None:
        return case_page(case_id, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    told = ""
    if typed.ticked("complaint-tell"):
        with _their_language(session, case_id):
            told = _("A complaint goes to: %(body)s.", body=body.name)
    try:
        actions.begin_complaint(
            session,
            own_reader(),
            current_account(),
            case_id,
            body=body.code,
            stage=body.stage,
            due_on=due_on,
            told=told,
            now=datetime.now(UTC),
        )
    except (CaseMoved, NotLikeThis):
        return _moved(session, case_id, typed, "complaint-body")
    return _keep(case_id, tells=bool(told))


@pages.post("/desk/cases/<uuid:case_id>/complaints/<uuid:complaint_id>")
@caseworkers
def change_complaint(case_id: UUID, complaint_id: UUID) -> Page:
    """Write down where a complaint stands."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    place = request.form.get("place", "")
    change = read_change(typed, place)
    if typed.errors or change is None:
        return case_page(case_id, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    if typed.ticked(f"complaint-tell-{place}"):
        with _their_language(session, case_id):
            change = replace(change, told=_told(change))
    try:
        actions.change_complaint(
            session,
            own_reader(),
            current_account(),
            case_id,
            complaint_id,
            change=change,
            now=datetime.now(UTC),
        )
    except (CaseMoved, NotLikeThis):
        return _moved(session, case_id, typed, f"complaint-stage-{place}")
    return _keep(case_id, tells=bool(change.told))


def _told(change: Change) -> str:
    """Return what the person reads of a change, in the language of the page."""
    words = [_("Your complaint: %(stage)s.", stage=_(wording.STAGES[change.stage]))]
    if change.stage is Stage.ENDED:
        words = [_("Your complaint ended: %(end)s.", end=_(wording.STATES[change.state]))]
    if change.reply:
        words.append(_("There is an answer of %(day)s.", day=format_date(change.reply.on, "long")))
    if change.due_on:
        words.append(_("The next step is due by %(day)s.", day=format_date(change.due_on, "long")))
    return " ".join(words)


def _their_language(session: Session, case_id: UUID) -> AbstractContextManager[None]:
    row = actions.case_row(session, case_id, current_account())
    return force_locale(row.language.replace("-", "_"))


def _moved(session: Session, case_id: UUID, typed: TypedForm, name: str) -> Page:
    """Say that nothing was written down, and keep what was typed."""
    session.rollback()
    typed.errors[name] = _(
        "Not written down: the case is closed, somebody changed this just now, or it holds as much "
        "as it can. Look at it again."
    )
    return case_page(case_id, typed), HTTPStatus.CONFLICT


def _keep(case_id: UUID, *, tells: bool) -> Response:
    """Put it on record, commit, let the person know if they shall, and go back to the case."""
    session = svcs.flask.get(Session)
    told = tell(case_id, datetime.now(UTC)) if tells else None
    put_on_record(Act.COMPLAINT_CHANGED, on=case_id)
    session.commit()
    wake(told)
    return redirect(url_for("casework.read_case", case_id=case_id) + "#complaint", 303)
