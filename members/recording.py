"""Puts on record what whoever is signed in does; every change by staff calls it."""

from datetime import UTC, datetime
from uuid import UUID

import svcs
from flask import request
from sqlalchemy.orm import Session

from members.guard import current_account
from storage.audit import Auditor
from storage.audit_chain import Act

READING = frozenset({"GET", "HEAD"})


def put_on_record(act: Act, *, on: UUID | None = None, reason: str = "") -> None:
    """Record a change in this request's transaction: call it last, just before the commit."""
    session, auditor = svcs.flask.get(Session, Auditor)
    now = datetime.now(UTC)
    auditor.record(session, act, by=current_account().id, on=on, reason=reason, now=now)


def put_reading_on_record(act: Act, *, on: UUID | None = None, reason: str = "") -> None:
    """Record that something is going to be shown, for good before it is.

    A request that only reads has no transaction to record in, so it gets one; in one that writes
    call it before anything is changed, for it commits.
    """
    session, auditor = svcs.flask.get(Session, Auditor)
    by, now = current_account().id, datetime.now(UTC)
    if request.method in READING:
        auditor.record_alone(act, by=by, on=on, reason=reason, now=now)
    else:
        auditor.record(session, act, by=by, on=on, reason=reason, now=now)
        session.commit()
