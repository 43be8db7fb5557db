"""The questions, one a page: shown, answered, skipped; what was typed is never lost."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from members.guard import public
from reports import actions, wording
from reports.codes import in_groups
from reports.model import LONGEST_NARRATIVE, Submission
from reports.pages import follow_up
from reports.pages.answers import fill_person
from reports.pages.asked import typed_form
from reports.pages.blueprint import Page, pages
from reports.pages.intake import new_draft
from reports.pages.kept import fresh_code, keep, kept_code
from reports.pages.numbers import Row, rows_of
from reports.pages.previews import NOTES, preview
from reports.pages.steps import (
    BY_SLUG,
    DETAILS,
    KINDS,
    NUMBERS,
    PERSON,
    STEPS,
    TOTAL,
    Step,
    after,
    asked_of,
    before,
)
from reports.pages.typed import Typed
from reports.receipts import MOST_PEOPLE
from reports.refusals import NoSuchReceipt
from storage.keys import Sealers

TYPED_BY_NOBODY = frozenset({"csrf_token", "add", "skip"})


@pages.get("/report/<slug>")
@pages.get("/report/<slug>/<int:number>")
@public
def ask(slug: str, number: int = 1) -> Page:
    """Show a question with what was answered before."""
    step = _step(slug, number)
    session, sealers = svcs.flask.get(Session, Sealers)
    now = datetime.now(UTC)
    code = fresh_code(now)
    if actions.is_sent(session, sealers.reports, code=code):
        return redirect(url_for("reports.mine"), HTTPStatus.SEE_OTHER)
    said = actions.open_draft(session, sealers.reports, code=code).submission
    if step not in asked_of(said):
        return redirect(url_for("reports.ask", slug=KINDS.slug), HTTPStatus.SEE_OTHER)
    keep(code, now)
    form = fill_person(said, number) if step is PERSON else step.fill(said)
    return _page(step, typed_form(form, number=number), said, code)


@pages.post("/report/<slug>")
@pages.post("/report/<slug>/<int:number>")
@public
def answer(slug: str, number: int = 1) -> Page:
    """Keep an answer and go on; with something wrong in it, show it again as it was typed."""
    step = _step(slug, number)
    session, sealers = svcs.flask.get(Session, Sealers)
    now = datetime.now(UTC)
    begun = False
    try:
        code = kept_code()
        if actions.is_sent(session, sealers.reports, code=code):
            return follow_up.page_of_code(code, line=_all_typed(), late=True), HTTPStatus.CONFLICT
    except NoSuchReceipt:  # after Leave, or a sign-in that ran out: the answer begins a new one
        code, begun = actions.begin_draft(session, sealers.reports, new_draft(), now=now), True
    typed = typed_form(number=number)
    change = _unchanged if "skip" in request.form else _answered(step, typed)
    said = actions.change_draft(session, sealers.reports, code=code, change=change, now=now)
    session.commit()
    keep(code, now)
    if typed.errors:
        return _page(step, typed, said, code), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(_next(step, said, begun=begun), HTTPStatus.SEE_OTHER)


def _answered(step: Step, typed: Typed) -> Callable[[Submission], Submission]:
    def change(said: Submission) -> Submission:
        changed = step.read(typed, said)
        return said if typed.errors else changed

    return change


def _unchanged(said: Submission) -> Submission:
    return said


def _next(step: Step, said: Submission, *, begun: bool) -> str:
    """Return where to go: another of the same, the next question, or back to the check."""
    change = request.args.get("change")
    if "add" in request.form and step is PERSON:
        return url_for("reports.ask", slug=step.slug, number=min(len(said.people) + 1, MOST_PEOPLE))
    if "add" in request.form:
        return url_for("reports.ask", slug=step.slug, more=1, change=change)
    follows = after(step, said)
    if follows is None or (change and follows is not DETAILS):
        return url_for("reports.check", _anchor=step.slug)
    return url_for("reports.ask", slug=follows.slug, change=change, new=int(begun) or None)


def _page(step: Step, typed: Typed, said: Submission, code: str) -> str:
    return render_template(
        step.template,
        step=step,
        place=STEPS.index(step) + 1,
        total=TOTAL,
        back=_back(step, said),
        form=typed.form,
        errors=typed.errors,
        number=typed.number,
        most_people=MOST_PEOPLE,
        longest=LONGEST_NARRATIVE,
        rows=_rows(typed) if step is NUMBERS else (),
        said=said,
        code=in_groups(code),
        wording=wording,
        areas=typed.areas,
        preview=lambda consent: preview(consent, said, typed.areas),
        notes=NOTES,
    )


def _rows(typed: Typed) -> tuple[Row, ...]:
    asked_for_more = "more" in request.args and not typed.errors
    return rows_of(typed, empty=1 if asked_for_more or "entry-1" not in typed.form else 0)


def _back(step: Step, said: Submission) -> str:
    if request.args.get("change"):
        return url_for("reports.check", _anchor=step.slug)
    previous = before(step, said)
    if previous is None:
        return url_for("reports.begin")
    return url_for("reports.ask", slug=previous.slug)


def _step(slug: str, number: int) -> Step:
    step = BY_SLUG.get(slug)
    if step is None or not 1 <= number <= (MOST_PEOPLE if step is PERSON else 1):
        abort(HTTPStatus.NOT_FOUND)
    return step


def _all_typed() -> str:
    """Return everything in a form that came too late, for its writer to add as a line."""
    fields = request.form.items(multi=True)
    return "\n".join(value for name, value in fields if value and name not in TYPED_BY_NOBODY)
