"""Consents of a case and what was passed on: at the desk, and in the person's own view."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from casework import actions
from casework.consents import (
    LONGEST_PASSED_ON,
    SWITCHES,
    WAYS,
    CaseConsent,
    GivenHow,
    NotGiven,
)
from casework.disclosing import LONGEST_RECIPIENT
from casework.keys import Person
from casework.pages.blueprint import Page, caseworkers, pages
from casework.pages.case import case_page
from casework.pages.kept import fresh_code, keep, kept_code
from members.guard import current_account, public, signed_in
from members.opening import own_reader
from members.recording import put_on_record
from members.typed import TypedForm
from storage.audit_chain import Act
from storage.keys import Sealers


@dataclass(frozen=True, slots=True)
class Door:
    """A case as the person reached it: by its code, or by its reference in their account."""

    person: Person
    reference: str = ""

    def way(self) -> str:
        """Return the address of its consents."""
        if self.reference:
            return url_for("casework.read_own_consents", reference=self.reference)
        return url_for("casework.read_consents")


# At the desk


@pages.post("/desk/cases/<uuid:case_id>/consents")
@caseworkers
def write_consent(case_id: UUID) -> Page:
    """Write down that the person said yes, or took it back."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    account, now = current_account(), datetime.now(UTC)
    ended = typed.one_of("end", CaseConsent)
    if ended is not None:
        actions.end_case_consent(session, account, case_id, switch=ended, now=now)
    else:
        switch, how = typed.one_of("consent-switch", CaseConsent), _how(typed)
        if switch is None:
            typed.errors["consent-switch"] = _("Say to what they said yes.")
        if switch is None or how is None:
            return case_page(case_id, typed), HTTPStatus.UNPROCESSABLE_ENTITY
        line = _("You said yes to: %(what)s. %(how)s.", what=_(SWITCHES[switch]), how=_(WAYS[how]))
        actions.give_case_consent(
            session, own_reader(), account, case_id, switch=switch, line=line, now=now
        )
    put_on_record(Act.CASE_CONSENTED, on=case_id)
    session.commit()
    return _to(case_id)


@pages.post("/desk/cases/<uuid:case_id>/passed-on")
@caseworkers
def write_passed_on(case_id: UUID) -> Page:
    """Write down word for word what is passed on, under a consent that stands."""
    session, sealers = svcs.flask.get(Session, Sealers)
    typed = TypedForm(form=request.form)
    switch, recipient, words = _passed_on(typed)
    if typed.errors or switch is None:
        return case_page(case_id, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        actions.pass_on(
            session,
            sealers,
            own_reader(),
            current_account(),
            case_id,
            switch=switch,
            recipient=recipient,
            words=words,
            now=datetime.now(UTC),
        )
    except NotGiven:
        session.rollback()
        typed.errors["passed-switch"] = _("They did not agree to this, or took it back.")
        return case_page(case_id, typed), HTTPStatus.CONFLICT
    put_on_record(Act.DISCLOSURE_TOLD, on=case_id)
    session.commit()
    return _to(case_id)


def _how(typed: TypedForm) -> GivenHow | None:
    how = typed.one_of("consent-how", GivenHow)
    if how is None:
        typed.errors["consent-how"] = _("Say how they said it.")
    return how


def _passed_on(typed: TypedForm) -> tuple[CaseConsent | None, str, str]:
    switch = typed.one_of("passed-switch", CaseConsent)
    recipient = typed.line("passed-recipient", longest=LONGEST_RECIPIENT)
    words = typed.words("passed-words", longest=LONGEST_PASSED_ON)
    if switch is None:
        typed.errors["passed-switch"] = _("Choose under which consent.")
    if not recipient:
        typed.errors.setdefault("passed-recipient", _("Say who gets it."))
    if not words:
        typed.errors.setdefault("passed-words", _("Write exactly what is passed on."))
    return switch, recipient, words


def _to(case_id: UUID) -> Response:
    address = url_for("casework.read_case", case_id=case_id)
    return redirect(f"{address}#disclosures", HTTPStatus.SEE_OTHER)


# For the person


@pages.get("/case/consents")
@public
def read_consents() -> Page:
    """Show what may go to whom, and what went, to whoever used the code just now."""
    now = datetime.now(UTC)
    code = fresh_code(now)
    if not code:
        return redirect("/case", HTTPStatus.SEE_OTHER)
    keep(code, now)
    return _page(_by_code(code))


@pages.post("/case/consents")
@public
def change_consents() -> Response:
    """Take one back."""
    code = kept_code()
    return _take_back(_by_code(code)) if code else redirect("/case", HTTPStatus.SEE_OTHER)


@pages.get("/account/cases/<reference>/consents")
@signed_in
def read_own_consents(reference: str) -> str:
    """Show them of a case of an account."""
    return _page(_by_account(reference))


@pages.post("/account/cases/<reference>/consents")
@signed_in
def change_own_consents(reference: str) -> Response:
    """Take one back."""
    return _take_back(_by_account(reference))


def _by_code(code: str) -> Door:
    return Door(Person.by_code(svcs.flask.get(Sealers).reports, code))


def _by_account(reference: str) -> Door:
    return Door(Person.by_account(own_reader().private), reference)


def _page(door: Door) -> str:
    session = svcs.flask.get(Session)
    consents, told = actions.own_consents(session, door.person, reference=door.reference)
    return render_template(
        "casework/own_consents.html", door=door, consents=consents, told=told, switches=SWITCHES
    )


def _take_back(door: Door) -> Response:
    session = svcs.flask.get(Session)
    switch = next((each for each in CaseConsent if each == request.form.get("off")), None)
    if switch is None:
        abort(HTTPStatus.BAD_REQUEST)
    actions.take_back_own(
        session, door.person, reference=door.reference, switch=switch, now=datetime.now(UTC)
    )
    session.commit()
    return redirect(door.way(), HTTPStatus.SEE_OTHER)
