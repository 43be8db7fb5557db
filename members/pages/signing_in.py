"""Signing in and out."""

from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil

import svcs
from flask import make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from members import actions
from members.factors import Waiting
from members.guard import (
    current,
    forget_token,
    keep_token,
    keep_waiting_token,
    kept_token,
    public,
    signed_in,
    waiting,
)
from members.pages.blueprint import Page, pages
from members.pages.landing import first_page, is_local
from members.pages.proof import words_of_wait
from members.refusals import TooManyTries, WrongCredentials
from storage.keys import Sealers


@pages.get("/sign-in")
@public
def sign_in() -> Page:
    """Show the form, or go on if somebody is signed in here."""
    account = current()
    if account is not None:
        return redirect(first_page(account), HTTPStatus.SEE_OTHER)
    waits = waiting()
    if waits is not None:
        return redirect(_step_of(waits), HTTPStatus.SEE_OTHER)
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
    actions.sign_out(session, token=kept_token() or "", now=now)  # of whoever was here before
    session.commit()
    return _go_on(token, now)


@pages.post("/sign-out")
@signed_in
def sign_out() -> Page:
    """End this sign-in."""
    session = svcs.flask.get(Session)
    actions.sign_out(session, token=kept_token() or "", now=datetime.now(UTC))
    session.commit()
    forget_token()
    return redirect("/", HTTPStatus.SEE_OTHER)


def _go_on(token: str, now: datetime) -> Page:
    """Lead to the second step where the sign-in waits for it, or to the page that asked."""
    session, sealers = svcs.flask.get(Session, Sealers)
    waits = actions.waiting_sign_in(session, sealers, token=token, now=now)
    if waits is not None:
        keep_waiting_token(token)
        return redirect(_step_of(waits), HTTPStatus.SEE_OTHER)
    account = actions.resume(session, sealers, token=token, now=now)
    after = keep_token(token)
    return redirect(after if is_local(after) else first_page(account), HTTPStatus.SEE_OTHER)


def _step_of(waits: Waiting) -> str:
    return "/sign-in/code" if waits.enrolled else "/sign-in/enrol"


def _again(name: str, trouble: str, status: HTTPStatus) -> Page:
    return render_template("members/sign_in.html", name=name, trouble=trouble), status
