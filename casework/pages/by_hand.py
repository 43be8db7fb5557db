"""A case that a caseworker opens: somebody rang, or came to the door."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from casework import actions
from casework.keys import Person
from casework.model import LONGEST_WORDS, CaseCard, CaseSource, Intake, Reach
from casework.pages import words as wording
from casework.pages.blueprint import Page, caseworkers, pages
from config.settings import Settings
from members.addresses import LONGEST_ENTRY, to_ring
from members.guard import current_account
from members.recording import put_on_record
from members.refusals import ContactRefused
from members.typed import TypedForm
from messages.model import Channel
from reports.actions import NoSuchReport
from reports.codes import in_groups, new_receipt_code
from storage.audit_chain import Act
from storage.keys import Sealers

WRITTEN_TO = {Reach.TEXT: Channel.SMS, Reach.EMAIL: Channel.EMAIL}


@pages.get("/desk/cases/new")
@caseworkers
def new_case() -> str:
    """Show the form; a report's page leads here with its reference."""
    return _form(TypedForm(form=MultiDict({"report": request.args.get("report", "")})))


@pages.post("/desk/cases/new")
@caseworkers
def open_by_hand() -> Page:
    """Open a case for whoever opens it, and show the code once, to be read out to the person."""
    typed = TypedForm(form=request.form)
    intake = _intake(typed)
    if typed.errors:
        return _form(typed), HTTPStatus.UNPROCESSABLE_ENTITY
    session, code = svcs.flask.get(Session), new_receipt_code()
    try:
        card = _open(intake, code, report=typed.line("report").upper())
    except NoSuchReport:
        session.rollback()
        typed.errors["report"] = _("No report has this reference. Compare each character.")
        return _form(typed), HTTPStatus.UNPROCESSABLE_ENTITY
    put_on_record(Act.CASE_OPENED, on=card.id)
    session.commit()
    if not typed.ticked("with-code"):
        return redirect(url_for("casework.read_case", case_id=card.id), HTTPStatus.SEE_OTHER)
    return render_template("casework/read_out.html", card=card, code=in_groups(code))


def _open(intake: Intake, code: str, *, report: str) -> CaseCard:
    """Open a case that is taken at once, linked with a report if one is named."""
    session, sealers = svcs.flask.get(Session, Sealers)
    account, now = current_account(), datetime.now(UTC)
    card, _key = actions.open_case(
        session,
        sealers,
        person=Person.by_code(sealers.reports, code),
        source=CaseSource.BY_HAND,
        intake=intake,
        language=str(get_locale() or "en").replace("_", "-"),
        now=now,
    )
    actions.take(session, account, card.id)
    if report:
        actions.link_report(session, account, card.id, reference=report, now=now)
    return card


def _intake(typed: TypedForm) -> Intake:
    """Return what was asked for; what is wrong goes to the form, in the page's order."""
    words = typed.words("words", longest=LONGEST_WORDS)
    if not words and "words" not in typed.errors:
        typed.errors["words"] = _("Write what it is about.")
    reach = typed.one_of("reach", Reach) or Reach.HERE
    return Intake(
        words=words,
        reach=reach,
        address=_address(typed, reach),
        called=typed.line("called"),
        safe_times=typed.line("safe-times"),
        safe_word=typed.line("safe-word"),
        no_message=typed.ticked("no-message"),
        speaks=typed.line("speaks"),
    )


def _address(typed: TypedForm, reach: Reach) -> str:
    """Return the number or address, if one is needed."""
    region = svcs.flask.get(Settings).home_region
    if reach in WRITTEN_TO:
        return typed.address("address", region=region, channel=WRITTEN_TO[reach])
    entry = typed.line("address", longest=LONGEST_ENTRY)
    if reach is Reach.HERE or "address" in typed.errors:
        return ""
    try:
        return to_ring(entry, region=region)
    except ContactRefused as error:
        typed.errors["address"] = _(str(error))
        return ""


def _form(typed: TypedForm) -> str:
    return render_template(
        "casework/new_case.html",
        typed=typed.form,
        errors=typed.errors,
        reaches=[(each.value, _(words)) for each, words in wording.REACHES.items()],
        longest=LONGEST_WORDS,
    )
