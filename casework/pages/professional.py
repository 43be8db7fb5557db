"""The form on harm by a professional: one question a page, put aside, come back to, thrown away."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casework import actions
from casework import professional_wording as wording
from casework.bodies import load_bodies
from casework.keys import Person
from casework.model import LONGEST_WORDS
from casework.pages.blueprint import Page, pages
from casework.pages.form_answers import ANYBODY, INDEPENDENT, TypedPage
from casework.pages.form_sending import late_page
from casework.pages.form_steps import BY_SLUG, STEPS, STORY, TOTAL, FormStep, after, before
from casework.pages.held import fresh_code, held_code, hold, holds_code, let_go
from casework.professional import LONGEST_WITNESSES, NoSuchForm, ProfessionalHarm
from config.settings import Settings
from members.guard import public
from reports.codes import in_groups, read_receipt_code
from reports.dates import local_day
from reports.refusals import NoSuchReceipt
from storage.keys import Sealers


@pages.get("/professionals")
@public
def begin_professional() -> str:
    """Say what happens with it, who reads it and what it cannot do."""
    return render_template("casework/form_begin.html", begun=_has_begun(datetime.now(UTC)))


@pages.post("/professionals")
@public
def start_professional() -> Response:
    """Keep an empty form and go to the first question."""
    session, sealers = svcs.flask.get(Session, Sealers)
    now = datetime.now(UTC)
    code = actions.begin_form(session, sealers.reports, now=now)
    session.commit()
    hold(code, now)
    return redirect(url_for("casework.ask_professional", slug=STORY.slug), HTTPStatus.SEE_OTHER)


@pages.get("/professionals/later")
@public
def form_later() -> str:
    """Show the code to come back with, and offer to clear this device."""
    code = in_groups(fresh_code(datetime.now(UTC)))
    return render_template("casework/form_later.html", code=code)


@pages.post("/professionals/stop")
@public
def stop_form() -> Response:
    """Forget the code on this device; the form waits."""
    let_go()
    return redirect("/", HTTPStatus.SEE_OTHER)


@pages.post("/professionals/discard")
@public
def discard_form() -> Response:
    """Throw the form away; what was sent is not touched."""
    session, sealers = svcs.flask.get(Session, Sealers)
    actions.discard_form(session, sealers.reports, code=held_code())
    session.commit()
    let_go()
    return redirect(url_for("casework.begin_professional"), HTTPStatus.SEE_OTHER)


@pages.get("/professionals/return")
@public
def return_to_form() -> str:
    """Ask for the code."""
    return _ask_for_code()


@pages.post("/professionals/return")
@public
def open_form() -> Page:
    """Open the form of a code, or say that it was sent; any other code gets the same answer."""
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        code = read_receipt_code(request.form.get("code", ""))
        sent = _is_sent(session, sealers, code)
    except (NoSuchForm, NoSuchReceipt):
        return _ask_for_code(wrong=True), HTTPStatus.UNPROCESSABLE_ENTITY
    hold(code, datetime.now(UTC))
    door = "casework.form_receipt" if sent else "casework.check_form"
    return redirect(url_for(door), HTTPStatus.SEE_OTHER)


@pages.get("/professionals/<slug>")
@public
def ask_professional(slug: str) -> Page:
    """Show a question with what was answered before."""
    step, now = _step(slug), datetime.now(UTC)
    session, sealers = svcs.flask.get(Session, Sealers)
    code = fresh_code(now)
    if _is_sent(session, sealers, code):
        return redirect(url_for("casework.form_receipt"), HTTPStatus.SEE_OTHER)
    said = actions.open_form(session, sealers.reports, code=code)
    hold(code, now)
    return _page(step, _typed(step.fill(said)), code)


@pages.post("/professionals/<slug>")
@public
def answer_professional(slug: str) -> Page:
    """Keep an answer and go on; with something wrong in it, show it again as it was typed."""
    step, now, begun = _step(slug), datetime.now(UTC), False
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        code = held_code()
        if _is_sent(session, sealers, code):
            return late_page(code), HTTPStatus.CONFLICT
    except NoSuchForm:  # after Leave, or thirty days: the answer begins a new one
        code, begun = actions.begin_form(session, sealers.reports, now=now), True
    typed = _typed(request.form)
    change = _unchanged if "skip" in request.form else _answered(step, typed)
    actions.change_form(session, sealers.reports, code=code, change=change, now=now)
    session.commit()
    hold(code, now)
    if typed.errors:
        return _page(step, typed, code), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(_next(step, begun=begun), HTTPStatus.SEE_OTHER)


@pages.errorhandler(NoSuchForm)
def form_needed(error: NoSuchForm) -> Response:
    """Ask for the code where this browser's is missing, too old, or opens nothing."""
    del error
    door = "casework.return_to_form" if holds_code() else "casework.begin_professional"
    return redirect(url_for(door), HTTPStatus.SEE_OTHER)


def _answered(step: FormStep, typed: TypedPage) -> Callable[[ProfessionalHarm], ProfessionalHarm]:
    def change(said: ProfessionalHarm) -> ProfessionalHarm:
        changed = step.read(typed, said)
        return said if typed.errors else changed

    return change


def _unchanged(said: ProfessionalHarm) -> ProfessionalHarm:
    return said


def _is_sent(session: Session, sealers: Sealers, code: str) -> bool:
    """Whether the form of a code was sent with it; raises NoSuchForm if there is neither."""
    try:
        actions.open_form(session, sealers.reports, code=code)
    except NoSuchForm:
        actions.sent_form(session, Person.by_code(sealers.reports, code))
        return True
    return False


def _has_begun(now: datetime) -> bool:
    """Whether this browser holds the code of a form, used just now."""
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        return not _is_sent(session, sealers, fresh_code(now))
    except NoSuchForm:
        return False


def _next(step: FormStep, *, begun: bool) -> str:
    """Return where to go: the next question, or to the check."""
    follows = after(step)
    if follows is None or "enough" in request.form or request.args.get("change"):
        return url_for("casework.check_form", _anchor=step.slug)
    return url_for("casework.ask_professional", slug=follows.slug, new=int(begun) or None)


def _page(step: FormStep, typed: TypedPage, code: str) -> str:
    previous = before(step)
    back = url_for("casework.begin_professional")
    if request.args.get("change"):
        back = url_for("casework.check_form", _anchor=step.slug)
    elif previous:
        back = url_for("casework.ask_professional", slug=previous.slug)
    return render_template(
        step.template,
        step=step,
        place=STEPS.index(step) + 1,
        total=TOTAL,
        back=back,
        form=typed.form,
        errors=typed.errors,
        code=in_groups(code),
        wording=wording,
        longest_words=LONGEST_WORDS,
        longest_witnesses=LONGEST_WITNESSES,
        with_nations=bool(load_bodies(typed.region)),
        independent=INDEPENDENT,
        anybody=ANYBODY,
    )


def _typed(form: MultiDict[str, str]) -> TypedPage:
    settings = svcs.flask.get(Settings)
    today = local_day(datetime.now(UTC), settings.time_zone)
    return TypedPage(form=form, region=settings.home_region, today=today)


def _step(slug: str) -> FormStep:
    return BY_SLUG.get(slug) or abort(HTTPStatus.NOT_FOUND)


def _ask_for_code(*, wrong: bool = False) -> str:
    words = _(
        "Nothing opens with this code. Please compare each character. What was never sent is "
        "deleted after 30 days."
    )
    errors = {"code": words} if wrong else {}
    return render_template("casework/form_return.html", errors=errors, again=holds_code())
