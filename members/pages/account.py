"""One's own account: what it is, its name and passphrase, and where it is signed in."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import abort, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.areas import load_areas
from config.settings import Settings
from members import actions, passphrases
from members.guard import current_account, forget_token, fresh, keep_token, kept_token, signed_in
from members.model import AT_RISK, NoSuchAccount
from members.pages.blueprint import Page, pages
from members.pages.hours import time_of
from members.pages.noticing import commit_and_tell
from members.pages.proof import NotProven, asks_for_code, asks_for_passkey, prove_oneself
from members.refusals import NameRefused, PassphraseRefused
from storage.keys import Sealers


@pages.get("/account")
@signed_in
def account() -> Page:
    """Show the account, its contacts, what it hears of, and where it is signed in."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    own, now = current_account(), datetime.now(UTC)
    return render_template(
        "members/account.html",
        own=own,
        at_risk=own.role in AT_RISK,
        contacts={
            contact.channel: contact
            for contact in actions.list_contacts(session, sealers, account_id=own.id)
        },
        preferences=actions.preferences(session, own.id),
        time_of=time_of,
        areas=load_areas(settings),
        sign_ins=actions.list_sign_ins(
            session, account_id=own.id, token=kept_token() or "", now=now
        ),
        codes_left=_codes_left(session, own.id),
        applicants=actions.count_applicants(session) if own.is_lead else 0,
    )


@pages.get("/account/name")
@signed_in
def name() -> Page:
    """Show the form for another working name."""
    return render_template("members/name.html", name=current_account().name, errors={})


@pages.post("/account/name")
@signed_in
@fresh
def rename() -> Page:
    """Take another working name."""
    session, sealers = svcs.flask.get(Session, Sealers)
    typed = request.form.get("name", "")
    try:
        actions.rename(session, sealers, account_id=current_account().id, name=typed)
    except NameRefused as error:
        errors = {"name": _(str(error))}
        page = render_template("members/name.html", name=typed, errors=errors)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    commit_and_tell(current_account().id, datetime.now(UTC))
    return redirect("/account", HTTPStatus.SEE_OTHER)


@pages.get("/account/passphrase")
@signed_in
def passphrase() -> Page:
    """Show the form for another passphrase."""
    return _passphrase_form({})


@pages.post("/account/passphrase")
@signed_in
def change_passphrase() -> Page:
    """Take another passphrase, and sign out everywhere but here."""
    session, settings = svcs.flask.get(Session, Settings)
    own, now = current_account(), datetime.now(UTC)
    new = request.form.get("new_passphrase", "")
    try:
        passphrases.accept(new, name=own.name, also=(settings.instance_name,))
        proved = prove_oneself(now)
    except PassphraseRefused as error:
        return _passphrase_again({"new_passphrase": _(str(error))})
    except NotProven as error:
        return _passphrase_again({"passphrase": str(error)})
    proved = actions.change_passphrase(session, proved, name=own.name, new=new, now=now)
    token = actions.begin_sign_in(session, proved, now=now, both_seen=True)
    commit_and_tell(own.id, now)
    keep_token(token)
    return redirect("/account", HTTPStatus.SEE_OTHER)


@pages.post("/account/sign-ins/<uuid:sign_in_id>/end")
@signed_in
def end_sign_in(sign_in_id: UUID) -> Page:
    """Sign out in one other place."""
    session, now = svcs.flask.get(Session), datetime.now(UTC)
    try:
        actions.end_sign_in(
            session, account_id=current_account().id, sign_in_id=sign_in_id, now=now
        )
    except NoSuchAccount:
        abort(HTTPStatus.NOT_FOUND)
    session.commit()
    return redirect("/account", HTTPStatus.SEE_OTHER)


@pages.post("/account/sign-ins/end")
@signed_in
def end_all_sign_ins() -> Page:
    """Sign out everywhere, here too."""
    session, now = svcs.flask.get(Session), datetime.now(UTC)
    actions.sign_out_everywhere(session, account_id=current_account().id, now=now)
    session.commit()
    forget_token()
    return redirect("/sign-in", HTTPStatus.SEE_OTHER)


def _codes_left(session: Session, account_id: UUID) -> int | None:
    """Return how many recovery codes are left, or None where there is no second step."""
    if not actions.has_factor(session, account_id):
        return None
    return actions.codes_left(session, account_id=account_id)


def _passphrase_again(errors: dict[str, str]) -> Page:
    return _passphrase_form(errors), HTTPStatus.UNPROCESSABLE_ENTITY


def _passphrase_form(errors: dict[str, str]) -> str:
    return render_template(
        "members/passphrase.html",
        errors=errors,
        with_code=asks_for_code(),
        with_passkey=asks_for_passkey(),
    )
