"""A forgotten passphrase: ask for a code, type it, choose another passphrase."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import format_timedelta
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.settings import Settings
from members import actions, passphrases
from members.guard import keep_token, kept_token, public
from members.model import CASEWORK, STAFF, Account
from members.pages.blueprint import Page, pages
from members.pages.landing import first_page
from members.pages.noticing import commit_and_tell
from members.pages.proof import NotProven, prove_second
from members.refusals import FactorMissing, PassphraseRefused, ResetOver, TooManyCodes
from messages.model import Channel, Queue
from storage.audit import Auditor
from storage.audit_chain import Act
from storage.keys import Sealers
from storage.queue import JobQueue


@pages.get("/sign-in/forgotten")
@public
def forgotten() -> Page:
    """Ask for the working name."""
    return render_template("members/forgotten.html", name="", trouble="")


@pages.post("/sign-in/forgotten")
@public
def ask_for_reset() -> Page:
    """Send a code to whoever has the name; the answer is the same if nobody has it."""
    session, sealers, settings, queue = svcs.flask.get(Session, Sealers, Settings, JobQueue)
    name, link = request.form.get("name", ""), url_for("members.reset_code")
    try:
        cause_id = actions.ask_for_reset(
            session,
            sealers,
            name=name,
            link=f"{settings.public_url}{link}",
            now=datetime.now(UTC),
        )
    except TooManyCodes as error:
        session.rollback()
        words = _(
            "Three codes were asked for within a day. Try again in %(wait)s.",
            wait=format_timedelta(error.wait, threshold=1.2),
        )
        page = render_template("members/forgotten.html", name=name, trouble=words)
        return page, HTTPStatus.TOO_MANY_REQUESTS
    session.commit()
    for channel in Channel:
        queue.wake("drain", str(cause_id), channel, queue=Queue.SERVICE)
    return redirect(link, HTTPStatus.SEE_OTHER)


@pages.get("/again")
@public
def reset_code() -> Page:
    """Ask for the code."""
    return _code_page("")


@pages.post("/again")
@public
def open_reset() -> Page:
    """Look whether a code works, and ask for the rest with what it will cost."""
    try:
        return _form(_whose(), {})
    except NotProven as error:
        return _code_page(str(error)), HTTPStatus.UNPROCESSABLE_ENTITY


@pages.post("/again/new")
@public
def reset_passphrase() -> Page:
    """Take the code, the second step and another passphrase, and sign in."""
    session, sealers = svcs.flask.get(Session, Sealers)
    form, now = request.form, datetime.now(UTC)
    new = form.get("new_passphrase", "")
    try:
        account = _whose()
    except NotProven as error:
        return _code_page(str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        here = svcs.flask.get(Settings).instance_name
        passphrases.accept(new, name=account.name, also=(here,))
        if actions.has_factor(session, account.id):
            prove_second(account.id, form.get("second_code", ""), now)
    except PassphraseRefused as error:
        return _form(account, {"new_passphrase": _(str(error))}), HTTPStatus.UNPROCESSABLE_ENTITY
    except NotProven as error:
        return _form(account, {"second_code": str(error)}), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        proved = actions.reset_passphrase(
            session, sealers, code=form.get("code", ""), new=new, now=now
        )
    except (ResetOver, FactorMissing):  # used by somebody else since it was looked at
        session.rollback()
        return _code_page(_over()), HTTPStatus.UNPROCESSABLE_ENTITY
    return _sign_in(account, proved, now)


def _sign_in(account: Account, proved: actions.Proved, now: datetime) -> Page:
    """Sign in whose code and second step were seen just now, and tell the account's contacts."""
    session, auditor = svcs.flask.get(Session, Auditor)
    actions.sign_out(session, token=kept_token() or "", now=now)  # of whoever was here before
    token = actions.begin_sign_in(session, proved, now=now, both_seen=True)
    if account.role in STAFF:
        auditor.record(session, Act.ACCESS_RECOVERED, by=account.id, on=account.id, now=now)
        auditor.record(session, Act.SIGNED_IN, by=account.id, now=now)
    commit_and_tell(account.id, now)
    keep_token(token)
    return redirect(first_page(account), HTTPStatus.SEE_OTHER)


def _whose() -> Account:
    """Return whose passphrase the code in the form sets anew; raises NotProven with the words."""
    session, sealers = svcs.flask.get(Session, Sealers)
    code = request.form.get("code", "")
    try:
        return actions.whose_reset(session, sealers, code=code, now=datetime.now(UTC))
    except ResetOver:
        raise NotProven(_over()) from None
    except FactorMissing:
        words = _("You have no second step yet, so a colleague has to help. Talk to one.")
        raise NotProven(words) from None


def _over() -> str:
    return _("This code does not work. Look at it once more, or ask for a new one.")


def _code_page(trouble: str) -> str:
    return render_template("members/forgotten_code.html", trouble=trouble)


def _form(account: Account, errors: dict[str, str]) -> str:
    return render_template(
        "members/forgotten_new.html",
        code=request.form.get("code", ""),
        with_code=actions.has_factor(svcs.flask.get(Session), account.id),
        at_desk=account.role in CASEWORK,
        errors=errors,
    )
