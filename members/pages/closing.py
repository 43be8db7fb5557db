"""Closing one's account for good."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template
from sqlalchemy.orm import Session

from members import actions
from members.guard import current_account, forget_token, public, signed_in
from members.pages.blueprint import Page, pages
from members.pages.proof import NotProven, asks_for_code, asks_for_passkey, prove_oneself
from storage.keys import Sealers


@pages.get("/account/close")
@signed_in
def close() -> Page:
    """Say what goes and what stays, and ask for the passphrase."""
    return _form({})


@pages.post("/account/close")
@signed_in
def close_account() -> Page:
    """Close the account and sign out everywhere."""
    session, sealers = svcs.flask.get(Session, Sealers)
    now = datetime.now(UTC)
    try:
        prove_oneself(now)
    except NotProven as error:
        return _form({"passphrase": str(error)}), HTTPStatus.UNPROCESSABLE_ENTITY
    actions.leave(session, sealers, account_id=current_account().id, now=now)
    session.commit()
    forget_token()
    return redirect("/closed", HTTPStatus.SEE_OTHER)


@pages.get("/closed")
@public
def closed() -> Page:
    """Say that the account is closed."""
    return render_template("members/closed.html")


def _form(errors: dict[str, str]) -> str:
    return render_template(
        "members/close.html",
        errors=errors,
        with_code=asks_for_code(),
        with_passkey=asks_for_passkey(),
    )
