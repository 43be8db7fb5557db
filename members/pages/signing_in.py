"""Signing in and out."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil

import svcs
from flask import make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from members import actions
from members.guard import current, forget_token, keep_token, kept_token, public, signed_in
from members.model import STAFF, Account
from members.pages.blueprint import Page, pages
from members.pages.proof import words_of_wait
from members.refusals import TooManyTries, WrongCredentials
from storage.audit import Auditor
from storage.audit_chain import Act
from storage.keys import Sealers

LOCAL = re.compile(r"/(?![/\\])[!-~]*")  # no blanks or tabs: browsers drop them from addresses


@pages.get("/sign-in")
@public
def sign_in() -> Page:
    """Show the form, or go on if somebody is signed in here."""
    account = current()
    if account is not None:
        return redirect(first_page(account), HTTPStatus.SEE_OTHER)
    return render_template("members/sign_in.html", name="", trouble="")


@pages.post("/sign-in")
@public
def begin_sign_in() -> Page:
    """Compare name and passphrase; what is wrong is told in the same words whatever it is.

    The try is committed first: it counts even if this request is cut off, and the database is
    free while the hash is computed.
    """
    session, sealers = svcs.flask.get(Session, Sealers)
    name, now = request.form.get("name", ""), datetime.now(UTC)
    try:
        counted = actions.count_try(session, sealers, name=name, now=now)
        session.commit()
        token = actions.finish_sign_in(
            session, counted, passphrase=request.form.get("passphrase", ""), now=now
        )
    except TooManyTries as error:
        answer = make_response(_again(name, words_of_wait(error), HTTPStatus.TOO_MANY_REQUESTS))
        answer.retry_after = ceil(error.wait.total_seconds())
        return answer
    except WrongCredentials:
        words = _("This name and passphrase do not go together. Check both and try again.")
        return _again(name, words, HTTPStatus.UNPROCESSABLE_ENTITY)
    account = actions.resume(session, sealers, token=token, now=now)
    actions.sign_out(session, token=kept_token() or "", now=now)  # of whoever was here before
    if account is not None and account.role in STAFF:
        svcs.flask.get(Auditor).record(session, Act.SIGNED_IN, by=account.id, now=now)
    session.commit()
    after = keep_token(token)
    return redirect(after if is_local(after) else first_page(account), HTTPStatus.SEE_OTHER)


@pages.post("/sign-out")
@signed_in
def sign_out() -> Page:
    """End this sign-in."""
    session = svcs.flask.get(Session)
    actions.sign_out(session, token=kept_token() or "", now=datetime.now(UTC))
    session.commit()
    forget_token()
    return redirect("/", HTTPStatus.SEE_OTHER)


def first_page(account: Account | None) -> str:
    """Return where an account lands: at the desk, at the check, or at its own page."""
    if account is not None and account.is_caseworker:
        return "/desk"
    return "/check" if account is not None and account.may_check else "/account"


def is_local(address: str) -> bool:
    """Whether an address stays on this site: one slash, then nothing that browsers drop or turn."""
    return LOCAL.fullmatch(address) is not None


def _again(name: str, trouble: str, status: HTTPStatus) -> Page:
    return render_template("members/sign_in.html", name=name, trouble=trouble), status
