"""Writing a warning beside its report: kept when it can be handed over, shown again when not."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from checker.model import HarmKind
from config.areas import load_areas
from config.settings import Settings
from members.guard import current_account
from members.model import Severity, WorkSetting
from members.opening import own_reader
from members.recording import put_on_record
from reports import actions
from reports.identifying import identifying_words, names_in
from reports.listing import preview
from reports.model import Report, Warning, WarningDraft
from reports.pages.blueprint import Page, caseworkers, pages
from reports.pages.comparing import differing
from reports.pages.opening import WRITING, door, is_open, put_look_on_record
from reports.pages.typed import prose
from reports.refusals import NotInThisState, Overtaken
from storage.audit_chain import Act
from storage.keys import Sealers

LONGEST_DESCRIPTION = 1_000
LONGEST_ADVICE = 60  # an entry of the register has room for about this much
MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


@pages.get("/desk/reports/<uuid:report_id>/warning")
@caseworkers
def write_warning(report_id: UUID) -> Page:
    """Show the form of a warning beside its report."""
    if not is_open(report_id):
        return door(report_id)
    put_look_on_record(report_id)
    session, sealers = svcs.flask.get(Session, Sealers)
    report = actions.open_report(session, own_reader(), report_id)
    existing = actions.warning_of(session, sealers.reports, report_id)
    draft = existing.draft if existing else first_draft(report)
    return _warning_page(report, draft, opened=existing.version if existing else "")


@pages.post("/desk/reports/<uuid:report_id>/warning")
@caseworkers
def keep_warning(report_id: UUID) -> Page:
    """Keep what was written and show what members would see; `hand over` goes on to publishing.

    The report is shown beside it even if it was opened long ago: nothing typed is lost.
    """
    if not is_open(report_id, for_=WRITING):
        return door(report_id)
    put_look_on_record(report_id)
    session, sealers = svcs.flask.get(Session, Sealers)
    report = actions.open_report(session, own_reader(), report_id)
    draft = read_form(request.form)
    now = datetime.now(UTC)
    errors = faults(draft, areas=_areas_of(report), this_month=f"{now:%Y-%m}")
    opened = request.form.get("opened", "")
    if errors or request.form.get("step") == "look":
        return _warning_page(report, draft, opened=opened, errors=errors), 422 if errors else 200
    try:
        warning = actions.propose(
            session,
            sealers.reports,
            report_id=report_id,
            draft=draft,
            by=current_account().id,
            now=now,
            opened=opened,
        )
    except NotInThisState as error:
        session.rollback()
        return _overtaken_page(report, draft, may_replace=isinstance(error, Overtaken)), 409
    put_on_record(Act.WARNING_PROPOSED, on=warning.id)
    session.commit()
    return redirect(url_for("alerts.decide", warning_id=warning.id), 303)


def first_draft(report: Report) -> WarningDraft:
    """Return the warning that a caseworker starts from: what the reporter said, coarsened."""
    submission = report.submission
    when = submission.when
    day = when.from_day if when else report.received_at.date()
    return WarningDraft(
        severity=report.severity,
        kinds=tuple(dict.fromkeys(harm.kind for harm in submission.harms)),
        month=f"{day:%Y-%m}",
        areas=(submission.area,) if submission.area else (),
        settings=(submission.setting,) if submission.setting else (),
        to_alert=report.severity is not Severity.NUISANCE,
    )


def read_form(form: MultiDict[str, str]) -> WarningDraft:
    """Return what was typed, however incomplete."""
    severity = form.get("severity", "")
    return WarningDraft(
        severity=Severity(severity) if severity in set(Severity) else Severity.RISK,
        kinds=tuple(HarmKind(kind) for kind in form.getlist("kinds") if kind in set(HarmKind)),
        month=form.get("month", "").strip(),
        areas=tuple(area for area in form.getlist("areas") if area),
        settings=tuple(WorkSetting(s) for s in form.getlist("settings") if s in set(WorkSetting)),
        description=prose(form, "description"),
        advice=form.get("advice", "").strip(),
        show_month="show_month" in form,
        show_band="show_band" in form,
        to_alert="to_alert" in form,
    )


def faults(draft: WarningDraft, *, areas: Collection[str], this_month: str) -> Mapping[str, str]:
    """Return what keeps a warning from being handed over, by field."""
    found = {
        "kinds": not draft.kinds and _("Choose at least one kind of harm."),
        "month": (
            not MONTH.fullmatch(draft.month) and _("Give the month as YYYY-MM, such as 2026-05.")
        )
        or (draft.month > this_month and _("This month has not begun. Give the month it was.")),
        # Never dropped in silence: no area at all means everywhere.
        "areas": not set(draft.areas) <= set(areas) and _("Choose areas from the list."),
        "description": (not draft.description and _("Write what members need to know."))
        or (
            len(draft.description) > LONGEST_DESCRIPTION
            and _("Shorten this to %(most)s characters.", most=LONGEST_DESCRIPTION)
        ),
        "advice": len(draft.advice) > LONGEST_ADVICE
        and _("Shorten this to %(most)s characters.", most=LONGEST_ADVICE),
    }
    return {name: words for name, words in found.items() if words}


def _areas_of(report: Report) -> set[str]:
    """Return the areas that a warning may name: ours, and those that it was written for before.

    An area may have left the instance's list since.
    """
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    existing = actions.warning_of(session, sealers.reports, report.id)
    drafts = [first_draft(report), *([existing.draft] if existing else [])]
    return {*load_areas(settings), *(area for draft in drafts for area in draft.areas)}


def _names(report: Report) -> frozenset[str]:
    """Return the names that the report gives away, as far as they can be told from other words."""
    said = report.submission
    told = (said.narrative, said.district, *(line.text or "" for line in report.additions))
    aliases = (word for person in said.people for word in person.alias.split())
    return frozenset(aliases).union(*map(names_in, told))


def _overtaken_page(report: Report, draft: WarningDraft, *, may_replace: bool) -> str:
    """Show what was typed beside what stands; sent again, it replaces what is shown, no other."""
    session, sealers = svcs.flask.get(Session, Sealers)
    standing = actions.warning_of(session, sealers.reports, report.id)
    return _warning_page(
        report,
        draft,
        opened=standing.version if standing else "",
        standing=standing,
        refused="overtaken" if may_replace else "too late",
    )


def _warning_page(
    report: Report,
    draft: WarningDraft,
    *,
    opened: str,
    errors: Mapping[str, str] | None = None,
    standing: Warning | None = None,
    refused: str = "",
) -> str:
    session, settings = svcs.flask.get(Session, Settings)
    areas = load_areas(settings)
    # Left out, they would be dropped, and a warning that names no area is for everywhere.
    gone = [area for area in draft.areas if area not in areas]
    return render_template(
        "reports/write_warning.html",
        report=report,
        draft=draft,
        opened=opened,
        errors=errors or {},
        standing=standing,
        differing=differing(draft, standing.draft) if standing else [],
        refused=refused,
        shown=preview(session, draft, report_id=report.id),
        telling=identifying_words(
            f"{draft.description}\n{draft.advice}", areas.values(), _names(report)
        ),
        consents=actions.consents(session, report.id),
        areas=areas,
        area_options=[
            *areas.items(),
            *((area, _("%(code)s (not in the list)", code=area)) for area in gone),
        ],
        severities=list(Severity),
        kinds=list(HarmKind),
        settings_=list(WorkSetting),
    )
