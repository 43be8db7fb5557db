"""The audit, for leads: who did what, when, to what; looking at it is on record too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import svcs
from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from alerts import actions as alerts
from casework import actions as casework
from members import actions as members
from members.guard import staff
from members.model import Role
from members.recording import put_reading_on_record
from reports import actions as reports
from storage import audit
from storage.audit import PAGE, Done, Wanted
from storage.audit_chain import Act
from storage.keys import Sealers
from web.audit_words import ACTS, ALARMS, PERIODS

LONGEST_NUMBER = 18  # digits: what a database counts with
pages = Blueprint("audit", __name__)

ALARMS_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What something was done to: its reference or name, and where it is."""

    words: str
    address: str = ""


@pages.get("/desk/audit")
@staff(Role.LEAD)
def look() -> str:
    """Show what was done, newest first: all of it, or what was asked for."""
    session, sealers = svcs.flask.get(Session, Sealers)
    put_reading_on_record(Act.AUDIT_READ)
    now, wanted = datetime.now(UTC), _wanted(session)
    found = audit.entries(session, sealers.audit, wanted)
    alarms = [
        each
        for act in ALARMS
        for each in audit.entries(session, sealers.audit, Wanted(act=act, since=now - ALARMS_FOR))
    ]
    return render_template(
        "web/audit.html",
        entries=found,
        alarms=alarms,
        subjects=_subjects(session, sealers, [*found, *alarms]),
        staff=members.staff_names(session, sealers),
        periods=PERIODS,
        acts=ACTS,
        asked=request.args,
        more=found[-1].number if len(found) == PAGE else None,
    )


def _wanted(session: Session) -> Wanted:
    """Return what the address asks for; what it cannot mean is passed over."""
    asked = request.args
    act, days, reference = asked.get("act", ""), asked.get("days", ""), asked.get("reference", "")
    before = asked.get("before", "")
    return Wanted(
        act=Act(act) if act in set(Act) else None,
        by_id=_id(asked.get("by", "")),
        on_ids=_named(session, reference.strip().upper()) if reference.strip() else None,
        since=datetime.now(UTC) - timedelta(days=int(days)) if days in PERIODS else None,
        before=int(before) if before.isdecimal() and len(before) <= LONGEST_NUMBER else None,
    )


def _named(session: Session, reference: str) -> frozenset[UUID]:
    """Return the report, or the warning and its alerts, of a reference."""
    return frozenset(
        {
            **reports.references(session, reference=reference),
            **reports.warning_references(session, reference=reference),
            **alerts.references(session, reference=reference),
            **casework.export_references(session, reference=reference),
        }
    )


def _subjects(session: Session, sealers: Sealers, found: list[Done]) -> Mapping[UUID, Subject]:
    """Return what each entry was done by and to, where that is still known."""
    ids = {each for done in found for each in (done.by_id, done.on_id) if each}
    return {
        **{
            account_id: Subject(words=name)
            for account_id, name in members.names_of(session, sealers, ids).items()
        },
        **{
            report_id: Subject(
                words=reference, address=url_for("reports.read_report", report_id=report_id)
            )
            for report_id, reference in reports.references(session, ids=ids).items()
        },
        **{
            warning_id: Subject(
                words=reference, address=url_for("alerts.decide", warning_id=warning_id)
            )
            for warning_id, reference in reports.warning_references(session, ids=ids).items()
        },
        **{
            alert_id: Subject(words=reference, address=url_for("alerts.follow", alert_id=alert_id))
            for alert_id, reference in alerts.references(session, ids=ids).items()
        },
        **{
            export_id: Subject(
                words=reference, address=url_for("casework.read_export", export_id=export_id)
            )
            for export_id, reference in casework.export_references(session, ids=ids).items()
        },
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
