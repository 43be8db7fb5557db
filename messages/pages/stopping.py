"""The ways out: one click from a mail (RFC 8058), and a short address to tell people of."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import abort, render_template, request
from sqlalchemy.orm import Session

from members.guard import needs_no_token, public
from messages import actions
from messages.mail.unsubscribing import contact_of
from messages.pages.blueprint import Page, pages
from storage.keys import Sealers

FIELD, CLICK = "List-Unsubscribe", "One-Click"


@pages.get("/unsubscribe/<token>")
@public
def ask(token: str) -> Page:
    """Show one button; to look changes nothing, for programs open the links in mails."""
    if contact_of(svcs.flask.get(Sealers).contacts, token) is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("messages/unsubscribe.html", field=FIELD, click=CLICK)


@pages.post("/unsubscribe/<token>")
@public
@needs_no_token
def unsubscribe(token: str) -> Page:
    """Write no more to the address that this token was sent to: a mail program's click, or ours."""
    session, sealers = svcs.flask.get(Session, Sealers)
    contact_id = contact_of(sealers.contacts, token)
    if contact_id is None:
        abort(HTTPStatus.NOT_FOUND)
    if request.form.get(FIELD) != CLICK:
        abort(HTTPStatus.BAD_REQUEST)
    actions.unsubscribe(session, contact_id=contact_id, now=datetime.now(UTC))
    session.commit()
    return render_template("messages/unsubscribed.html")


@pages.get("/stop")
@public
def stop() -> Page:
    """Say how to get no more messages, also for senders that cannot be written to."""
    return render_template("messages/stop.html")
