"""The second step of signing in: a code, a recovery code or a passkey, or setting one up."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.settings import Settings
from members import actions, factors, passkeys
from members.guard import (
    enrolling,
    keep_token,
    kept_token,
    second_step,
    who_waits,
)
from members.model import STAFF, Account
from members.pages.blueprint import Page, pages
from members.pages.drawing import picture_of
from members.pages.landing import first_page, is_local
from members.pages.noticing import commit_and_tell
from members.pages.proof import NotProven, prove_second
from members.refusals import NoSuchFactor, WrongCode
from storage.audit import Auditor
from storage.audit_chain import Act
from storage.keys import Sealers


@pages.get("/sign-in/code")
@second_step
def ask_code() -> Page:
    """Ask for a code, or a passkey."""
    return _asked("")


@pages.post("/sign-in/code")
@second_step
def take_code() -> Page:
    """Compare a code or a passkey, and sign in."""
    now, account = datetime.now(UTC), who_waits().account
    try:
        prove_second(account.id, request.form.get("code", ""), now)
    except NotProven as error:
        return _asked(str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    after = _sign_in(account, now)
    return redirect(after if is_local(after) else first_page(account), HTTPStatus.SEE_OTHER)


@pages.get("/sign-in/enrol")
@enrolling
def enrol() -> Page:
    """Say what staff need, or show the picture for the app."""
    return enrolment("")


@pages.post("/sign-in/enrol/begin")
@enrolling
def begin_enrolment() -> Page:
    """Draw a secret."""
    session, sealers = svcs.flask.get(Session, Sealers)
    account, now = who_waits().account, datetime.now(UTC)
    actions.begin_totp(session, sealers, account_id=account.id, label="", now=now)
    session.commit()
    return redirect("/sign-in/enrol", HTTPStatus.SEE_OTHER)


@pages.post("/sign-in/enrol")
@enrolling
def finish_enrolment() -> Page:
    """Take the first code of the app, sign in, and show the recovery codes, once."""
    session, sealers = svcs.flask.get(Session, Sealers)
    account, now = who_waits().account, datetime.now(UTC)
    code = request.form.get("code", "")
    try:
        actions.confirm_totp(session, sealers, account_id=account.id, code=code, now=now)
    except (NoSuchFactor, WrongCode):
        words = _("This code does not fit. Type the one that your app shows now.")
        return enrolment(words), HTTPStatus.UNPROCESSABLE_ENTITY
    return finish_enrolling(account, now)


def finish_enrolling(account: Account, now: datetime) -> str:
    """Sign in whose first factor counts now, and show the recovery codes."""
    session, sealers = svcs.flask.get(Session, Sealers)
    codes = actions.make_codes(session, sealers, account_id=account.id)
    after = _sign_in(account, now, changed=True)
    return render_template(
        "members/codes.html",
        codes=[factors.in_groups(each) for each in codes],
        onward=after if is_local(after) else first_page(account),
    )


def _sign_in(account: Account, now: datetime, *, changed: bool = False) -> str:
    """Exchange the waiting token, commit, and return the page that asked for the sign-in.

    Where the first factor was set up, the account's owner is told in the same transaction.
    """
    session = svcs.flask.get(Session)
    token = actions.finish_second_step(session, token=kept_token() or "", now=now)
    if account.role in STAFF:
        svcs.flask.get(Auditor).record(session, Act.SIGNED_IN, by=account.id, now=now)
    if changed:
        commit_and_tell(account.id, now)
    else:
        session.commit()
    return keep_token(token)


def _asked(trouble: str) -> str:
    session, account = svcs.flask.get(Session), who_waits().account
    known = actions.has_passkey(session, account_id=account.id)
    return render_template("members/second_step.html", with_passkey=known, trouble=trouble)


def enrolment(trouble: str) -> str:
    """Return the page on which staff set their first factor up."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    secret = actions.begun_secret(session, sealers, account_id=who_waits().account.id)
    return render_template(
        "members/enrol.html",
        secret=factors.in_groups(secret, " ") if secret else "",
        picture=picture_of(secret) if secret else "",
        with_passkeys=passkeys.place_of(settings.public_url).has_passkeys,
        trouble=trouble,
    )
