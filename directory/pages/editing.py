"""Writing a listing at the desk: nobody writes over a colleague without seeing it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.settings import Settings
from directory import actions
from directory.actions import ListingMoved, Terms
from directory.model import Cost, Listing, ListingDraft, Refused
from directory.pages import words
from directory.pages.blueprint import Page, caseworkers, pages
from directory.pages.labels import LABELS
from directory.reading import FIELDS, MANY, read_draft
from directory.sheets import fields_of
from directory.terms import terms_of
from members.recording import put_on_record
from storage.audit_chain import Act

Fields = dict[str, str]


@pages.get("/desk/directory/new")
@caseworkers
def new_listing() -> Page:
    """Show an empty form, but for what most listings say."""
    terms = _terms()
    said = {
        "country": terms.home_region,
        "region": terms.home_region,
        "time_zone": svcs.flask.get(Settings).time_zone,
        "verified_on": terms.today.isoformat(),
    }
    return _form(terms, said)


@pages.post("/desk/directory/new")
@caseworkers
def add_listing() -> Page:
    """Write a new listing."""
    terms, typed = _terms(), _typed()
    try:
        draft = _draft(typed, terms)
    except Refused as error:
        return _form(terms, typed, errors=error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    session = svcs.flask.get(Session)
    listing_id = actions.write_listing(session, draft, areas=terms.areas, now=terms.now)
    put_on_record(Act.LISTING_WRITTEN, on=listing_id)
    session.commit()
    return redirect(url_for("directory.keep"), HTTPStatus.SEE_OTHER)


@pages.get("/desk/directory/<uuid:listing_id>/edit")
@caseworkers
def edit(listing_id: UUID) -> Page:
    """Show a listing in the form."""
    found = actions.listing_by_id(svcs.flask.get(Session), listing_id)
    return _form(_terms(), fields_of(found), listing=found)


@pages.post("/desk/directory/<uuid:listing_id>/edit")
@caseworkers
def rewrite(listing_id: UUID) -> Page:
    """Write a listing in its place; whoever comes later than a colleague sees both."""
    session, terms, typed = svcs.flask.get(Session), _terms(), _typed()
    read_at = request.form.get("read_at", "")
    try:
        draft = _draft(typed, terms)
        actions.rewrite_listing(
            session, listing_id, draft, read_at=read_at, areas=terms.areas, now=terms.now
        )
    except Refused as error:
        found = actions.listing_by_id(session, listing_id)
        page = _form(terms, typed, listing=found, read_at=read_at, errors=error.errors)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    except ListingMoved as moved:
        return _form(terms, typed, listing=moved.listing, moved=True), HTTPStatus.CONFLICT
    put_on_record(Act.LISTING_WRITTEN, on=listing_id)
    session.commit()
    return redirect(url_for("directory.keep"), HTTPStatus.SEE_OTHER)


def _terms() -> Terms:
    return terms_of(svcs.flask.get(Settings), datetime.now(UTC))


def _typed() -> Fields:
    """Return the form as a sheet's cells: what was ticked is a list."""
    return {name: MANY.join(request.form.getlist(name)) for name in FIELDS}


def _draft(typed: Mapping[str, str], terms: Terms) -> ListingDraft:
    return read_draft(typed, areas=terms.areas, home_region=terms.home_region, today=terms.today)


def _form(
    terms: Terms,
    typed: Fields,
    *,
    listing: Listing | None = None,
    read_at: str = "",
    moved: bool = False,
    errors: Mapping[str, str] | None = None,
) -> str:
    there = fields_of(listing) if listing and moved else {}
    differing = [name for name in there if there[name] != typed[name]]
    return render_template(
        "directory/edit.html",
        typed=typed,
        ticked={name: typed.get(name, "").split(MANY) for name in ("kinds", "areas", "groups")},
        errors={name: _(said) for name, said in (errors or {}).items()},
        listing=listing,
        read_at=read_at or (listing.changed_at.isoformat() if listing else ""),
        moved=moved,
        both=[(_(LABELS[name]), there[name], typed[name]) for name in differing],
        kinds=words.kind_options(),
        groups=words.group_options(),
        costs=[
            (Cost.UNKNOWN.value, _("Not known")),  # first: nobody calls a service free by mistake
            *((each.value, said) for each in Cost if (said := words.cost(each))),
        ],
        areas=[*terms.areas.items()],
        labels_of={name: _(said) for name, said in LABELS.items()},
    )
