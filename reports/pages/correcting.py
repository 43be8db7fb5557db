"""Correcting: a published warning's text is rewritten; a second person confirms it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config.areas import load_areas
from config.settings import Settings
from members.guard import current_account
from members.recording import put_on_record
from reports import actions
from reports.identifying import identifying_words
from reports.model import Correction, Warning, WarningDraft, WarningState
from reports.pages.blueprint import caseworkers, pages
from reports.pages.writing import faults, read_form
from reports.refusals import NotInThisState, Overtaken
from storage.audit_chain import Act
from storage.keys import Sealers


@pages.get("/desk/warnings/<uuid:warning_id>/correct")
@caseworkers
def write_correction(warning_id: UUID) -> str:
    """Show the text of a published warning, or its correction that waits, to be rewritten."""
    session, sealers = svcs.flask.get(Session, Sealers)
    warning = actions.warning(session, sealers.reports, warning_id)
    if warning.state is not WarningState.PUBLISHED:
        raise NotInThisState
    waiting = actions.correction_of(session, sealers.reports, warning_id)
    draft = warning.draft
    if waiting:
        draft = replace(draft, description=waiting.description, advice=waiting.advice)
    return _page(warning, draft, opened=actions.correction_version(session, warning_id))


@pages.post("/desk/warnings/<uuid:warning_id>/correct")
@caseworkers
def propose_correction(warning_id: UUID) -> Response | tuple[str, int]:
    """Keep the corrected text for a second person; with a fault show it again."""
    session, sealers = svcs.flask.get(Session, Sealers)
    warning = actions.warning(session, sealers.reports, warning_id)
    typed = read_form(request.form)
    draft = replace(warning.draft, description=typed.description, advice=typed.advice)
    opened = request.form.get("opened", "")
    errors = _faults(warning.draft, draft)
    if errors:
        return _page(warning, draft, opened=opened, errors=errors), 422
    try:
        actions.propose_correction(
            session,
            sealers.reports,
            warning_id=warning_id,
            description=draft.description,
            advice=draft.advice,
            by=current_account().id,
            now=datetime.now(UTC),
            opened=opened,
        )
    except NotInThisState as error:
        session.rollback()
        return _overtaken_page(warning_id, draft, may_replace=isinstance(error, Overtaken)), 409
    put_on_record(Act.CORRECTION_PROPOSED, on=warning_id)
    session.commit()
    return redirect(url_for("alerts.decide", warning_id=warning_id) + "#correction", 303)


@pages.post("/desk/warnings/<uuid:warning_id>/correct/discard")
@caseworkers
def discard_correction(warning_id: UUID) -> Response:
    """Drop the correction that was shown, while it waits."""
    session, sealers = svcs.flask.get(Session, Sealers)
    actions.warning(session, sealers.reports, warning_id)
    actions.discard_correction(session, warning_id, _correction_id())
    put_on_record(Act.CORRECTION_DISCARDED, on=warning_id)
    session.commit()
    return redirect(url_for("alerts.decide", warning_id=warning_id), 303)


def _correction_id() -> UUID:
    """Return which text was shown; raises NotInThisState for none."""
    try:
        return UUID(request.form.get("correction", ""))
    except ValueError:
        raise NotInThisState from None


def _faults(before: WarningDraft, after: WarningDraft) -> Mapping[str, str]:
    found = faults(after, areas=after.areas, this_month=after.month)
    wrong = {name: words for name, words in found.items() if name in {"description", "advice"}}
    if not wrong and (before.description, before.advice) == (after.description, after.advice):
        return {"description": _("Nothing differs from what members read now.")}
    return wrong


def _overtaken_page(warning_id: UUID, draft: WarningDraft, *, may_replace: bool) -> str:
    """Show what was typed beside what stands; sent again, it replaces what is shown, no other."""
    session, sealers = svcs.flask.get(Session, Sealers)
    return _page(
        actions.warning(session, sealers.reports, warning_id),
        draft,
        opened=actions.correction_version(session, warning_id),
        standing=actions.correction_of(session, sealers.reports, warning_id),
        refused="overtaken" if may_replace else "too late",
    )


def _page(
    warning: Warning,
    draft: WarningDraft,
    *,
    opened: str,
    errors: Mapping[str, str] | None = None,
    standing: Correction | None = None,
    refused: str = "",
) -> str:
    areas = load_areas(svcs.flask.get(Settings))
    return render_template(
        "reports/correct_warning.html",
        warning=warning,
        draft=draft,
        opened=opened,
        errors=errors or {},
        standing=standing,
        refused=refused,
        areas=areas,
        telling=identifying_words(f"{draft.description}\n{draft.advice}", areas.values()),
    )
