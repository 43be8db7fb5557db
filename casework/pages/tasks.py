"""Tasks: on the page of their case, and everybody's own in one list."""

from datetime import UTC, date, datetime
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from casework import actions
from casework.pages.blueprint import Page, caseworkers, pages
from casework.pages.case import case_page
from casework.pages.worked import today
from casework.work import LONGEST_TASK, NotLetIn
from members.guard import current_account
from members.opening import own_reader
from members.recording import put_on_record, put_reading_on_record
from members.typed import TypedForm
from storage.audit_chain import Act

CENTURY = 100
THIS_CENTURY = 2000
LAST_YEAR = 2100  # a day beyond is a slip


@pages.get("/desk/tasks")
@caseworkers
def own_tasks() -> str:
    """Show what whoever asks has to do, the nearest day first."""
    session = svcs.flask.get(Session)
    put_reading_on_record(Act.CASE_READ, reason=_("own tasks"))
    found = actions.own_tasks(session, own_reader(), current_account())
    return render_template("casework/tasks.html", tasks=found, today=today())


@pages.post("/desk/cases/<uuid:case_id>/tasks")
@caseworkers
def add_task(case_id: UUID) -> Page:
    """Write a task."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    text, due_on = typed.line("task-words", longest=LONGEST_TASK), _due_day(typed)
    whom = typed.form.get("task-for", type=UUID)
    if not text:
        typed.errors["task-words"] = _("Write what is to be done.")
    if whom is None:
        typed.errors["task-for"] = _("Choose for whom it is.")
    if typed.errors or whom is None or due_on is None:
        return case_page(case_id, typed), 422
    account, now, reader = current_account(), datetime.now(UTC), own_reader()
    try:
        actions.add_task(
            session, reader, account, case_id, text=text, for_account=whom, due_on=due_on, now=now
        )
    except NotLetIn:
        typed.errors["task-for"] = _("They may not open this case. Let them in first.")
        return case_page(case_id, typed), 422
    put_on_record(Act.CASE_TASKED, on=case_id)
    return _keep(case_id)


@pages.post("/desk/cases/<uuid:case_id>/tasks/<uuid:task_id>")
@caseworkers
def mark_task(case_id: UUID, task_id: UUID) -> Response:
    """Mark a task as done, or as to be done after all."""
    session, done = svcs.flask.get(Session), request.form.get("done") == "yes"
    account, now = current_account(), datetime.now(UTC)
    actions.mark_task(session, account, case_id, task_id, done=done, now=now)
    put_on_record(Act.CASE_TASKED, on=case_id)
    return _keep(case_id)


def _keep(case_id: UUID) -> Response:
    """Commit, and go back to where the task was marked."""
    svcs.flask.get(Session).commit()
    if request.form.get("from") == "own":
        return redirect(url_for("casework.own_tasks"), 303)
    return redirect(url_for("casework.read_case", case_id=case_id) + "#tasks", 303)


def _due_day(typed: TypedForm) -> date | None:
    """Return the day that was typed; without a year, the next such day."""
    parts, here = typed.parts("task-due"), today()
    try:
        day, month = int(parts["day"]), int(parts["month"])
        if parts["year"].strip():
            year = int(parts["year"])
            found = date(year + THIS_CENTURY if year < CENTURY else year, month, day)
        else:
            found = _next_such_day(here, month, day)
    except (ValueError, OverflowError):  # no such day, or a number longer than any
        found = date.max
    if found.year < here.year - 1 or found.year > LAST_YEAR:
        typed.errors["task-due"] = _("Write a day and a month, such as 7 and 3.")
        return None
    return found


def _next_such_day(here: date, month: int, day: int) -> date:
    found = date(here.year, month, day)
    return found if found >= here else date(here.year + 1, month, day)
