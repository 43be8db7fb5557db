"""Passkeys: making one, and asking for one at sign-in and before what asks who one is."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import Response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.settings import Settings
from members import actions, passkeys
from members.guard import (
    current_account,
    enrolling,
    fresh,
    kept_token,
    second_step,
    signed_in,
    who_waits,
)
from members.model import Account
from members.pages.blueprint import Page, pages
from members.pages.factors import end_others, show_new_codes
from members.pages.second_step import enrolment, finish_enrolling
from members.refusals import WrongPasskey
from storage.keys import Sealers


@pages.get("/account/steps/passkey")
@signed_in
def new_passkey() -> Page:
    """Say what a passkey is, and offer to make one."""
    return _form("")


@pages.post("/account/steps/passkey/new")
@signed_in
@fresh
def begin_passkey() -> Response:
    """Tell the browser what to make."""
    return _to_make(current_account())


@pages.post("/account/steps/passkey")
@signed_in
@fresh
def add_passkey() -> Page:
    """Take the passkey that the browser made; with the first factor come the recovery codes."""
    own, now = current_account(), datetime.now(UTC)
    try:
        _take_made(own, request.form.get("label", "").strip(), now)
    except WrongPasskey:
        return _form(_not_made()), HTTPStatus.UNPROCESSABLE_ENTITY
    if actions.codes_left(svcs.flask.get(Session), account_id=own.id):
        end_others(now)
        return redirect("/account/steps", HTTPStatus.SEE_OTHER)
    return show_new_codes(now)


@pages.post("/account/steps/passkey/ask")
@signed_in
def ask_passkey() -> Response:
    """Tell the browser which passkeys show who this is."""
    return _to_show(current_account())


@pages.post("/sign-in/passkey/ask")
@second_step
def ask_passkey_at_sign_in() -> Response:
    """Tell the browser which passkeys sign in."""
    return _to_show(who_waits().account)


@pages.post("/sign-in/enrol/passkey/new")
@enrolling
def begin_passkey_at_enrolment() -> Response:
    """Tell the browser what to make."""
    return _to_make(who_waits().account)


@pages.post("/sign-in/enrol/passkey")
@enrolling
def enrol_passkey() -> Page:
    """Take the passkey that the browser made, sign in, and show the recovery codes, once."""
    account, now = who_waits().account, datetime.now(UTC)
    try:
        _take_made(account, "", now)
    except WrongPasskey:
        return enrolment(_not_made()), HTTPStatus.UNPROCESSABLE_ENTITY
    return finish_enrolling(account, now)


def _to_make(account: Account) -> Response:
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    known = actions.list_passkeys(session, sealers, account_id=account.id)
    place = passkeys.place_of(settings.public_url)
    return _told(passkeys.creation_options(place, _challenge(), known))


def _to_show(account: Account) -> Response:
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    known = actions.list_passkeys(session, sealers, account_id=account.id)
    place = passkeys.place_of(settings.public_url)
    return _told(passkeys.request_options(place, _challenge(), known))


def _challenge() -> bytes:
    session, now = svcs.flask.get(Session), datetime.now(UTC)
    challenge = actions.begin_challenge(session, token=kept_token() or "", now=now)
    session.commit()
    return challenge


def _take_made(account: Account, label: str, now: datetime) -> None:
    """Add what the form tells of a new passkey; its challenge is over whatever comes of it."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    challenge = actions.take_challenge(session, token=kept_token() or "", now=now)
    session.commit()
    place, answer = passkeys.place_of(settings.public_url), request.form.get("credential", "")
    passkey, count = passkeys.read_new(place, challenge, answer)
    actions.add_passkey(
        session,
        sealers,
        account_id=account.id,
        passkey=passkey,
        count=count,
        label=label,
        now=now,
    )


def _not_made() -> str:
    return _("No passkey was made. Try once more, or use an app instead.")


def _told(options: str) -> Response:
    return Response(options, content_type="application/json")


def _form(trouble: str) -> str:
    label = request.form.get("label", "")
    return render_template("members/passkey.html", label=label, trouble=trouble)
