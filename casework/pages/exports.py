"""Exports at the desk: prepared from reports whose reporters agreed, released by somebody else."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from casework import actions
from casework.disclosing import NotAgreed
from casework.intelligence import COVERED, LABELS, pairs
from casework.pages.blueprint import Page, caseworkers, pages
from members import actions as members
from members.guard import current_account, fresh
from members.opening import own_reader
from members.recording import put_on_record, put_reading_on_record
from reports import actions as reports
from reports.identifying import identifying_words
from reports.model import Consent
from reports.refusals import NotInThisState, TwoPeopleNeeded
from storage.audit_chain import Act
from storage.keys import Sealers


@pages.get("/desk/disclosures")
@caseworkers
def list_exports() -> str:
    """List what left, or waits for a second person."""
    session, sealers = svcs.flask.get(Session, Sealers)
    return render_template(
        "casework/exports.html",
        exports=actions.exports(session),
        names=members.staff_names(session, sealers),
        consents=list(COVERED),
    )


@pages.get("/desk/disclosures/<uuid:export_id>")
@caseworkers
def read_export(export_id: UUID) -> str:
    """Show an export exactly as it will leave, or left."""
    return export_page(export_id)


@pages.post("/desk/disclosures/<uuid:export_id>/release")
@caseworkers
@fresh
def release_export(export_id: UUID) -> Page:
    """Let it out as a second person."""
    session, sealers = svcs.flask.get(Session, Sealers)
    try:
        actions.release(
            session,
            sealers,
            own_reader(),
            current_account(),
            export_id,
            digest=request.form.get("digest", ""),
            now=datetime.now(UTC),
        )
    except (NotInThisState, TwoPeopleNeeded, NotAgreed) as error:
        return _refused(export_id, error)
    put_on_record(Act.DISCLOSURE_RELEASED, on=export_id)
    session.commit()
    return _to(export_id)


@pages.post("/desk/disclosures/<uuid:export_id>/drop")
@caseworkers
def drop_export(export_id: UUID) -> Page:
    """Drop it: nothing of it leaves."""
    session = svcs.flask.get(Session)
    try:
        actions.drop(session, export_id, now=datetime.now(UTC))
    except NotInThisState as error:
        return _refused(export_id, error)
    put_on_record(Act.DISCLOSURE_DROPPED, on=export_id)
    session.commit()
    return redirect(url_for("casework.list_exports"), HTTPStatus.SEE_OTHER)


def export_page(export_id: UUID, refusal: str = "") -> str:
    """Return the page of an export, on record before it is shown."""
    session, sealers = svcs.flask.get(Session, Sealers)
    actions.require_export(session, export_id)
    put_reading_on_record(Act.DISCLOSURE_READ, on=export_id)
    found = actions.open_export(session, own_reader(), export_id)
    texts = {row.report_id: row.fields.text for row in found.rows}
    return render_template(
        "casework/export.html",
        found=found,
        pairs=pairs,
        labels=LABELS,
        refusal=refusal,
        telling={report_id: identifying_words(text) for report_id, text in texts.items()},
        references=reports.references(session, ids=list(texts)),
        names=members.staff_names(session, sealers),
        made_by_me=found.export.made_by == current_account().id,
    )


def consent_named(name: str) -> Consent:
    """Return a consent under which exports are made; aborts for any other word."""
    found = next((each for each in COVERED if each == name), None)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _refused(export_id: UUID, error: Exception) -> tuple[str, int]:
    svcs.flask.get(Session).rollback()
    match error:
        case TwoPeopleNeeded():
            words = _("You prepared this, so somebody else must release it.")
            return export_page(export_id, words), HTTPStatus.FORBIDDEN
        case NotAgreed():
            words = _(
                "Nothing left. A consent was taken back meanwhile: the rows marked below have to "
                "be left out. Drop this, and prepare it again without them."
            )
        case _:
            words = _(
                "Somebody else, or another tab of yours, was quicker. This is how it stands now."
            )
    return export_page(export_id, words), HTTPStatus.CONFLICT


def _to(export_id: UUID) -> Response:
    return redirect(url_for("casework.read_export", export_id=export_id), HTTPStatus.SEE_OTHER)
