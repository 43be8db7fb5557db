"""Access: which caseworker opens how much of what was reported, and a lead who opens it to them."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from members import actions
from members.guard import current_account, fresh, staff
from members.model import Role
from members.opening import own_reader
from members.pages.blueprint import Page, pages
from members.recording import put_on_record
from storage import audit
from storage.audit_chain import Act
from storage.keys import Sealers

GOING_ON = timedelta(hours=1)  # its further parts are no entries of their own


@pages.get("/desk/access")
@staff(Role.LEAD)
def access() -> Page:
    """Show who opens how much; while it is being opened to somebody, how far that is."""
    session, sealers = svcs.flask.get(Session, Sealers)
    return render_template(
        "members/access.html",
        holders=actions.list_access(session, sealers),
        own=current_account(),
        giving=request.args.get("to", ""),
    )


@pages.post("/desk/access/<uuid:account_id>")
@staff(Role.LEAD)
@fresh
def give_access(account_id: UUID) -> Page:
    """Open the next part to a colleague; the page goes on by itself, or at a press of a button."""
    session, own, now = svcs.flask.get(Session), current_account(), datetime.now(UTC)
    left = actions.give_access(session, own_reader(), to=account_id)
    since = now - GOING_ON
    if not audit.did(session, [Act.ACCESS_GIVEN], by=own.id, on=account_id, since=since):
        put_on_record(Act.ACCESS_GIVEN, on=account_id)
    session.commit()
    to = account_id if left else None
    return redirect(url_for("members.access", to=to), HTTPStatus.SEE_OTHER)
