"""One's own second factors and recovery codes."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import abort, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.settings import Settings
from members import actions, factors, passkeys
from members.guard import current_account, fresh, kept_token, signed_in
from members.pages.blueprint import Page, pages
from members.pages.drawing import picture_of
from members.pages.noticing import commit_and_tell
from members.refusals import LastFactor, NoSuchFactor, WrongCode
from storage.keys import Sealers


@pages.get("/account/steps")
@signed_in
def own_factors() -> Page:
    """Show the second factors, and how many recovery codes are left."""
    return _list("")


@pages.post("/account/steps/begin")
@signed_in
@fresh
def begin_factor() -> Page:
    """Draw a secret for one more app."""
    session, sealers = svcs.flask.get(Session, Sealers)
    own, now, label = current_account(), datetime.now(UTC), request.form.get("label", "").strip()
    actions.begin_totp(session, sealers, account_id=own.id, label=label, now=now)
    session.commit()
    return redirect("/account/steps/app", HTTPStatus.SEE_OTHER)


@pages.get("/account/steps/app")
@signed_in
def new_factor() -> Page:
    """Show the picture for the app."""
    return _app("")


@pages.post("/account/steps/app")
@signed_in
@fresh
def add_factor() -> Page:
    """Take the first code of the app; with the first factor come the recovery codes."""
    session, sealers = svcs.flask.get(Session, Sealers)
    own, now = current_account(), datetime.now(UTC)
    code = request.form.get("code", "")
    try:
        actions.confirm_totp(session, sealers, account_id=own.id, code=code, now=now)
    except (NoSuchFactor, WrongCode):
        words = _("This code does not fit. Type the one that your app shows now.")
        return _app(words), HTTPStatus.UNPROCESSABLE_ENTITY
    if actions.codes_left(session, account_id=own.id):
        end_others(now)
        return redirect("/account/steps", HTTPStatus.SEE_OTHER)
    return show_new_codes(now)


@pages.post("/account/steps/<uuid:factor_id>/remove")
@signed_in
@fresh
def remove_factor(factor_id: UUID) -> Page:
    """Take a factor away."""
    session, own = svcs.flask.get(Session), current_account()
    try:
        actions.remove_factor(session, account_id=own.id, factor_id=factor_id)
    except NoSuchFactor:
        abort(HTTPStatus.NOT_FOUND)
    except LastFactor:
        words = _("Whoever works here keeps at least one. Add another first, then remove this.")
        return _list(words), HTTPStatus.UNPROCESSABLE_ENTITY
    end_others(datetime.now(UTC))
    return redirect("/account/steps", HTTPStatus.SEE_OTHER)


@pages.post("/account/steps/codes")
@signed_in
@fresh
def new_codes() -> Page:
    """Make new recovery codes; the old ones end."""
    if not actions.has_factor(svcs.flask.get(Session), current_account().id):
        abort(HTTPStatus.NOT_FOUND)
    return show_new_codes(datetime.now(UTC))


def show_new_codes(now: datetime) -> str:
    """Make recovery codes, sign out everywhere but here, and show them."""
    session, sealers = svcs.flask.get(Session, Sealers)
    codes = actions.make_codes(session, sealers, account_id=current_account().id)
    end_others(now)
    shown = [factors.in_groups(each) for each in codes]
    return render_template("members/codes.html", codes=shown, onward="/account/steps")


def end_others(now: datetime) -> None:
    """Sign out everywhere but here, keep what was done, and tell the account's owner."""
    session, own, token = svcs.flask.get(Session), current_account(), kept_token() or ""
    actions.sign_out_elsewhere(session, account_id=own.id, token=token, now=now)
    commit_and_tell(own.id, now)


def _list(trouble: str) -> str:
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    own = current_account()
    return render_template(
        "members/factors.html",
        factors=actions.list_factors(session, sealers, account_id=own.id),
        left=actions.codes_left(session, account_id=own.id),
        most=factors.CODES,
        with_passkeys=passkeys.place_of(settings.public_url).has_passkeys,
        trouble=trouble,
    )


def _app(trouble: str) -> str:
    session, sealers = svcs.flask.get(Session, Sealers)
    secret = actions.begun_secret(session, sealers, account_id=current_account().id)
    if secret is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template(
        "members/factor.html",
        secret=factors.in_groups(secret, " "),
        picture=picture_of(secret),
        trouble=trouble,
    )
