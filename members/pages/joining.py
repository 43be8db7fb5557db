"""Asking to join: few questions, and plain words on what happens with the answers.

A name is never refused because somebody has it: the service adds a number to every name. So this
page tells nobody which names there are.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.settings import Settings
from members import actions, names, passphrases
from members.cover import COVER_WORDS
from members.guard import keep_token, public
from members.model import LONGEST_ORGANISATION, LONGEST_STATEMENT, Application, Role
from members.pages.blueprint import Page, pages
from members.refusals import NameRefused, PassphraseRefused, TooManyTries, WrongCredentials
from storage.keys import Sealers

FIELDS = ("name", "role", "organisation", "statement", "draw")
ROLES = {role.value: role for role in (Role.MEMBER, Role.PRACTITIONER)}
ENGLISH = "en"

Typed = Mapping[str, str]


@pages.get("/join")
@public
def join() -> Page:
    """Show the form."""
    return _form({**dict.fromkeys(FIELDS, ""), "draw": actions.new_draw()}, {})


@pages.post("/join")
@public
def apply() -> Page:
    """Keep an application, and sign the applicant in so that they can add a contact."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    passphrase = request.form.get("passphrase", "")
    errors = _faults(typed, passphrase)
    session, now = svcs.flask.get(Session), datetime.now(UTC)
    if not errors:
        try:
            proved = _apply(typed, passphrase, now)
            token = actions.begin_sign_in(session, proved, now=now)
        except NameRefused as error:
            errors = {"name": _(str(error))}
    if errors:
        return _form(typed, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    session.commit()
    keep_token(token)
    return redirect("/join/done", HTTPStatus.SEE_OTHER)


@pages.get("/join/done")
@public
def joined() -> Page:
    """Say what happens next."""
    return render_template("members/joined.html")


def _apply(typed: Typed, passphrase: str, now: datetime) -> actions.Proved:
    """Return the account of an application; one that is sent twice is kept once.

    Both computations happen always: whether a name was free is not to be told by the time either.
    """
    session, sealers = svcs.flask.get(Session, Sealers)
    sent_before = _sent_before(typed, passphrase, now)
    if sent_before is not None:
        return sent_before
    number = actions.free_number(session, sealers, name=typed["name"], draw=typed["draw"])
    application = Application(
        name=typed["name"],
        number=number,
        role=ROLES[typed["role"]],
        statement=typed["statement"],
        organisation=typed["organisation"],
        language=_language(),
    )
    try:
        return actions.apply(
            session, sealers, application=application, passphrase=passphrase, now=now
        )
    except NameRefused:
        sent_at_once = _sent_before(typed, passphrase, now)
        if sent_at_once is None:
            raise
        return sent_at_once


def _sent_before(typed: Typed, passphrase: str, now: datetime) -> actions.Proved | None:
    """Return the account that this very form made, if it was sent before."""
    session, sealers = svcs.flask.get(Session, Sealers)
    number = actions.first_number(sealers, name=typed["name"], draw=typed["draw"])
    name = names.numbered(names.normalised(typed["name"]), number)
    try:
        counted = actions.count_try(session, sealers, name=name, now=now)
        session.commit()
        return actions.settle_try(session, counted, passphrase=passphrase)
    except (WrongCredentials, TooManyTries):
        return None


def _faults(typed: Typed, passphrase: str) -> dict[str, str]:
    """Return what is wrong, by field, in the page's order."""
    found = {
        "name": _refusal_of_name(typed["name"]),
        "passphrase": _refusal_of_passphrase(passphrase, typed["name"]),
        "role": "" if typed["role"] in ROLES else _("Choose one of the two."),
        "organisation": _refusal_of_organisation(typed),
        "statement": _refusal_of_statement(typed["statement"]),
    }
    return {name: words for name, words in found.items() if words}


def _refusal_of_name(name: str) -> str:
    try:
        names.normalised(name)
    except NameRefused as error:
        return _(str(error))
    return ""


def _refusal_of_passphrase(passphrase: str, name: str) -> str:
    try:
        here = svcs.flask.get(Settings).instance_name
        passphrases.accept(passphrase, name=name, also=(here,))
    except PassphraseRefused as error:
        return _(str(error))
    return ""


def _refusal_of_organisation(typed: Typed) -> str:
    if typed["role"] == Role.PRACTITIONER and not typed["organisation"]:
        return _("Enter the name of your organisation.")
    if len(typed["organisation"]) > LONGEST_ORGANISATION:
        return _("Shorten this to %(most)s characters.", most=LONGEST_ORGANISATION)
    return ""


def _refusal_of_statement(statement: str) -> str:
    if not statement:
        return _("Tell us one thing by which we can get to know you.")
    if len(statement) > LONGEST_STATEMENT:
        return _("Shorten this to %(most)s characters.", most=LONGEST_STATEMENT)
    return ""


def _language() -> str:
    """Return the page's language if messages are written in it, else English."""
    found = str(get_locale() or ENGLISH).replace("_", "-")
    return found if found in COVER_WORDS else ENGLISH


def _form(typed: Typed, errors: Mapping[str, str]) -> str:
    return render_template("members/join.html", typed=typed, errors=errors)
