"""The bulletin for outreach: made for an area, read on a screen, printed, or taken as a file."""

from datetime import UTC, datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from alerts import actions
from alerts.bulletin import Bulletin, TooManyBulletins
from alerts.pages.blueprint import pages
from config.areas import load_areas
from config.settings import Settings
from members.guard import staff
from members.model import Role
from members.recording import put_on_record
from reports.pdf import CannotPrint, as_pdf
from storage.audit_chain import Act
from storage.keys import Sealers

Page = str | tuple[str, int] | Response

outreach = staff(Role.PRACTITIONER, Role.CASEWORKER, Role.LEAD)


@pages.get("/bulletins")
@outreach
def bulletins() -> Page:
    """Show the bulletins that are not over, and a form to make one."""
    return _form({})


@pages.post("/bulletins")
@outreach
def make_bulletin() -> Page:
    """Make a bulletin of an area's warnings."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    area, now = request.form.get("area", ""), datetime.now(UTC)
    if area not in load_areas(settings):
        return _form({"area": _("Choose an area.")}), HTTPStatus.UNPROCESSABLE_ENTITY
    year = now.astimezone(ZoneInfo(settings.time_zone)).year
    try:
        made = actions.make_bulletin(session, sealers.reports, area=area, year=year, now=now)
    except TooManyBulletins:
        words = _("Very many were made today. Use one of those below, or ask a caseworker.")
        return _form({"area": words}), HTTPStatus.UNPROCESSABLE_ENTITY
    put_on_record(Act.BULLETIN_MADE)
    session.commit()
    return redirect(
        url_for("alerts.bulletin", year=made.year, number=made.number), HTTPStatus.SEE_OTHER
    )


@pages.get("/bulletins/<int:year>-<int:number>")
@outreach
def bulletin(year: int, number: int) -> Page:
    """Show a bulletin, as it is printed."""
    return _page(_found(year, number))


@pages.get("/bulletins/<int:year>-<int:number>.pdf")
@outreach
def bulletin_file(year: int, number: int) -> Page:
    """Give a bulletin as a PDF, or say that only a browser can print it."""
    found = _found(year, number)
    if found.line.is_over(datetime.now(UTC)):
        return _page(found), HTTPStatus.GONE
    sheet = _sheet(found)
    try:
        octets = as_pdf(sheet, words=sheet.striptags(), foot=_foot(found))
    except CannotPrint:
        return _page(found, unprintable=True), HTTPStatus.UNPROCESSABLE_ENTITY
    response = Response(octets, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="sheet-{year}-{number}.pdf"'
    return response


def _found(year: int, number: int) -> Bulletin:
    session, sealers = svcs.flask.get(Session, Sealers)
    now = datetime.now(UTC)
    return actions.bulletin(session, sealers.reports, year=year, number=number, now=now)


def _page(found: Bulletin, *, unprintable: bool = False) -> str:
    return render_template(
        "alerts/bulletin.html",
        found=found,
        over=found.line.is_over(datetime.now(UTC)),
        sheet=_sheet(found),
        unprintable=unprintable,
    )


def _sheet(found: Bulletin) -> Markup:
    """Return what is on the paper, for the page and for the file."""
    settings = svcs.flask.get(Settings)
    return Markup(  # noqa: S704 - a template of ours, which escapes
        render_template(
            "alerts/bulletin_sheet.html",
            found=found,
            areas=load_areas(settings),
        )
    )


def _foot(found: Bulletin) -> str:
    return _(
        "%(name)s · not after %(day)s · do not leave it lying about",
        name=found.line.name,
        day=format_date(found.line.expires_at),
    )


def _form(errors: dict[str, str]) -> str:
    session, settings = svcs.flask.get(Session, Settings)
    areas = load_areas(settings)
    return render_template(
        "alerts/bulletins.html",
        errors=errors,
        typed=request.form,
        areas=areas,
        options=list(areas.items()),
        bulletins=actions.bulletins(session, now=datetime.now(UTC)),
    )
