"""Showing that a number or an address of a request is one's own, by a code that is sent to it."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import format_timedelta
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checker.identifiers import as_written
from config.settings import Settings
from members.guard import public
from members.model import CodeOutcome, CodeWording
from members.refusals import TooManyCodes
from messages.model import Queue
from reports import actions
from reports.pages.blueprint import Page, pages
from reports.pages.kept import REQUEST, fresh_code
from reports.refusals import NoSuchReceipt, NotInThisState
from reports.rights import NoSuchRequest, OwnProofs
from storage.keys import Sealers
from storage.queue import JobQueue


@pages.get("/your-data/proof")
@public
def show_proof() -> Page:
    """Show what can be shown to be theirs, and whether a code is on its way."""
    return _page()


@pages.post("/your-data/proof")
@public
def send_proof() -> Page:
    """Send a code to what was chosen; the same happens whether or not anything is held of it."""
    session, sealers, queue = svcs.flask.get(Session, Sealers, JobQueue)
    chosen = request.form.get("position", "")
    if not (chosen.isascii() and chosen.isdecimal()):
        return _page(position=_("Choose where the code goes."))
    try:
        told = actions.send_proof(
            session,
            sealers,
            code=fresh_code(datetime.now(UTC), key=REQUEST),
            position=int(chosen),
            wording=_wording(),
            now=datetime.now(UTC),
        )
    except (NoSuchReceipt, NoSuchRequest):
        return _ask()
    except NotInThisState:
        return _page(position=_("No code goes there any more. Choose another."))
    except TooManyCodes as error:
        session.rollback()
        wait = format_timedelta(error.wait, threshold=1.2)
        return _page(position=_("Enough codes were sent today. Try again in %(wait)s.", wait=wait))
    session.commit()
    for channel in told.channels:
        queue.wake("drain", str(told.cause_id), channel, queue=Queue.SERVICE)
    return redirect(url_for("reports.show_proof"), HTTPStatus.SEE_OTHER)


@pages.post("/your-data/proof/code")
@public
def type_proof() -> Page:
    """Take the code that came."""
    session, sealers = svcs.flask.get(Session, Sealers)
    now = datetime.now(UTC)
    try:
        outcome = actions.type_proof(
            session,
            sealers,
            code=fresh_code(now, key=REQUEST),
            typed=request.form.get("digits", ""),
            now=now,
        )
    except (NoSuchReceipt, NoSuchRequest):
        return _ask()
    session.commit()
    match outcome:
        case CodeOutcome.WRONG:
            return _page(digits=_("That is not the code we sent. Look at it once more."))
        case CodeOutcome.OVER:
            return _page(position=_("That code works no longer. Ask for a new one."))
    return redirect(url_for("reports.show_proof"), HTTPStatus.SEE_OTHER)


def _wording() -> CodeWording:
    """Return neutral words: somebody else may see them light up."""
    return CodeWording(
        subject=_("Your code"), body=_("{code} is your code. It works for 15 minutes.")
    )


def _ask() -> Page:
    return redirect(url_for("reports.ask_for_answer"), HTTPStatus.SEE_OTHER)


def _page(**errors: str) -> Page:
    """Show the page; `errors` say by field what was refused."""
    try:
        found = _own()
    except (NoSuchReceipt, NoSuchRequest):
        return _ask()
    home = svcs.flask.get(Settings).home_region
    page = render_template(
        "reports/request_proof.html",
        found=found,
        options=[
            (each.position, as_written(each.identifier, home=home))
            for each in found.provable
            if each.proved_at is None
        ],
        errors=errors,
    )
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if errors else page


def _own() -> OwnProofs:
    session, sealers = svcs.flask.get(Session, Sealers)
    now = datetime.now(UTC)
    return actions.own_proofs(session, sealers, code=fresh_code(now, key=REQUEST), now=now)
