"""The end of the form on harm by a professional: checked, sent once, and the code to keep."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from casework import actions
from casework.keys import Person
from casework.model import CaseCard, TooManyCases
from casework.pages.blueprint import Page, pages
from casework.pages.form_steps import STORY, TOTAL
from casework.pages.form_summary import summary
from casework.pages.held import fresh_code, held_code, hold, let_go
from casework.professional import NoSuchForm, NothingSaid
from members.guard import current, public
from members.opening import own_reader
from reports.codes import in_groups
from storage.keys import Sealers

ACCOUNT, APART = "account", "apart"
TYPED_BY_NOBODY = frozenset({"csrf_token", "enough", "skip"})


@pages.get("/professionals/check")
@public
def check_form() -> Page:
    """Show all answers, each with a way to change it."""
    now = datetime.now(UTC)
    code = fresh_code(now)
    page = _check_page(code)
    hold(code, now)
    return page


@pages.post("/professionals/send")
@public
def send_form() -> Page:
    """Send the form; the same again shows the same receipt."""
    session, sealers = svcs.flask.get(Session, Sealers)
    now, linked = datetime.now(UTC), _is_linked()
    try:
        code = held_code()
        by_code = Person.by_code(sealers.reports, code)
        actions.send_form(
            session,
            sealers,
            code=code,
            person=_own_account() if linked else by_code,
            language=str(get_locale() or "en").replace("_", "-"),
            now=now,
        )
    except NoSuchForm:
        session.rollback()
        return redirect(url_for("casework.form_receipt"), HTTPStatus.SEE_OTHER)
    except NothingSaid:
        session.rollback()
        words = _("Please say what happened, in a few words if you like. It is all we need.")
        return _check_page(code, errors={STORY.slug: words}), HTTPStatus.UNPROCESSABLE_ENTITY
    except TooManyCases:
        session.rollback()
        return _check_page(code, trouble=True), HTTPStatus.SERVICE_UNAVAILABLE
    session.commit()
    if linked:
        let_go()
    else:
        hold(code, now)
    return redirect(url_for("casework.form_receipt"), HTTPStatus.SEE_OTHER)


@pages.get("/professionals/receipt")
@public
def form_receipt() -> str:
    """Show the code, who reads it, and by when somebody answers."""
    sealers, now = svcs.flask.get(Sealers), datetime.now(UTC)
    try:
        code = fresh_code(now)
    except NoSuchForm:
        if current() is None:
            raise
        return _receipt(_own_account())
    hold(code, now)
    return _receipt(Person.by_code(sealers.reports, code), code=code)


def late_page(code: str) -> str:
    """Return the page for what came after the form was sent: shown again, so not lost."""
    fields = request.form.items(multi=True)
    typed = [value for name, value in fields if value and name not in TYPED_BY_NOBODY]
    sealers = svcs.flask.get(Sealers)
    person = Person.by_code(sealers.reports, code)
    return _receipt(person, code=code, late="\n".join(typed))


def _receipt(person: Person, *, code: str = "", late: str = "") -> str:
    card: CaseCard = actions.sent_form(svcs.flask.get(Session), person)
    return render_template("casework/form_receipt.html", card=card, code=in_groups(code), late=late)


def _is_linked() -> bool:
    return current() is not None and request.form.get("link") == ACCOUNT


def _own_account() -> Person:
    return Person.by_account(own_reader().private)


def _check_page(code: str, *, errors: dict[str, str] | None = None, trouble: bool = False) -> str:
    session, sealers = svcs.flask.get(Session, Sealers)
    said = actions.open_form(session, sealers.reports, code=code)
    return render_template(
        "casework/form_check.html",
        code=in_groups(code),
        parts=summary(said),
        errors=errors or {},
        trouble=trouble,
        links=((ACCOUNT, _("Keep it in my account")), (APART, _("Keep it apart from my account"))),
        place=TOTAL,
        total=TOTAL,
    )
