"""Approvals: what colleagues asked for that takes two people, and a second one's answer."""

from datetime import UTC, datetime

import svcs
from flask import render_template
from sqlalchemy.orm import Session

from members import actions
from members.approvals import ApprovalKind
from members.guard import current_account, staff
from members.model import Role
from members.pages.blueprint import Page, pages
from storage.keys import Sealers

caseworkers = staff(Role.CASEWORKER, Role.LEAD)


@pages.get("/desk/approvals")
@caseworkers
def approvals() -> Page:
    """Show what waits for a second person, longest first."""
    session, sealers, now = *svcs.flask.get(Session, Sealers), datetime.now(UTC)
    waiting = actions.list_waiting(session, sealers, now=now)
    ids = {each for found in waiting for each in (found.asked_by, found.subject_id) if each}
    return render_template(
        "members/approvals.html",
        waiting=waiting,
        names=actions.names_of(session, sealers, ids),
        kinds=ApprovalKind,
        own=current_account(),
        now=now,
    )
