"""Showing who one is: at sign-in, and once more before what a thief must not do."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import svcs
from flask import g, request
from flask_babel import format_timedelta
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from members import actions
from members.guard import ProofNeeded, current_account, kept_token
from members.refusals import TooManyTries, WrongCode, WrongCredentials
from storage.keys import Sealers

SECOND = timedelta(seconds=1)
PASSPHRASE, CODE = "passphrase", "second_code"


class NotProven(Exception):
    """The passphrase or code is not this account's, or too many were tried; text for the page."""


def require_fresh(now: datetime) -> None:
    """Let a change go on if who asks is proven lately, or proves it in this form.

    Raises ProofNeeded, which answers with what was typed and asks.
    """
    session, own = svcs.flask.get(Session), current_account()
    if actions.is_fresh(session, account_id=own.id, token=kept_token() or "", now=now):
        return
    with_code = actions.has_factor(session, own.id)
    if PASSPHRASE not in request.form or (with_code and CODE not in request.form):
        raise ProofNeeded(with_code=with_code)
    try:
        prove_oneself(now)
    except NotProven as error:
        raise ProofNeeded(str(error), with_code=with_code) from None


def prove_oneself(now: datetime) -> actions.Proved:
    """Compare the passphrase in the form with one's own, and say what follows; raises NotProven.

    A second factor is asked for too where the account has one, unless it was shown on this sign-in
    within five minutes. Both are held to the limits of signing in, and tries are committed before
    they are compared. What was shown once in this request is not asked for again.
    """
    if "proved" in g:
        proved: actions.Proved = g.proved
        return proved
    session, own = svcs.flask.get(Session), current_account()
    token = kept_token() or ""
    fresh = actions.is_fresh(session, account_id=own.id, token=token, now=now)
    shown = _prove_passphrase(now)
    if not fresh and actions.has_factor(session, own.id):
        prove_code(own.id, request.form.get(CODE, ""), now)
    actions.prove(session, token=token, now=now)
    session.commit()
    g.proved = shown
    return shown


def prove_code(account_id: UUID, code: str, now: datetime) -> None:
    """Take a code of an account's second factor, or a recovery code; raises NotProven."""
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        actions.count_code(session, sealers, account_id=account_id, now=now)
        session.commit()
        actions.settle_code(session, sealers, account_id=account_id, code=code, now=now)
    except TooManyTries as error:
        raise NotProven(words_of_wait(error)) from None
    except WrongCode:
        message = _("This code does not fit, or was used already. Wait for the next one.")
        raise NotProven(message) from None


def asks_for_code() -> bool:
    """Whether a form that proves who one is asks for a code beside the passphrase."""
    session, own, now = svcs.flask.get(Session), current_account(), datetime.now(UTC)
    if actions.is_fresh(session, account_id=own.id, token=kept_token() or "", now=now):
        return False
    return actions.has_factor(session, own.id)


def words_of_wait(error: TooManyTries) -> str:
    """Say how long to wait."""
    wait = format_timedelta(max(error.wait, SECOND), threshold=1.5)
    return _("That was one try too many. Wait %(wait)s, then try again.", wait=wait)


def _prove_passphrase(now: datetime) -> actions.Proved:
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        counted = actions.count_try(session, sealers, name=current_account().name, now=now)
        session.commit()
        passphrase = request.form.get(PASSPHRASE, "")
        return actions.settle_try(session, counted, passphrase=passphrase)
    except TooManyTries as error:
        raise NotProven(words_of_wait(error)) from None
    except WrongCredentials:
        message = _("This is not your passphrase. Try again.")
        raise NotProven(message) from None
