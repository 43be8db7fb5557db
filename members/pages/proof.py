"""Comparing a passphrase: at sign-in, and once more before what a thief must not do."""

from datetime import datetime, timedelta

import svcs
from flask import request
from flask_babel import format_timedelta
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from members import actions
from members.guard import current_account
from members.refusals import TooManyTries, WrongCredentials
from storage.keys import Sealers

SECOND = timedelta(seconds=1)


class NotProven(Exception):
    """The passphrase is not this account's, or too many were tried; the text is for the page."""


def prove_oneself(now: datetime) -> actions.Proved:
    """Compare the passphrase in the form with one's own, and say what follows; raises NotProven.

    It is held to the same limits as signing in. The try is committed before the comparison.
    """
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        counted = actions.count_try(session, sealers, name=current_account().name, now=now)
        session.commit()
        passphrase = request.form.get("passphrase", "")
        return actions.settle_try(session, counted, passphrase=passphrase)
    except TooManyTries as error:
        raise NotProven(words_of_wait(error)) from None
    except WrongCredentials:
        message = _("This is not your passphrase. Try again.")
        raise NotProven(message) from None


def words_of_wait(error: TooManyTries) -> str:
    """Say how long to wait."""
    wait = format_timedelta(max(error.wait, SECOND), threshold=1.5)
    return _("That was one try too many. Wait %(wait)s, then try again.", wait=wait)
