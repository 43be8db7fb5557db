"""Reading: the warnings as members see them."""

from datetime import UTC, datetime

import svcs
from flask import render_template, request
from sqlalchemy.orm import Session

from alerts.pages.blueprint import pages
from config.areas import load_areas
from config.settings import Settings
from members import actions as members
from members.guard import current_account, may_check
from reports import actions as reports
from storage.keys import Sealers


@pages.get("/updates")
@may_check
def updates() -> str:
    """Show a member the warnings for their areas, newest first."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    chosen = members.preferences(session, current_account().id)
    everywhere = chosen.everywhere or request.args.get("area") == "all"
    return render_template(
        "alerts/updates.html",
        warnings=reports.latest(
            session,
            sealers.reports,
            areas=None if everywhere else chosen.areas,
            now=datetime.now(UTC),
        ),
        everywhere=everywhere,
        areas=load_areas(settings),
    )


@pages.get("/updates/<reference>")
@may_check
def update(reference: str) -> str:
    """Show one warning with its whole text."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    found = reports.published(session, sealers.reports, reference=reference, now=datetime.now(UTC))
    return render_template("alerts/update.html", warning=found, areas=load_areas(settings))
