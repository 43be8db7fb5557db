"""Publications: for anybody by topic, year and kind; written, hidden and shown at the desk."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from directory import actions
from directory.model import LONGEST_LINK, LONGEST_SUMMARY, PublicationKind, Refused, Topic
from directory.pages import publication_form as form
from directory.pages.blueprint import Page, caseworkers, pages
from members.guard import public
from members.recording import put_on_record
from storage.audit_chain import Act

Choice = TypeVar("Choice", bound=StrEnum)


@pages.get("/publications")
@public
def publications() -> str:
    """Show what was published; a filter that says nothing is left out."""
    session, asked = svcs.flask.get(Session), request.args
    years = [str(year) for year in actions.years(session)]
    year = asked.get("year", "")
    return render_template(
        "directory/publications.html",
        found=actions.list_publications(
            session,
            topic=_chosen(Topic, asked.get("topic", "")),
            year=int(year) if year in years else None,
            kind=_chosen(PublicationKind, asked.get("kind", "")),
        ),
        year_choices=[(year, year) for year in years],
        asked=asked,
        form=form,
    )


@pages.get("/desk/publications")
@caseworkers
def publication_desk() -> Page:
    """Show all publications to staff, and the form that adds one."""
    return _desk({}, {})


@pages.post("/desk/publications")
@caseworkers
def add_publication() -> Page:
    """Add a publication."""
    session = svcs.flask.get(Session)
    try:
        draft = form.read_publication(request.form, today=datetime.now(UTC).date())
    except Refused as refused:
        return _desk(request.form, refused.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    publication_id = actions.write_publication(session, draft)
    put_on_record(Act.PUBLICATION_WRITTEN, on=publication_id)
    return _kept(session)


@pages.get("/desk/publications/<uuid:publication_id>")
@caseworkers
def edit_publication(publication_id: UUID) -> Page:
    """Show the form of a publication as it stands."""
    found = actions.publication(svcs.flask.get(Session), publication_id)
    return _edit(publication_id, form.typed_of(found), {})


@pages.post("/desk/publications/<uuid:publication_id>")
@caseworkers
def change_publication(publication_id: UUID) -> Page:
    """Write a publication anew."""
    session = svcs.flask.get(Session)
    try:
        draft = form.read_publication(request.form, today=datetime.now(UTC).date())
    except Refused as refused:
        return _edit(publication_id, request.form, refused.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    actions.write_publication(session, draft, publication_id=publication_id)
    put_on_record(Act.PUBLICATION_WRITTEN, on=publication_id)
    return _kept(session)


@pages.post("/desk/publications/<uuid:publication_id>/hide")
@caseworkers
def hide_publication(publication_id: UUID) -> Page:
    """Hide a publication from everybody else."""
    session = svcs.flask.get(Session)
    actions.hide_publication(session, publication_id)
    put_on_record(Act.PUBLICATION_HIDDEN, on=publication_id)
    return _kept(session)


@pages.post("/desk/publications/<uuid:publication_id>/show")
@caseworkers
def show_publication(publication_id: UUID) -> Page:
    """Show a publication to everybody again."""
    session = svcs.flask.get(Session)
    actions.show_publication(session, publication_id)
    put_on_record(Act.PUBLICATION_SHOWN, on=publication_id)
    return _kept(session)


def _kept(session: Session) -> Response:
    session.commit()
    return redirect(url_for("directory.publication_desk"), HTTPStatus.SEE_OTHER)


def _chosen(choices: type[Choice], said: str) -> Choice | None:
    return next((one for one in choices if one.value == said), None)


def _desk(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "directory/publication_desk.html",
        found=actions.list_publications(svcs.flask.get(Session), hidden=True),
        **_form(typed, errors),
    )


def _edit(publication_id: UUID, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "directory/publication_edit.html",
        found=actions.publication(svcs.flask.get(Session), publication_id),
        **_form(typed, errors),
    )


def _form(typed: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, object]:
    return {
        "typed": typed,
        "errors": errors,
        "form": form,
        "longest_summary": LONGEST_SUMMARY,
        "longest_link": LONGEST_LINK,
    }
