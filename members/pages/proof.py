"""Showing who one is: at sign-in, and once more before what a thief must not do."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import svcs
from flask import g, request
from flask_babel import format_timedelta
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.settings import Settings
from members import actions, passkeys
from members.guard import ProofNeeded, current_account, kept_token
from members.pages.noticing import commit_and_tell
from members.refusals import (
    CopiedPasskey,
    TooManyTries,
    WrongCode,
    WrongCredentials,
    WrongPasskey,
)
from storage.keys import Sealers

SECOND = timedelta(seconds=1)
PASSPHRASE, CODE, PASSKEY = "passphrase", "second_code", "second_passkey"


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
    with_passkey = actions.has_passkey(session, account_id=own.id)
    if PASSPHRASE not in request.form or (with_code and CODE not in request.form):
        raise ProofNeeded(with_code=with_code, with_passkey=with_passkey)
    try:
        prove_oneself(now)
    except NotProven as error:
        raise ProofNeeded(str(error), with_code=with_code, with_passkey=with_passkey) from None


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
        prove_second(own.id, request.form.get(CODE, ""), now)
    actions.prove(session, token=token, now=now)
    session.commit()
    g.proved = shown
    return shown


def prove_second(account_id: UUID, code: str, now: datetime) -> None:
    """Take a passkey's answer where the form holds one, or a code; raises NotProven."""
    answer = request.form.get(PASSKEY, "")
    if answer:
        _prove_passkey(account_id, answer, now)
    else:
        _prove_code(account_id, code, now)


def asks_for_passkey() -> bool:
    """Whether a form that asks for a code may be sent with a passkey in its place."""
    return actions.has_passkey(svcs.flask.get(Session), account_id=current_account().id)


def _prove_code(account_id: UUID, code: str, now: datetime) -> None:
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        actions.count_code(session, sealers, account_id=account_id, now=now)
        session.commit()
        recovered = actions.settle_code(session, sealers, account_id=account_id, code=code, now=now)
    except TooManyTries as error:
        raise NotProven(words_of_wait(error)) from None
    except WrongCode:
        message = _("This code does not fit, or was used already. Wait for the next one.")
        raise NotProven(message) from None
    if recovered:
        commit_and_tell(account_id, now)


def _prove_passkey(account_id: UUID, answer: str, now: datetime) -> None:
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    try:
        actions.count_code(session, sealers, account_id=account_id, now=now)
        session.commit()
        challenge = actions.take_challenge(session, token=kept_token() or "", now=now)
        session.commit()
        actions.settle_passkey(
            session,
            sealers,
            account_id=account_id,
            place=passkeys.place_of(settings.public_url),
            challenge=challenge,
            answer=answer,
            now=now,
        )
    except TooManyTries as error:
        raise NotProven(words_of_wait(error)) from None
    except CopiedPasskey:
        message = _(
            "Somebody may have a copy of this passkey, so it opens nothing any more. "
            "Use a code, remove the passkey, and tell a colleague who looks after accounts."
        )
        raise NotProven(message) from None
    except WrongPasskey:
        message = _("This passkey did not open it. Try once more, or use a code.")
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
