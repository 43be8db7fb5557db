"""Working on a case: taking it, handing it over, letting a colleague in, closing it."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from casework import actions
from casework.model import CaseMoved, CaseState, NoSuchColleague, Outcome
from casework.pages.blueprint import Page, caseworkers, pages
from casework.pages.case import case_page
from casework.pages.looks import next_look
from members.guard import current_account
from members.opening import own_reader
from members.recording import put_on_record
from members.typed import TypedForm
from storage.audit_chain import Act
from storage.record_keys import NotOpenedYet


@pages.post("/desk/cases/<uuid:case_id>/take")
@caseworkers
def take_case(case_id: UUID) -> Page:
    """Take a case that nobody took."""
    session = svcs.flask.get(Session)
    return _do(case_id, Act.CASE_TAKEN, lambda: actions.take(session, current_account(), case_id))


@pages.post("/desk/cases/<uuid:case_id>/hand-over")
@caseworkers
def hand_over_case(case_id: UUID) -> Page:
    """Hand a case to a colleague; whoever hands it over may be out of it then."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    to = _colleague(typed, "hand-to")
    if to is None:
        return _refused(case_id, typed)
    return _do(
        case_id,
        Act.CASE_HANDED_OVER,
        lambda: actions.hand_over(
            session,
            own_reader(),
            current_account(),
            case_id,
            to=to,
            stay=typed.ticked("hand-stay"),
        ),
        after=url_for("casework.cases"),
    )


@pages.post("/desk/cases/<uuid:case_id>/let-in")
@caseworkers
def let_in(case_id: UUID) -> Page:
    """Let a colleague into a case."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    to = _colleague(typed, "let-in")
    if to is None:
        return _refused(case_id, typed)
    return _do(
        case_id,
        Act.CASE_LET_IN,
        lambda: actions.share(session, own_reader(), current_account(), case_id, to=to),
    )


@pages.post("/desk/cases/<uuid:case_id>/shut-out/<uuid:account_id>")
@caseworkers
def shut_out(case_id: UUID, account_id: UUID) -> Page:
    """Close a case to a colleague who was let in."""
    session = svcs.flask.get(Session)
    return _do(
        case_id,
        Act.CASE_SHUT_OUT,
        lambda: actions.shut_out(session, current_account(), case_id, colleague=account_id),
        after=url_for("casework.cases") if account_id == current_account().id else "",
    )


@pages.post("/desk/cases/<uuid:case_id>/stands")
@caseworkers
def move_case(case_id: UUID) -> Page:
    """Say where a case stands, and when somebody looks at it next."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    state = typed.one_of("state", CaseState)
    if state is None:
        typed.errors["state"] = _("Choose where it stands.")
    due_at = next_look(typed, "state-next", datetime.now(UTC))
    if typed.errors or state is None:
        return _refused(case_id, typed)
    return _do(
        case_id,
        Act.CASE_CHANGED,
        lambda: actions.move(session, current_account(), case_id, state=state, due_at=due_at),
    )


@pages.post("/desk/cases/<uuid:case_id>/spoke")
@caseworkers
def spoke(case_id: UUID) -> Page:
    """Say that somebody spoke with the person, which stops the clock."""
    session, now = svcs.flask.get(Session), datetime.now(UTC)
    return _do(
        case_id,
        Act.CASE_CHANGED,
        lambda: actions.spoke(session, current_account(), case_id, now=now),
    )


@pages.post("/desk/cases/<uuid:case_id>/close")
@caseworkers
def close_case(case_id: UUID) -> Page:
    """Close a case, with how it ended."""
    session, typed = svcs.flask.get(Session), TypedForm(form=request.form)
    outcome, now = typed.one_of("outcome", Outcome), datetime.now(UTC)
    if outcome is None:
        typed.errors["outcome"] = _("Choose how it ended.")
        return _refused(case_id, typed)
    return _do(
        case_id,
        Act.CASE_CLOSED,
        lambda: actions.close(session, current_account(), case_id, outcome=outcome, now=now),
    )


@pages.post("/desk/cases/<uuid:case_id>/reopen")
@caseworkers
def reopen_case(case_id: UUID) -> Page:
    """Open a closed case again."""
    session, now = svcs.flask.get(Session), datetime.now(UTC)
    return _do(
        case_id,
        Act.CASE_REOPENED,
        lambda: actions.reopen(session, current_account(), case_id, now=now),
    )


def moved(case_id: UUID, typed: TypedForm) -> Page:
    """Return the case as it is now, for whoever was overtaken by somebody else's change."""
    typed.errors["case"] = _(
        "Somebody changed this case meanwhile. This is how it stands now; what you wrote is kept."
    )
    return case_page(case_id, typed), HTTPStatus.CONFLICT


def _do(case_id: UUID, act: Act, change: Callable[[], None], *, after: str = "") -> Page:
    """Carry out a change, put it on record, commit, and go on."""
    session = svcs.flask.get(Session)
    try:
        change()
    except CaseMoved:
        session.rollback()
        return moved(case_id, TypedForm(form=request.form))
    except (NoSuchColleague, NotOpenedYet):
        session.rollback()
        typed = TypedForm(form=request.form)
        typed.errors["case"] = _(
            "This colleague cannot open records yet: they have to sign in once."
        )
        return _refused(case_id, typed)
    put_on_record(act, on=case_id)
    session.commit()
    return _go(after or url_for("casework.read_case", case_id=case_id))


def _go(address: str) -> Response:
    return redirect(address, HTTPStatus.SEE_OTHER)


def _refused(case_id: UUID, typed: TypedForm) -> Page:
    return case_page(case_id, typed), HTTPStatus.UNPROCESSABLE_ENTITY


def _colleague(typed: TypedForm, name: str) -> UUID | None:
    """Return the colleague who was chosen; what is wrong goes to the form."""
    try:
        return UUID(typed.form.get(name, ""))
    except ValueError:
        typed.errors[name] = _("Choose a colleague.")
        return None
