"""Signing in with the organisation's account: there, back, and what is still asked here."""

from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil
from uuid import UUID

import structlog
import svcs
from flask import abort, make_response, redirect, render_template, request, session
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.settings import Settings
from members import actions
from members.factors import FRESH
from members.guard import current, keep_token, kept_token, needs_no_token, public
from members.model import IDLE, STAFF, Account
from members.openid import OpenIdProvider, ProviderAway
from members.pages.blueprint import Page, pages
from members.pages.landing import first_page, is_local
from members.pages.proof import words_of_wait
from members.refusals import TooManyTries, WrongCredentials
from members.vouching import BACK, NotVouchedFor, Started, Vouched, Why
from storage.audit import Auditor
from storage.audit_chain import Act
from storage.engine import Singly
from storage.keys import Sealers

# In the signed cookie: a way to the provider and for whom, whom it vouched for, a mark to link.
WAY, WHOSE, VISIT, MARK = "openid", "openid_for", "openid_visit", "openid_mark"
FINISH = "/sign-in/openid/finish"
REFUSED, AWAY = "/sign-in/openid/refused", "/sign-in/openid/away"


@pages.get("/sign-in/openid")
@public
def go_to_provider() -> Page:
    """Lead to the provider."""
    account = current()
    if account is not None:
        return redirect(first_page(account), HTTPStatus.SEE_OTHER)
    return lead_there()


@pages.get(BACK)
@public
def come_back() -> Page:
    """Take the provider's answer: nothing of it stays in the address that follows."""
    now = datetime.now(UTC)
    kept, whose = session.pop(WAY, None), session.pop(WHOSE, "")
    try:
        if kept is None:
            raise NotVouchedFor(Why.STATE)  # noqa: TRY301 - told and logged like all others
        vouched = the_provider().who_came_back(
            Started(**kept), request.args, longest=FRESH if whose else IDLE, now=now
        )
        return _to_linking(vouched, whose, now) if whose else _to_finish(vouched, now)
    except NotVouchedFor as error:
        structlog.get_logger("members").warning("openid_refused", why=error.why.value)
        return redirect(REFUSED, HTTPStatus.SEE_OTHER)
    except ProviderAway as error:
        return away(error)


@pages.get(REFUSED)
@public
def refused_there() -> Page:
    """Say what to do, in the same words whatever the reason."""
    name = the_provider_name()
    words = _(
        "That did not work. Try again, or sign in with your working name and passphrase. An "
        "account with %(name)s opens nothing here before you have linked it, under Account.",
        name=name,
    )
    return _told(words)


@pages.get(AWAY)
@public
def away_there() -> Page:
    """Say that the provider does not answer."""
    words = _(
        "%(name)s does not answer. Try again in a minute, or sign in with your working name and "
        "passphrase.",
        name=the_provider_name(),
    )
    return _told(words)


@pages.get(FINISH)
@public
def finish_there() -> Page:
    """Ask for what the provider cannot know, or let go on."""
    account = _visitor(datetime.now(UTC))
    if account is None:
        return redirect(REFUSED, HTTPStatus.SEE_OTHER)
    return _finish_form(account, "")


@pages.post(FINISH)
@public
def sign_in_there() -> Page:
    """Compare the passphrase where it is needed, and sign in."""
    opened, sealers = svcs.flask.get(Session, Sealers)
    now, token = datetime.now(UTC), str(session.get(VISIT, ""))
    account = _visitor(now)
    if account is None:
        return redirect(REFUSED, HTTPStatus.SEE_OTHER)
    try:
        proved = _prove(account, now) if actions.needs_passphrase(account) else None
        new, account = actions.finish_visit(opened, sealers, token=token, proved=proved, now=now)
    except TooManyTries as error:
        page = _finish_form(account, words_of_wait(error)), HTTPStatus.TOO_MANY_REQUESTS
        answer = make_response(page)
        answer.retry_after = ceil(error.wait.total_seconds())
        return answer
    except WrongCredentials:
        words = _("This is not your passphrase. Try again.")
        return _finish_form(account, words), HTTPStatus.UNPROCESSABLE_ENTITY
    actions.sign_out(opened, token=kept_token() or "", now=now)  # of whoever was here before
    svcs.flask.get(Auditor).record(opened, Act.SIGNED_IN, by=account.id, now=now)
    opened.commit()
    after = keep_token(new)
    return redirect(after if is_local(after) else first_page(account), HTTPStatus.SEE_OTHER)


@pages.post("/sign-in/openid/ended")
@needs_no_token
@public
def end_session() -> Page:
    """Sign out whose session ended at the provider: it says so by itself, and signs it."""
    now, provider = datetime.now(UTC), the_provider()
    try:
        ended = provider.who_left(request.form.get("logout_token", ""), now=now)
    except NotVouchedFor as error:
        structlog.get_logger("members").warning("openid_logout_refused", why=error.why.value)
        abort(HTTPStatus.BAD_REQUEST)
    except ProviderAway:
        abort(HTTPStatus.SERVICE_UNAVAILABLE)
    opened, sealers = svcs.flask.get(Session, Sealers)
    issuer = provider.terms.issuer
    taken = actions.take_logout(
        opened,
        token_mark=sealers.members.fingerprint("openid logout", ended.token),
        subject_mark=actions.subject_mark(sealers, issuer=issuer, subject=ended.subject)
        if ended.subject
        else None,
        session_mark=actions.session_mark(sealers, issuer=issuer, session=ended.session)
        if ended.session
        else None,
        now=now,
    )
    opened.commit()
    return ("", HTTPStatus.NO_CONTENT) if taken else abort(HTTPStatus.BAD_REQUEST)


def lead_there(whose: UUID | None = None) -> Page:
    """Begin a way to the provider and back, to sign in or to link an account."""
    provider, now = the_provider(), datetime.now(UTC)
    started = Started.begin(now)
    try:
        there = provider.way_there(started, longest=FRESH if whose else IDLE, now=now)
    except ProviderAway as error:
        return away(error)
    session[WAY], session[WHOSE] = asdict(started), str(whose or "")
    return redirect(there, HTTPStatus.SEE_OTHER)


def the_provider() -> OpenIdProvider:
    """Return the provider; 404 where there is none."""
    the_provider_name()
    return svcs.flask.get(OpenIdProvider)


def the_provider_name() -> str:
    """Return what people call the provider; 404 where there is none."""
    settings = svcs.flask.get(Settings)
    if not settings.oidc_issuer:
        abort(HTTPStatus.NOT_FOUND)
    return settings.oidc_name


def away(error: ProviderAway) -> Page:
    """Log what is wrong with the provider, and lead to the page that says it is away."""
    structlog.get_logger("members").warning("openid_away", trouble=error.trouble.name.lower())
    return redirect(AWAY, HTTPStatus.SEE_OTHER)


def _to_finish(vouched: Vouched, now: datetime) -> Page:
    singly, sealers = svcs.flask.get(Singly, Sealers)
    issuer = the_provider().terms.issuer
    mark = actions.subject_mark(sealers, issuer=issuer, subject=vouched.subject)
    with singly.connect() as connection:
        account_id = actions.linked_account(connection, mark)
        if account_id is None:
            raise NotVouchedFor(Why.NOT_LINKED)
        session[VISIT] = actions.begin_visit(
            connection,
            account_id=account_id,
            session_mark=actions.session_mark(sealers, issuer=issuer, session=vouched.session),
            vouched_at=vouched.at,
            now=now,
        )
    return redirect(FINISH, HTTPStatus.SEE_OTHER)


def _to_linking(vouched: Vouched, whose: str, now: datetime) -> Page:
    account = current()
    if account is None or str(account.id) != whose:
        raise NotVouchedFor(Why.STATE)
    sealers = svcs.flask.get(Sealers)
    issuer = the_provider().terms.issuer
    mark = actions.subject_mark(sealers, issuer=issuer, subject=vouched.subject)
    session[MARK] = [mark.hex(), now.timestamp()]
    return redirect("/account/openid/confirm", HTTPStatus.SEE_OTHER)


def _visitor(now: datetime) -> Account | None:
    the_provider_name()
    opened, sealers = svcs.flask.get(Session, Sealers)
    token = str(session.get(VISIT, ""))
    return actions.visiting_account(opened, sealers, token=token, now=now)


def _prove(account: Account, now: datetime) -> actions.Proved:
    """Compare the passphrase; the try is committed first, as at any sign-in."""
    opened, sealers = svcs.flask.get(Session, Sealers)
    counted = actions.count_try(opened, sealers, name=account.name, now=now)
    opened.commit()
    return actions.settle_try(opened, counted, passphrase=request.form.get("passphrase", ""))


def _finish_form(account: Account, trouble: str) -> str:
    return render_template(
        "members/openid_finish.html",
        asks=actions.needs_passphrase(account),
        provider=the_provider_name(),
        trouble=trouble,
    )


def _told(words: str) -> Page:
    account = current()
    if account is not None and account.role in STAFF:
        page = linking_page(account, words)
    else:
        page = render_template("members/sign_in.html", name="", trouble=words)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def linking_page(account: Account, trouble: str) -> str:
    """Return the page of one's own link."""
    since = actions.linked_since(svcs.flask.get(Session), account_id=account.id)
    return render_template(
        "members/openid.html", provider=the_provider_name(), since=since, trouble=trouble
    )
