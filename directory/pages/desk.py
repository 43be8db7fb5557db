"""The directory at the desk: what nobody looked at for long comes first."""

import io
from datetime import UTC, datetime
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config.settings import Settings
from directory import actions
from directory.pages.blueprint import Page, caseworkers, pages
from directory.sheets import write_lines
from directory.terms import terms_of
from members.recording import put_on_record
from storage.audit_chain import Act


@pages.get("/desk/directory")
@caseworkers
def keep() -> Page:
    """List all listings."""
    session, settings = svcs.flask.get(Session, Settings)
    today = terms_of(settings, datetime.now(UTC)).today
    page = max(request.args.get("page", 0, type=int), 0) % 1_000_000
    found = actions.by_age(session, page=page)
    return render_template(
        "directory/desk.html",
        listings=found,
        count=actions.count_listings(session),
        stale=actions.count_stale(session, today=today),
        waiting=actions.count_waiting(session),
        today=today,
        page=page,
        more=len(found) == actions.MOST,
    )


@pages.post("/desk/directory/<uuid:listing_id>/verified")
@caseworkers
def verify_listing(listing_id: UUID) -> Response:
    """Say that a listing was looked at today, and is still right."""
    session, settings = svcs.flask.get(Session, Settings)
    today = terms_of(settings, datetime.now(UTC)).today
    actions.confirm_listing(session, listing_id, on=today)
    put_on_record(Act.LISTING_CHECKED, on=listing_id)
    return _keep()


@pages.post("/desk/directory/<uuid:listing_id>/hide")
@caseworkers
def hide(listing_id: UUID) -> Response:
    """Take a listing out of what people find."""
    actions.hide_listing(svcs.flask.get(Session), listing_id, now=datetime.now(UTC))
    put_on_record(Act.LISTING_HIDDEN, on=listing_id)
    return _keep()


@pages.post("/desk/directory/<uuid:listing_id>/show")
@caseworkers
def show(listing_id: UUID) -> Response:
    """Let people find a listing again."""
    session, settings = svcs.flask.get(Session, Settings)
    terms = terms_of(settings, datetime.now(UTC))
    actions.show_listing(session, listing_id, areas=terms.areas, now=terms.now)
    put_on_record(Act.LISTING_SHOWN, on=listing_id)
    return _keep()


@pages.get("/desk/directory/export.csv")
@caseworkers
def export() -> Response:
    """Give all listings as a sheet; they are public, so nobody is put on record for it."""
    file = io.StringIO(newline="")
    write_lines(file, actions.all_listings(svcs.flask.get(Session)))
    answer = Response(file.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="directory.csv"'
    return answer


def _keep() -> Response:
    """Commit, and go back to the list."""
    svcs.flask.get(Session).commit()
    return redirect(url_for("directory.keep"), 303)
