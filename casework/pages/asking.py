"""Asking for a caseworker, for anybody: to be called, or to write; each opens a case.

It belongs to the account of who is signed in, unless they keep it apart; then, and for everybody
else, to whoever holds its code.
"""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from casework import actions
from casework.keys import Person
from casework.model import (
    LONGEST_ANSWER,
    LONGEST_WORDS,
    CaseSource,
    Intake,
    NoSuchCase,
    Reach,
    TooManyCases,
)
from casework.pages.blueprint import Page, pages
from casework.pages.kept import fresh_code, keep
from config.settings import Settings
from members.addresses import LONGEST_ENTRY, to_ring
from members.guard import current, public
from members.opening import own_reader
from members.refusals import ContactRefused, RecordsLocked
from members.typed import TypedForm
from messages.model import Channel
from reports.codes import in_groups, new_receipt_code
from storage.keys import Sealers

TEMPLATES = {CaseSource.CALL_BACK: "casework/call.html", CaseSource.MESSAGE: "casework/write.html"}
WRITTEN_TO = {Reach.TEXT: Channel.SMS, Reach.EMAIL: Channel.EMAIL}


@pages.get("/help/call")
@public
def ask_for_call() -> str:
    """Show the form of who wants to be called."""
    return _form(CaseSource.CALL_BACK, TypedForm(form=MultiDict()))


@pages.post("/help/call")
@public
def send_call() -> Page:
    """Take it."""
    typed = TypedForm(form=request.form)
    return _send(CaseSource.CALL_BACK, typed, _call(typed))


@pages.get("/help/write")
@public
def write_to_us() -> str:
    """Show the form of who wants to write."""
    return _form(CaseSource.MESSAGE, TypedForm(form=MultiDict()))


@pages.post("/help/write")
@public
def send_message() -> Page:
    """Take it."""
    typed = TypedForm(form=request.form)
    return _send(CaseSource.MESSAGE, typed, _message(typed))


@pages.get("/help/code")
@public
def show_code() -> Page:
    """Show the code of what was just sent, and when somebody looks at it."""
    session, sealers = svcs.flask.get(Session, Sealers)
    code = fresh_code(datetime.now(UTC))
    try:
        found = actions.own_case(session, Person.by_code(sealers.reports, code))
    except NoSuchCase:
        return redirect(url_for("casework.come_back"), HTTPStatus.SEE_OTHER)
    return render_template("casework/code.html", code=in_groups(code), card=found.card)


def _send(source: CaseSource, typed: TypedForm, intake: Intake) -> Page:
    """Open a case, and go to where the person finds it; nothing typed is lost if that fails."""
    if typed.errors:
        return _form(source, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    session, sealers = svcs.flask.get(Session, Sealers)
    code, now, account = new_receipt_code(), datetime.now(UTC), _account(typed)
    try:
        card = actions.open_case(
            session,
            sealers,
            person=account or Person.by_code(sealers.reports, code),
            source=source,
            intake=intake,
            language=str(get_locale() or "en").replace("_", "-"),
            now=now,
        )[0]
    except TooManyCases:
        session.rollback()
        return _form(source, typed, trouble=True), HTTPStatus.SERVICE_UNAVAILABLE
    session.commit()
    if account:
        own = url_for("casework.read_own", reference=card.reference)
        return redirect(own, HTTPStatus.SEE_OTHER)
    keep(code, now)
    return redirect(url_for("casework.show_code"), HTTPStatus.SEE_OTHER)


def _account(typed: TypedForm) -> Person | None:
    """Return whose account the case goes to; None where a code opens it.

    So it is with an account whose key is not open just now: asking for help never waits for that.
    """
    if current() is None or typed.ticked("apart"):
        return None
    try:
        return Person.by_account(own_reader().private)
    except RecordsLocked:
        return None


def _call(typed: TypedForm) -> Intake:
    """Return what was asked for; what is wrong goes to the form, in the page's order."""
    return Intake(
        reach=Reach.CALL,
        address=_number(typed),
        safe_times=typed.line("safe-times"),
        no_message=typed.ticked("no-message"),
        called=typed.line("called"),
        safe_word=typed.line("safe-word"),
        speaks=typed.line("speaks"),
        words=typed.words("words", longest=LONGEST_WORDS),
        tell=typed.address("tell", region=_region()),
    )


def _message(typed: TypedForm) -> Intake:
    words = typed.words("words", longest=LONGEST_WORDS)
    if not words:
        typed.errors["words"] = _("Write a line or two: what would you like to talk about?")
    reach, address = _reach(typed)
    return Intake(
        words=words,
        reach=reach,
        address=address,
        called=typed.line("called"),
        speaks=typed.line("speaks"),
        tell=typed.address("tell", region=_region()),
    )


def _number(typed: TypedForm) -> str:
    entry = typed.line("phone", longest=LONGEST_ENTRY)
    if "phone" in typed.errors:
        return ""
    try:
        return to_ring(entry, region=_region())
    except ContactRefused as error:
        typed.errors["phone"] = _(str(error))
        return ""


def _reach(typed: TypedForm) -> tuple[Reach, str]:
    """Return how we may answer, and where."""
    chosen = typed.one_of("reach", Reach)
    if chosen in WRITTEN_TO:
        channel = WRITTEN_TO[chosen]
        return chosen, typed.address("address", region=_region(), channel=channel)
    if typed.line("address"):
        typed.errors["reach"] = _("Choose text or email for what you wrote below, or leave it out.")
    return Reach.HERE, ""


def _region() -> str:
    return svcs.flask.get(Settings).home_region


def _form(source: CaseSource, typed: TypedForm, *, trouble: bool = False) -> str:
    return render_template(
        TEMPLATES[source],
        typed=typed.form,
        errors=typed.errors,
        trouble=trouble,
        reaches=[
            (Reach.HERE.value, _("Here: I come back and look")),
            (Reach.TEXT.value, _("By text message")),
            (Reach.EMAIL.value, _("By email")),
        ],
        longest=LONGEST_WORDS,
        longest_answer=LONGEST_ANSWER,
    )
