"""Counts of harm by professionals: the only thing of those cases that leaves."""

import csv
from io import StringIO

import svcs
from flask import Response, render_template
from sqlalchemy.orm import Session

from casework import actions
from casework import professional_wording as wording
from casework.pages.blueprint import caseworkers, pages
from casework.professional import ROUNDED_TO, SHOWN_FROM
from config.settings import Settings
from members.guard import fresh
from members.recording import put_reading_on_record
from storage.audit_chain import Act


@pages.get("/desk/professionals")
@caseworkers
def professional_counts() -> str:
    """Show how many told us of harm by professionals, by year."""
    session, settings = svcs.flask.get(Session, Settings)
    return render_template(
        "casework/professional_counts.html",
        years=actions.count_harm(session, zone=settings.time_zone),
        wording=wording,
        shown_from=SHOWN_FROM,
        rounded_to=ROUNDED_TO,
    )


@pages.route(
    "/desk/professionals/counts.csv", methods=["GET", "POST"]
)  # what proves who one is comes by POST
@caseworkers
@fresh
def professional_counts_file() -> Response:
    """Give the counts as a file; a count that may not be shown is an empty cell."""
    session, settings = svcs.flask.get(Session, Settings)
    put_reading_on_record(Act.EXPORTED)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(("year", "by", "of", "forms"))
    for each in actions.count_harm(session, zone=settings.time_zone):
        writer.writerows((each.year, "sector", *pair) for pair in each.sectors.items())
        writer.writerows((each.year, "kind", *pair) for pair in each.kinds.items())
    return Response(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=counts.csv"},
    )
