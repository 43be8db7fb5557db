"""Linking one's own account with the organisation's, and taking that back."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, session
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from members import actions
from members.guard import current_account, fresh, kept_token, staff
from members.model import STAFF
from members.pages.blueprint import Page, pages
from members.pages.noticing import commit_and_tell
from members.pages.openid import MARK, lead_there, linking_page, the_provider_name
from members.recording import put_on_record
from members.refusals import LinkRefused
from members.vouching import STARTED
from storage.audit_chain import Act

OWN = "/account/openid"
CONFIRM = "/account/openid/confirm"


@pages.get(OWN)
@staff(*STAFF)
def own_link() -> Page:
    """Show whether the account is linked, and since when."""
    return linking_page(current_account(), "")


@pages.get("/account/openid/begin")
@staff(*STAFF)
def begin_link() -> Page:
    """Lead to the provider; what comes back changes nothing before it is confirmed."""
    return lead_there(current_account().id)


@pages.get(CONFIRM)
@staff(*STAFF)
def ask_link() -> Page:
    """Ask whether to link with whoever signed in at the provider."""
    name = the_provider_name()
    if _mark(datetime.now(UTC)) is None:
        return redirect(OWN, HTTPStatus.SEE_OTHER)
    return render_template("members/openid_confirm.html", provider=name)


@pages.post(CONFIRM)
@staff(*STAFF)
@fresh
def keep_link() -> Page:
    """Link the account, and sign out everywhere but here."""
    name = the_provider_name()
    opened, own, now = svcs.flask.get(Session), current_account(), datetime.now(UTC)
    mark = _mark(now)
    session.pop(MARK, None)
    if mark is None:
        return redirect(OWN, HTTPStatus.SEE_OTHER)
    try:
        actions.link(opened, account_id=own.id, mark=mark, now=now)
    except LinkRefused:
        opened.rollback()
        words = _(
            "This account with %(name)s cannot be linked with yours. Sign in there with another, "
            "or talk to whoever looks after this service.",
            name=name,
        )
        return linking_page(own, words), HTTPStatus.UNPROCESSABLE_ENTITY
    actions.sign_out_elsewhere(opened, account_id=own.id, token=kept_token() or "", now=now)
    put_on_record(Act.ACCOUNT_LINKED, on=own.id)
    commit_and_tell(own.id, now)
    return redirect(OWN, HTTPStatus.SEE_OTHER)


@pages.post("/account/openid/remove")
@staff(*STAFF)
@fresh
def remove_link() -> Page:
    """Take the link away, and end what began with it."""
    the_provider_name()
    opened, own, now = svcs.flask.get(Session), current_account(), datetime.now(UTC)
    actions.unlink(opened, account_id=own.id)
    actions.sign_out_elsewhere(opened, account_id=own.id, token=kept_token() or "", now=now)
    put_on_record(Act.ACCOUNT_UNLINKED, on=own.id)
    commit_and_tell(own.id, now)
    return redirect(OWN, HTTPStatus.SEE_OTHER)


def _mark(now: datetime) -> bytes | None:
    """Return the mark of whoever signed in at the provider from here, within ten minutes."""
    mark, at = session.get(MARK, ("", 0.0))
    return bytes.fromhex(mark) if now.timestamp() - at < STARTED.total_seconds() else None
