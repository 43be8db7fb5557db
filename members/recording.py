"""Puts on record what whoever is signed in does; every change by staff calls it."""

from datetime import UTC, datetime
from uuid import UUID

import svcs
from sqlalchemy.orm import Session

from members.guard import current_account
from storage.audit import Auditor
from storage.audit_chain import Act


def put_on_record(act: Act, *, on: UUID | None = None, reason: str = "") -> None:
    """Record a change in this request's transaction: call it last, just before the commit."""
    session, auditor = svcs.flask.get(Session, Auditor)
    now = datetime.now(UTC)
    auditor.record(session, act, by=current_account().id, on=on, reason=reason, now=now)


def put_reading_on_record(act: Act, *, on: UUID | None = None, reason: str = "") -> None:
    """Record that something is going to be shown, for good before it is."""
    auditor = svcs.flask.get(Auditor)
    auditor.record_alone(act, by=current_account().id, on=on, reason=reason, now=datetime.now(UTC))
