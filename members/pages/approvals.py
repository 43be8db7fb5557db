"""Approvals: what colleagues asked for that takes two people, and a second one's answer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, render_template, url_for
from sqlalchemy.orm import Session

from config.settings import Settings
from members import actions
from members.approvals import TERMS, Approval, ApprovalKind
from members.guard import current_account, fresh, staff
from members.model import Role
from members.pages.blueprint import Page, pages
from members.recording import put_on_record
from members.refusals import NoSuchApproval
from messages.model import Channel, Queue
from storage.audit_chain import Act
from storage.keys import Sealers
from storage.queue import JobQueue

caseworkers = staff(Role.CASEWORKER, Role.LEAD)
GRANTED: Mapping[ApprovalKind, Act] = {  # a warning's withdrawal is decided beside the warning
    ApprovalKind.ROLE: Act.ROLE_GIVEN,
    ApprovalKind.RECOVERY: Act.APPROVAL_GRANTED,
    ApprovalKind.EMERGENCY: Act.EMERGENCY_OPENED,
}


@pages.get("/desk/approvals")
@caseworkers
def approvals() -> Page:
    """Show what waits for a second person, longest first."""
    session, sealers, now = *svcs.flask.get(Session, Sealers), datetime.now(UTC)
    waiting = actions.list_waiting(session, sealers, now=now)
    ids = {each for one in waiting for each in (one.asked_by, one.subject_id) if each}
    return render_template(
        "members/approvals.html",
        waiting=waiting,
        names=actions.names_of(session, sealers, ids),
        kinds=ApprovalKind,
        mine_to_decide={each.id for each in waiting if _may_decide(each)},
        own=current_account(),
        now=now,
    )


@pages.post("/desk/approvals/<uuid:approval_id>/grant")
@caseworkers
@fresh
def grant_approval(approval_id: UUID) -> Page:
    """Grant what a colleague, or the operator, asked for."""
    session, sealers = svcs.flask.get(Session, Sealers)
    asked = _decided_here(approval_id)
    by, now = current_account().id, datetime.now(UTC)
    match asked.kind:
        case ApprovalKind.ROLE:
            actions.give_role(session, sealers, approval_id=approval_id, by=by, now=now)
        case ApprovalKind.EMERGENCY:
            return _open_emergency(asked, by=by, now=now)
        case _:
            actions.grant(session, sealers, approval_id=approval_id, by=by, now=now)
    put_on_record(GRANTED[asked.kind], on=asked.subject_id, reason=asked.reason)
    session.commit()
    return redirect(url_for("members.approvals"), HTTPStatus.SEE_OTHER)


@pages.post("/desk/approvals/<uuid:approval_id>/refuse")
@caseworkers
def refuse_approval(approval_id: UUID) -> Page:
    """Refuse what was asked for, or take one's own wish back."""
    session, sealers = svcs.flask.get(Session, Sealers)
    asked = _decided_here(approval_id)
    actions.refuse(
        session,
        sealers,
        approval_id=approval_id,
        by=current_account().id,
        now=datetime.now(UTC),
    )
    put_on_record(Act.APPROVAL_REFUSED, on=asked.subject_id)
    session.commit()
    return redirect(url_for("members.approvals"), HTTPStatus.SEE_OTHER)


def _open_emergency(asked: Approval, *, by: UUID, now: datetime) -> Page:
    """Open an emergency access, which everybody is told of, and go to where it stands."""
    session, sealers, settings, queue = svcs.flask.get(Session, Sealers, Settings, JobQueue)
    cause_id = actions.open_emergency(
        session,
        sealers,
        approval_id=asked.id,
        by=by,
        link=f"{settings.public_url}{url_for('members.emergencies')}",
        now=now,
    )
    put_on_record(Act.EMERGENCY_OPENED, on=asked.subject_id, reason=asked.reason)
    session.commit()
    if cause_id:
        queue.wake("drain", str(cause_id), Channel.EMAIL, queue=Queue.SERVICE)
    return redirect(url_for("members.emergencies"), HTTPStatus.SEE_OTHER)


def _decided_here(approval_id: UUID) -> Approval:
    """Return what is decided on this page, by those whom it waits for; raises NoSuchApproval."""
    session, sealers = svcs.flask.get(Session, Sealers)
    asked = actions.approval(session, sealers, approval_id)
    if asked.kind in GRANTED and (_may_decide(asked) or asked.asked_by == current_account().id):
        return asked
    raise NoSuchApproval


def _may_decide(asked: Approval) -> bool:
    """Whether whoever is signed in is a second person for it; of an emergency one is a lead."""
    session, sealers = svcs.flask.get(Session, Sealers)
    own = current_account()
    is_second = own.id not in {asked.asked_by, asked.subject_id}
    if asked.kind is not ApprovalKind.EMERGENCY or own.is_lead or asked.asked_by is None:
        return is_second and own.role in TERMS[asked.kind].granters
    asker = actions.get_account(session, sealers, account_id=asked.asked_by)
    return is_second and asker.is_lead
