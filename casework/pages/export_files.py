"""A released export as files: a sheet and a paper, each without what was taken back since."""

from uuid import UUID

import svcs
from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from casework import actions
from casework.disclosing import OpenedExport
from casework.intelligence import pairs
from casework.pages.blueprint import Page, caseworkers, pages
from casework.pages.exports import export_page
from casework.sheets import as_csv
from members.opening import own_reader
from members.recording import put_reading_on_record
from reports.pdf import CannotPrint, as_pdf
from reports.refusals import NotInThisState
from storage.audit_chain import Act


@pages.get("/desk/disclosures/<uuid:export_id>/file.csv")
@caseworkers
def fetch_sheet(export_id: UUID) -> Response:
    """Give the sheet."""
    found = _fetched(export_id)
    return _file(found, as_csv(row.fields for row in found.standing).encode(), "csv", "text/csv")


@pages.get("/desk/disclosures/<uuid:export_id>/file.pdf")
@caseworkers
def fetch_paper(export_id: UUID) -> Page:
    """Give the paper, or say that only the sheet can be made."""
    found = _fetched(export_id)
    sheet = Markup(  # noqa: S704 - a template of ours, which escapes
        render_template("casework/export_paper.html", found=found, pairs=pairs)
    )
    foot = _("%(reference)s · confidential", reference=found.export.reference)
    try:
        octets = as_pdf(sheet, words=sheet.striptags(), foot=foot)
    except CannotPrint:
        words = _("It has letters that our file cannot set. Take the sheet instead.")
        return export_page(export_id, words), 422
    return _file(found, octets, "pdf", "application/pdf")


def _fetched(export_id: UUID) -> OpenedExport:
    """Open an export that left, on record; raises NotInThisState, also if nothing of it stands."""
    session = svcs.flask.get(Session)
    actions.require_export(session, export_id)
    put_reading_on_record(Act.DISCLOSURE_FETCHED, on=export_id)
    found = actions.open_export(session, own_reader(), export_id)
    if found.export.released_at is None or not found.standing:
        raise NotInThisState
    return found


def _file(found: OpenedExport, octets: bytes, ending: str, kind: str) -> Response:
    response = Response(octets, mimetype=kind)
    name = f"{found.export.reference}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
