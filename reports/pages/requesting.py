"""Asking about one's data, for anybody: a form, a code, and later the answer behind the code."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checker.evaluator import Evaluator, EvaluatorUnavailable
from checker.identifiers import read
from checker.model import Identifier, NotAnIdentifier, WrongRegisterKey
from members.guard import public
from reports import actions
from reports import rights_wording as wording
from reports.codes import in_groups, new_receipt_code, read_receipt_code
from reports.pages.asked import typed_form
from reports.pages.blueprint import Page, pages
from reports.pages.kept import REQUEST, fresh_code, keep
from reports.pages.typed import Typed
from reports.refusals import NoSuchReceipt
from reports.rights import (
    LONGEST_CONTACT,
    LONGEST_WORDS,
    MOST_NAMED,
    Asked,
    NoSuchRequest,
    OwnRequest,
    RequestKind,
    TooManyRequests,
)
from storage.keys import Sealers

LONGEST_NAMED = 1_000


@pages.get("/your-data")
@public
def your_data() -> Page:
    """Show the form."""
    return _form(typed_form())


@pages.post("/your-data")
@public
def send_request() -> Page:
    """Keep a request; the answer is the same whatever is held of what it names."""
    typed = typed_form()
    kind, asked = _read(typed)
    if typed.errors or kind is None:
        return _form(typed), HTTPStatus.UNPROCESSABLE_ENTITY
    session, sealers, evaluator = svcs.flask.get(Session, Sealers, Evaluator)
    code, now = new_receipt_code(), datetime.now(UTC)
    try:
        actions.send_request(
            session,
            sealers,
            evaluator,
            kind=kind,
            asked=asked,
            code=code,
            language=str(get_locale() or "en").replace("_", "-"),
            now=now,
        )
    except (TooManyRequests, EvaluatorUnavailable, WrongRegisterKey):
        session.rollback()
        return _form(typed, trouble=True), HTTPStatus.SERVICE_UNAVAILABLE
    session.commit()
    keep(code, now, key=REQUEST)
    return redirect(url_for("reports.request_code"), HTTPStatus.SEE_OTHER)


@pages.get("/your-data/code")
@public
def request_code() -> Page:
    """Show the code of the request that was just sent."""
    try:
        code = fresh_code(datetime.now(UTC), key=REQUEST)
        found = _own(code)
    except (NoSuchReceipt, NoSuchRequest):
        return redirect(url_for("reports.ask_for_answer"), HTTPStatus.SEE_OTHER)
    return render_template("reports/request_code.html", code=in_groups(code), found=found)


@pages.get("/your-data/answer")
@public
def ask_for_answer() -> Page:
    """Ask for the code."""
    return render_template("reports/request_return.html", errors={}, code="")


@pages.post("/your-data/answer")
@public
def show_answer() -> Page:
    """Show what became of the request of a code."""
    typed = request.form.get("code", "")
    try:
        code = read_receipt_code(typed)
        found = _own(code)
    except (NoSuchReceipt, NoSuchRequest):
        words = _("Nothing opens with this code. Please compare each character.")
        page = render_template("reports/request_return.html", errors={"code": words}, code=typed)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    keep(code, datetime.now(UTC), key=REQUEST)
    return render_template("reports/request_answer.html", found=found, wording=wording)


def _own(code: str) -> OwnRequest:
    session, sealers = svcs.flask.get(Session, Sealers)
    return actions.own_request(session, sealers.reports, code=code)


def _read(typed: Typed) -> tuple[RequestKind | None, Asked]:
    """Return what was asked; what is wrong goes to the form, in the page's order."""
    kind = typed.one_of("kind", RequestKind)
    if kind is None:
        typed.errors["kind"] = _("Choose what you ask for.")
    asked = Asked(
        identifiers=_identifiers(typed),
        words=typed.words("words", longest=LONGEST_WORDS),
        contact=typed.line("contact", longest=LONGEST_CONTACT),
        tell=typed.address("tell", region=typed.region),
    )
    return kind, asked


def _identifiers(typed: Typed) -> tuple[Identifier, ...]:
    lines = list(filter(str.strip, typed.words("named", longest=LONGEST_NAMED).splitlines()))
    if not lines and "named" not in typed.errors:
        typed.errors["named"] = _("Write at least one number, address, username or plate.")
    found: dict[Identifier, None] = {}
    for number, line in enumerate(lines, start=1):
        try:
            reading = read(line, region=typed.region)
        except NotAnIdentifier:
            typed.errors["named"] = _unread(number)
            continue
        if reading.choices:
            typed.errors["named"] = _unread(number)
        found.update(dict.fromkeys(reading.identifiers))
    if len(found) > MOST_NAMED:
        typed.errors["named"] = _("Please name at most %(most)s at once.", most=MOST_NAMED)
    return tuple(found)


def _unread(line: int) -> str:
    return _(
        "We cannot tell what line %(line)s is. Write numbers with their country code, such as "
        "+44, and usernames with their platform, such as amber on Instagram.",
        line=line,
    )


def _form(typed: Typed, *, trouble: bool = False) -> str:
    return render_template(
        "reports/request.html",
        typed=typed.form,
        errors=typed.errors,
        trouble=trouble,
        kinds=[(each.value, _(words)) for each, words in wording.REQUESTS.items()],
        longest_words=LONGEST_WORDS,
        longest_contact=LONGEST_CONTACT,
    )
