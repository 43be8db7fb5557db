"""Notes of a case: written, and changed by one after the other without losing a word."""

from datetime import UTC, datetime
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casework import actions
from casework.model import LONGEST_WORDS
from casework.pages.blueprint import Page, caseworkers, pages
from casework.pages.case import case_page
from casework.pages.opened import opened_case
from casework.pages.worked import names
from casework.work import Note, NoteChanged
from members.guard import current_account
from members.opening import own_reader
from members.recording import put_on_record
from members.typed import TypedForm
from storage.audit_chain import Act

POSSIBLE = range(2**31)  # what the column holds


@pages.post("/desk/cases/<uuid:case_id>/notes")
@caseworkers
def write_note(case_id: UUID) -> Page:
    """Write a note."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    text = _text(typed)
    if typed.errors:
        return case_page(case_id, typed), 422
    account, now = current_account(), datetime.now(UTC)
    actions.write_note(session, own_reader(), account, case_id, text=text, now=now)
    put_on_record(Act.CASE_NOTED, on=case_id)
    return _keep(case_id)


@pages.get("/desk/cases/<uuid:case_id>/notes/<uuid:note_id>")
@caseworkers
def edit_note(case_id: UUID, note_id: UUID) -> str:
    """Show a note in a form."""
    return _page(case_id, note_id, TypedForm(form=MultiDict()))


@pages.post("/desk/cases/<uuid:case_id>/notes/<uuid:note_id>")
@caseworkers
def change_note(case_id: UUID, note_id: UUID) -> Page:
    """Change a note; if a colleague did meanwhile, show their words beside one's own."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    text, version = _text(typed), _version(typed)
    if typed.errors:
        return _page(case_id, note_id, typed), 422
    account, now, reader = current_account(), datetime.now(UTC), own_reader()
    try:
        actions.change_note(
            session, reader, account, case_id, note_id, text=text, version=version, now=now
        )
    except NoteChanged as changed:
        return _page(case_id, note_id, typed, theirs=changed.note), 409
    put_on_record(Act.CASE_NOTED, on=case_id)
    return _keep(case_id)


def _text(typed: TypedForm) -> str:
    text = typed.words("note", longest=LONGEST_WORDS)
    if not text:
        typed.errors["note"] = _("Write the note first.")
    return text


def _version(typed: TypedForm) -> int:
    """Return the version that was read; 0, which no note has, for one that none can have."""
    version = typed.form.get("version", type=int) or 0
    return version if version in POSSIBLE else 0


def _keep(case_id: UUID) -> Response:
    """Commit, and go back to the notes."""
    svcs.flask.get(Session).commit()
    return redirect(url_for("casework.read_case", case_id=case_id) + "#notes", 303)


def _page(case_id: UUID, note_id: UUID, typed: TypedForm, *, theirs: Note | None = None) -> str:
    """Return the form; what is saved next is held against the version that is shown with it."""
    opened, session = opened_case(case_id, typed), svcs.flask.get(Session)
    note = theirs or actions.note_of(session, opened.keys.notes, case_id, note_id)
    read = note.version if theirs else typed.form.get("version", note.version, type=int)
    return render_template(
        "casework/note.html",
        found=opened.case,
        note=note,
        version=read,
        theirs=theirs,
        text=typed.form.get("note", note.text),
        errors=typed.errors,
        names=names(),
        longest=LONGEST_WORDS,
    )
