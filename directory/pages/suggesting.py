"""Suggestions: anybody writes one, the desk reads it and says what became of it."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from directory import actions
from directory.model import (
    LONGEST_CONTACT,
    LONGEST_SUGGESTION,
    Suggestion,
    TooManySuggestions,
)
from directory.pages.blueprint import Page, caseworkers, pages
from members.guard import current_account, public
from members.opening import own_reader
from members.recording import put_on_record, put_reading_on_record
from members.typed import TypedForm
from storage.audit_chain import Act
from storage.keys import Sealers


@pages.get("/directory/suggest")
@public
def suggest() -> Page:
    """Show the form for a service that is missing."""
    return _form("", _typed())


@pages.post("/directory/suggest")
@public
def send_missing() -> Page:
    """Take in what somebody knows of a service that is missing."""
    return _send("")


@pages.get("/directory/<reference>/suggest")
@public
def suggest_change(reference: str) -> Page:
    """Show the form for what is wrong with a listing."""
    return _form(reference, _typed())


@pages.post("/directory/<reference>/suggest")
@public
def send_change(reference: str) -> Page:
    """Take in what is wrong with a listing."""
    return _send(reference)


@pages.get("/directory/suggest/thanks")
@public
def thank() -> str:
    """Say that it has arrived, and what happens next."""
    return render_template("directory/suggested.html")


@pages.get("/desk/directory/suggestions")
@caseworkers
def suggestions() -> str:
    """Show what waits, the longest first; that it was read is on record."""
    put_reading_on_record(Act.SUGGESTION_READ)
    session = svcs.flask.get(Session)
    found = actions.waiting_suggestions(session, own_reader())
    return render_template(
        "directory/suggestions.html", suggestions=found, count=actions.count_waiting(session)
    )


@pages.post("/desk/directory/suggestions/<uuid:suggestion_id>")
@caseworkers
def decide_suggestion(suggestion_id: UUID) -> Response:
    """Say whether a suggestion was taken."""
    session, taken = svcs.flask.get(Session), request.form.get("decision") == "taken"
    actions.decide_suggestion(
        session, suggestion_id, taken=taken, by=current_account().id, now=datetime.now(UTC)
    )
    put_on_record(Act.SUGGESTION_DECIDED, on=suggestion_id)
    session.commit()
    return redirect(url_for("directory.suggestions"), HTTPStatus.SEE_OTHER)


def _typed() -> TypedForm:
    return TypedForm(form=request.form)


def _send(reference: str) -> Page:
    typed = _typed()
    suggestion = Suggestion(
        words=typed.words("suggestion", longest=LONGEST_SUGGESTION),
        contact=typed.line("suggestion-contact", longest=LONGEST_CONTACT),
    )
    if not suggestion.words:
        typed.errors["suggestion"] = _("Write what we should know.")
    if typed.errors:
        return _form(reference, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        actions.send_suggestion(
            session, sealers, suggestion, reference=reference, now=datetime.now(UTC)
        )
    except TooManySuggestions:
        return _form(reference, typed, full=True), HTTPStatus.TOO_MANY_REQUESTS
    session.commit()
    return redirect(url_for("directory.thank"), HTTPStatus.SEE_OTHER)


def _form(reference: str, typed: TypedForm, *, full: bool = False) -> str:
    found = actions.listing(svcs.flask.get(Session), reference) if reference else None
    return render_template(
        "directory/suggest.html",
        listing=found,
        typed=typed.form,
        errors=typed.errors,
        full=full,
        longest_words=LONGEST_SUGGESTION,
        longest_contact=LONGEST_CONTACT,
    )
