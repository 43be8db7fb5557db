"""One's phone and email: enter it, type the code that arrives there, and it is confirmed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import format_timedelta
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.settings import Settings
from members import actions
from members.guard import current_account, signed_in
from members.model import CodeOutcome, CodeWording
from members.pages.blueprint import Page, pages
from members.pages.noticing import commit_and_tell
from members.pages.proof import require_fresh
from members.refusals import ContactRefused, TooManyCodes
from messages.model import Channel, Queue
from storage.keys import Sealers
from storage.queue import JobQueue


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was typed into a field and why it was refused."""

    field: str
    typed: str
    words: str


@pages.get("/account/phone")
@signed_in
def phone() -> Page:
    """Show where the phone stands: nothing yet, a code on its way, or confirmed."""
    return _page(Channel.SMS)


@pages.post("/account/phone")
@signed_in
def send_phone() -> Page:
    """Take the next step with the phone."""
    return _step(Channel.SMS)


@pages.get("/account/email")
@signed_in
def email() -> Page:
    """Show where the email stands: nothing yet, a code on its way, or confirmed."""
    return _page(Channel.EMAIL)


@pages.post("/account/email")
@signed_in
def send_email() -> Page:
    """Take the next step with the email."""
    return _step(Channel.EMAIL)


def _step(channel: Channel) -> Page:
    refusal = None
    match request.form.get("step"):
        case "code":
            refusal = _confirm(channel, request.form.get("code", ""))
        case "remove":
            _remove(channel)
        case "again":
            _write_again(channel)
        case _:
            refusal = _send_code(channel, request.form.get("address", ""))
    if refusal is not None:
        return _page(channel, refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(_address_of(channel), HTTPStatus.SEE_OTHER)


def _send_code(channel: Channel, typed: str) -> Refusal | None:
    session, sealers, settings, queue = svcs.flask.get(Session, Sealers, Settings, JobQueue)
    require_fresh(datetime.now(UTC))  # a new passphrase can be had by what is confirmed next
    try:
        cause_id = actions.request_code(
            session,
            sealers,
            account_id=current_account().id,
            channel=channel,
            entry=typed,
            region=settings.home_region,
            wording=_wording(),
            now=datetime.now(UTC),
        )
    except ContactRefused as error:
        return Refusal("address", typed, _(str(error)))
    except TooManyCodes as error:
        words = _(
            "Three codes were sent within the last hour. Try again in %(wait)s.",
            wait=format_timedelta(error.wait, threshold=1.2),
        )
        return Refusal("address", typed, words)
    session.commit()
    queue.wake("drain", str(cause_id), channel, queue=Queue.SERVICE)
    return None


def _confirm(channel: Channel, typed: str) -> Refusal | None:
    session, sealers = svcs.flask.get(Session, Sealers)
    own, now, before = current_account(), datetime.now(UTC), _contacts()
    outcome = actions.confirm_code(
        session, sealers, account_id=own.id, channel=channel, code=typed, now=now
    )
    if outcome is CodeOutcome.CONFIRMED:
        commit_and_tell(own.id, now, formerly=before)
    session.commit()
    match outcome:
        case CodeOutcome.WRONG:
            return Refusal("code", "", _("That is not the code we sent. Look at it once more."))
        case CodeOutcome.OVER:
            return Refusal("address", "", _("That code works no longer. Ask for a new one."))
    return None


def _remove(channel: Channel) -> None:
    session = svcs.flask.get(Session)
    own, now, before = current_account(), datetime.now(UTC), _contacts()
    actions.part_with(session, account_id=own.id, channel=channel, now=now)
    commit_and_tell(own.id, now, formerly=before)


def _contacts() -> tuple[UUID, ...]:
    """Return the confirmed contacts from before a change, which are told of it too."""
    session, sealers = svcs.flask.get(Session, Sealers)
    known = actions.list_contacts(session, sealers, account_id=current_account().id)
    return tuple(each.id for each in known)


def _write_again(channel: Channel) -> None:
    session = svcs.flask.get(Session)
    actions.write_again(session, account_id=current_account().id, channel=channel)
    session.commit()


def _wording() -> CodeWording:
    """Return neutral words: somebody else may see them light up."""
    return CodeWording(
        subject=_("Your code"), body=_("{code} is your code. It works for 15 minutes.")
    )


def _address_of(channel: Channel) -> str:
    return url_for("members.phone" if channel is Channel.SMS else "members.email")


def _page(channel: Channel, refusal: Refusal | None = None) -> str:
    session, sealers = svcs.flask.get(Session, Sealers)
    own = current_account()
    confirmed = [
        contact
        for contact in actions.list_contacts(session, sealers, account_id=own.id)
        if contact.channel == channel
    ]
    asked_for_another = "another" in request.args or (refusal and refusal.field == "address")
    return render_template(
        "members/contact.html",
        channel=channel,
        action=_address_of(channel),
        refusal=refusal,
        errors={refusal.field: refusal.words} if refusal else {},
        confirmed=confirmed[0] if confirmed else None,
        sent=None
        if asked_for_another
        else actions.sent_code(
            session, sealers, account_id=own.id, channel=channel, now=datetime.now(UTC)
        ),
    )
