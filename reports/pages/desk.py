"""The desk: the queue, a report beside what shares its identifiers, and decisions on it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config.areas import load_areas
from config.settings import Settings
from members import actions as members
from members.approvals import SECOND_LOOK, Approval, ApprovalKind
from members.guard import current_account
from members.opening import own_reader
from members.recording import put_on_record
from reports import actions
from reports.model import ReportState
from reports.pages.blueprint import Page, caseworkers, pages
from reports.pages.opening import WRITING, door, is_open, put_look_on_record
from reports.pages.typed import prose
from storage.audit_chain import Act
from storage.keys import Sealers

LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A warning that somebody wants withdrawn, or hid until a second look."""

    warning_id: UUID
    reference: str
    asked: Approval | None
    hidden_since: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the second look should have been."""
        since = self.hidden_since or (self.asked.asked_at if self.asked else now)
        return since <= now - SECOND_LOOK


@pages.get("/desk")
@caseworkers
def queue() -> str:
    """Show what waits: reports to review, warnings for a second person."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    now, rows = datetime.now(UTC), actions.queue(session)
    return render_template(
        "reports/queue.html",
        rows=rows,
        matches=actions.matches(session, [row.id for row in rows]),
        awaiting=actions.awaiting(session, sealers.reports),
        corrections=actions.corrections_waiting(session),
        withdrawals=_withdrawals(session, sealers, now),
        emergencies=members.unreviewed(session, now=now),
        areas=load_areas(settings),
        now=now,
    )


@pages.get("/desk/closed")
@caseworkers
def closed() -> str:
    """Show the reports that are decided, newest first."""
    session, settings = svcs.flask.get(Session, Settings)
    rows = actions.queue(session, states=(ReportState.VERIFIED, ReportState.DECLINED))
    return render_template(
        "reports/closed.html",
        rows=rows,
        matches=actions.matches(session, [row.id for row in rows]),
        areas=load_areas(settings),
    )


@pages.get("/desk/reports/<uuid:report_id>")
@caseworkers
def read_report(report_id: UUID) -> Page:
    """Show one report and what shares an identifier with it, to who said why they open it."""
    if not is_open(report_id):
        return door(report_id)
    put_look_on_record(report_id)
    return _report_page(report_id)


@pages.post("/desk/reports/<uuid:report_id>")
@caseworkers
def decide(report_id: UUID) -> Response:
    """Take a report, which opens it; verify or decline one that is open."""
    session = svcs.flask.get(Session)
    by, now = current_account().id, datetime.now(UTC)
    match request.form.get("step"):
        case "take":
            actions.take(session, report_id, by=by)
            put_on_record(Act.REPORT_TAKEN, on=report_id)
        case "verify" if is_open(report_id):
            actions.verify(session, report_id, by=by, now=now)
            put_on_record(Act.REPORT_VERIFIED, on=report_id)
        case "decline" if is_open(report_id):
            actions.decline(session, report_id, now=now)
            put_on_record(Act.REPORT_DECLINED, on=report_id)
    session.commit()
    return redirect(url_for("reports.read_report", report_id=report_id), 303)


@pages.post("/desk/reports/<uuid:report_id>/notes")
@caseworkers
def add_note(report_id: UUID) -> Page:
    """Add a caseworker's line to a report."""
    if not is_open(report_id, for_=WRITING):
        return door(report_id)
    session, sealers = svcs.flask.get(Session, Sealers)
    text = prose(request.form, "note")
    if len(text) > LONGEST_NOTE:
        put_look_on_record(report_id)
        return _report_page(report_id, note=text), 422
    if text:
        actions.add_note(
            session,
            sealers,
            report_id,
            text,
            by=current_account().id,
            now=datetime.now(UTC),
        )
        put_on_record(Act.NOTE_ADDED, on=report_id)
        session.commit()
    return redirect(url_for("reports.read_report", report_id=report_id) + "#additions", 303)


def _withdrawals(session: Session, sealers: Sealers, now: datetime) -> list[Withdrawal]:
    """Return what waits for a second look: wishes to withdraw, and what is hidden without one."""
    asked = {
        each.subject_id: each
        for each in members.list_waiting(session, sealers, now=now, kinds=[ApprovalKind.UNPUBLISH])
    }
    hidden = {each.warning_id: each.since for each in actions.suspended(session)}
    ids = [*asked, *(each for each in hidden if each not in asked)]
    references = actions.warning_references(session, ids=ids)
    return [
        Withdrawal(
            warning_id=each,
            reference=references[each],
            asked=asked.get(each),
            hidden_since=hidden.get(each),
        )
        for each in ids
    ]


def _report_page(report_id: UUID, note: str = "") -> str:
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    report = actions.open_report(session, own_reader(), report_id)
    return render_template(
        "reports/report.html",
        report=report,
        sharing=actions.sharing(session, report_id),
        consents=actions.consents(session, report_id),
        match=actions.matches(session, [report_id]).get(report_id),
        warning=actions.warning_of(session, sealers.reports, report_id),
        areas=load_areas(settings),
        states=ReportState,
        note=note,
        longest_note=LONGEST_NOTE,
    )
