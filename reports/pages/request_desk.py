"""Requests about data at the desk: the list with its clocks, one request, its two people."""

from datetime import UTC, datetime
from uuid import UUID

import svcs
from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from members.guard import current_account
from members.model import Role
from members.opening import own_reader
from members.recording import put_on_record, put_reading_on_record
from reports import actions
from reports import rights_wording as wording
from reports.pages.asked import typed_form
from reports.pages.blueprint import Page, caseworkers, pages
from reports.pages.typed import Typed
from reports.rights import (
    ACTING,
    LONGEST_TOLD,
    LONGEST_WHY,
    OUTCOMES,
    Answer,
    Deed,
    OpenedRequest,
    Outcome,
    Proof,
    ProofMissing,
    Remedy,
)
from storage.audit_chain import Act


@pages.get("/desk/requests")
@caseworkers
def requests() -> str:
    """List the requests, the nearest deadline first."""
    session = svcs.flask.get(Session)
    return render_template(
        "reports/requests.html",
        waiting=actions.requests_waiting(session),
        answered=actions.requests_answered(session),
        wording=wording,
        now=datetime.now(UTC),
    )


@pages.get("/desk/requests/<uuid:request_id>")
@caseworkers
def read_request(request_id: UUID) -> Page:
    """Show one request, on record before it is shown."""
    return _page(request_id, typed_form())


@pages.post("/desk/requests/<uuid:request_id>/longer")
@caseworkers
def take_longer(request_id: UUID) -> Page:
    """Move the deadline once, with a reason that who asked can read."""
    session, typed = svcs.flask.get(Session), typed_form()
    why = typed.line("longer", longest=LONGEST_WHY)
    if not why:
        typed.errors["longer"] = _("Say why it takes longer. Who asked reads it.")
    if typed.errors:
        return _page(request_id, typed), 422
    actions.take_longer(session, own_reader(), request_id, why=why, now=datetime.now(UTC))
    put_on_record(Act.REQUEST_EXTENDED, on=request_id)
    return _keep(request_id)


@pages.post("/desk/requests/<uuid:request_id>/answer")
@caseworkers
def propose_answer(request_id: UUID) -> Page:
    """Write an answer for a second person."""
    session, typed = svcs.flask.get(Session), typed_form()
    found = actions.open_request(session, own_reader(), request_id)
    answer = _answer(typed, _deeds(typed, found))
    if answer is None:
        return _page(request_id, typed), 422
    by = current_account().id
    try:
        actions.propose_answer(session, own_reader(), request_id, answer, by=by)
    except ProofMissing:
        typed.errors["proof"] = _("Nobody has typed a code that we sent.")
        return _page(request_id, typed), 422
    put_on_record(Act.REQUEST_PROPOSED, on=request_id)
    return _keep(request_id)


@pages.post("/desk/requests/<uuid:request_id>/back")
@caseworkers
def send_back(request_id: UUID) -> Response:
    """Drop the answer that was written; it can be written anew."""
    actions.send_answer_back(svcs.flask.get(Session), request_id)
    put_on_record(Act.REQUEST_SENT_BACK, on=request_id)
    return _keep(request_id)


def _keep(request_id: UUID) -> Response:
    """Commit, and go back to the request."""
    svcs.flask.get(Session).commit()
    return redirect(url_for("reports.read_request", request_id=request_id), 303)


def _deeds(typed: Typed, found: OpenedRequest) -> tuple[Deed, ...]:
    """Return what is to be done to the reports that name the same; most are left as they are."""
    chosen = []
    for each in found.sharing:
        name, warning = f"deed-{each.id}", found.on_show.get(each.id, "")
        remedy = typed.one_of(name, Remedy)
        if remedy is Remedy.WITHDRAW and not warning:
            typed.errors[name] = _("Its warning is not on show any more. Please choose again.")
        elif remedy is not None:
            chosen.append(
                Deed(report_id=each.id, remedy=remedy, report=each.reference, warning=warning)
            )
    return tuple(chosen)


def _remedies(found: OpenedRequest, report_id: UUID) -> list[tuple[str, str]]:
    """Return what can be done to a report."""
    leave = [("", _("Leave it as it is"))]
    return leave + [
        (each.value, _(words))
        for each, words in wording.REMEDIES.items()
        if each is not Remedy.WITHDRAW or report_id in found.on_show
    ]


def _answer(typed: Typed, deeds: tuple[Deed, ...]) -> Answer | None:
    """Return what was written, or None with what is wrong on the form."""
    outcome = typed.one_of("outcome", Outcome)
    proof = typed.one_of("proof", Proof)
    told = typed.words("told", longest=LONGEST_TOLD)
    why = typed.words("why", longest=LONGEST_TOLD)
    if outcome is None:
        typed.errors["outcome"] = _("Choose what you propose.")
    if outcome is Outcome.TOLD and not told:
        typed.errors["told"] = _("Write what is told.")
    if outcome is Outcome.TOLD and proof in {None, Proof.NONE}:
        typed.errors["proof"] = _("Nothing is told before it is shown to whom it belongs.")
    if deeds and outcome is not None and outcome not in ACTING:
        typed.errors["outcome"] = _(
            "You chose to change a report below: propose that, or leave it."
        )
    if typed.errors or outcome is None:
        return None
    kept = told if outcome is Outcome.TOLD else ""
    return Answer(outcome=outcome, deeds=deeds, proof=proof or Proof.NONE, told=kept, why=why)


def _page(request_id: UUID, typed: Typed) -> str:
    session = svcs.flask.get(Session)
    line = actions.request_line(session, request_id)
    put_reading_on_record(Act.REQUEST_READ, on=request_id)
    found = actions.open_request(session, own_reader(), request_id)
    return render_template(
        "reports/request_desk.html",
        found=found,
        typed=typed.form,
        errors=typed.errors,
        outcomes=[(each.value, _(wording.OUTCOMES[each])) for each in OUTCOMES[line.kind]],
        proofs=[
            (each.value, _(words))
            for each, words in wording.PROOFS.items()
            if each is not Proof.CODE or found.proved
        ],
        remedies={each.id: _remedies(found, each.id) for each in found.sharing},
        may_decide=current_account().role is Role.LEAD or line.kind != "dispute",
        longest=LONGEST_TOLD,
        longest_why=LONGEST_WHY,
        wording=wording,
        now=datetime.now(UTC),
    )
