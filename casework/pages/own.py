"""A person's own view of their case: where it stands, what comes next, what was said since.

Whoever holds the code comes in by the code; who kept it in their account finds it there. What they
wrote first is not shown again: somebody else may look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from types import MappingProxyType

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casework import actions
from casework.keys import Person
from casework.model import LONGEST_LINE, CaseState, NoSuchCase
from casework.pages.blueprint import Page, pages
from casework.pages.kept import forget, fresh_code, keep, kept_code
from members.guard import public, signed_in
from members.opening import own_reader
from members.typed import TypedForm
from reports.codes import read_receipt_code
from reports.refusals import NoSuchReceipt
from reports.wording import N_
from storage.keys import Sealers

STATES: Mapping[CaseState, tuple[str, str]] = MappingProxyType(
    {
        CaseState.NEW: (N_("We have it"), N_("Nobody has taken it on yet.")),
        CaseState.OPEN: (N_("Somebody is on it"), N_("A caseworker has taken it on.")),
        CaseState.WAITING: (
            N_("It waits for somebody else"),
            N_("For you, for a service or for an office. We keep an eye on it meanwhile."),
        ),
        CaseState.CLOSED: (
            N_("It is closed"),
            N_("If you need us again, write below: somebody reads it."),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Door:
    """A case as the person reached it: by its code, or by its reference in their account."""

    person: Person
    reference: str = ""

    def way(self) -> str:
        """Return the address of its page."""
        if self.reference:
            return url_for("casework.read_own", reference=self.reference)
        return url_for("casework.come_back")

    def sends_to(self) -> str:
        """Return the address that takes a line."""
        if self.reference:
            return url_for("casework.write_to_own", reference=self.reference)
        return url_for("casework.write_line")


@pages.get("/case")
@public
def come_back() -> Page:
    """Show the case of the code that was used just now, or ask for the code."""
    now = datetime.now(UTC)
    code = fresh_code(now)
    if not code:
        return _ask()
    keep(code, now)
    return _page(_by_code(code), TypedForm(form=MultiDict()))


@pages.post("/case")
@public
def open_with_code() -> Page:
    """Take a code, and what was written before it was asked for."""
    typed = TypedForm(form=request.form)
    entry = request.form.get("code", "")
    try:
        code = read_receipt_code(entry)
        door = _by_code(code)
        actions.own_case(svcs.flask.get(Session), door.person)
    except (NoSuchReceipt, NoSuchCase):
        wrong = _("Nothing opens with this code. Please compare each character.")
        return _ask(entry=entry, wrong=wrong, line=typed.form.get("line", "")), 422
    keep(code, datetime.now(UTC))
    if typed.form.get("line"):
        return _page(door, typed)
    return redirect(door.way(), HTTPStatus.SEE_OTHER)


@pages.post("/case/write")
@public
def write_line() -> Page:
    """Add what they write; without a code it is kept until the code is typed."""
    code = kept_code()
    if not code:
        return _ask(line=request.form.get("line", "")), HTTPStatus.UNPROCESSABLE_ENTITY
    return _write(_by_code(code))


@pages.post("/case/forget")
@public
def forget_code() -> Response:
    """Forget the code on this device."""
    forget()
    return redirect("/", HTTPStatus.SEE_OTHER)


@pages.get("/account/cases")
@signed_in
def own_list() -> str:
    """List the cases of an account."""
    person = Person.by_account(own_reader().private)
    found = actions.own_cases(svcs.flask.get(Session), person)
    return render_template("casework/own_list.html", cards=found, states=STATES)


@pages.get("/account/cases/<reference>")
@signed_in
def read_own(reference: str) -> str:
    """Show one of them."""
    return _page(_by_account(reference), TypedForm(form=MultiDict()))


@pages.post("/account/cases/<reference>")
@signed_in
def write_to_own(reference: str) -> Page:
    """Add what they write to one of them."""
    return _write(_by_account(reference))


def _by_code(code: str) -> Door:
    return Door(Person.by_code(svcs.flask.get(Sealers).reports, code))


def _by_account(reference: str) -> Door:
    return Door(Person.by_account(own_reader().private), reference)


def _ask(*, entry: str = "", wrong: str = "", line: str = "") -> str:
    return render_template(
        "casework/return.html",
        code=entry,
        line=line,
        errors={"code": wrong} if wrong else {},
        again=bool(kept_code()),
    )


def _page(door: Door, typed: TypedForm) -> str:
    session = svcs.flask.get(Session)
    return render_template(
        "casework/own.html",
        door=door,
        found=actions.own_case(session, door.person, reference=door.reference),
        typed=typed.form,
        errors=typed.errors,
        states=STATES,
        longest=LONGEST_LINE,
        now=datetime.now(UTC),
    )


def _write(door: Door) -> Page:
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    text = typed.words("line", longest=LONGEST_LINE)
    if not text:
        typed.errors["line"] = _("Write a line first.")
    if typed.errors:
        return _page(door, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    actions.write_own_line(
        session, door.person, reference=door.reference, text=text, now=datetime.now(UTC)
    )
    session.commit()
    return redirect(door.way() + "#lines", HTTPStatus.SEE_OTHER)
