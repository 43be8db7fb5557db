"""Guidance: for officers and practitioners, for whoever reports, on rights."""

from datetime import date

import svcs
from flask import render_template
from sqlalchemy.orm import Session

from config.settings import Settings
from directory import actions
from directory.model import ListingKind
from directory.pages.blueprint import pages
from members.guard import public

REVIEWED = date(2026, 11, 28)  # when somebody last went through all of it
TO_CALL = (
    ListingKind.SEX_WORKERS,
    ListingKind.SEXUAL_VIOLENCE,
    ListingKind.SEXUAL_HEALTH,
    ListingKind.STALKING,
    ListingKind.EXPLOITATION,
    ListingKind.CRIME,
)


@pages.get("/guidance")
@public
def guidance() -> str:
    """Show what guidance there is, one line on each."""
    return render_template("directory/guidance.html")


@pages.get("/guidance/officers")
@public
def officers() -> str:
    """Show a very brief intervention, and whom this instance's directory has to call."""
    session, settings = svcs.flask.get(Session, Settings)
    return render_template(
        "directory/officers.html",
        services=actions.whom_to_call(session, TO_CALL, country=settings.home_region),
        reviewed=REVIEWED,
    )


@pages.get("/guidance/after-you-report")
@public
def after_you_report() -> str:
    """Say what happens to a report: who reads it, how long it takes, what can be changed."""
    return render_template("directory/after_you_report.html")


@pages.get("/guidance/your-rights")
@public
def your_rights() -> str:
    """Say what rights there are, with how much care they are to be read."""
    return render_template("directory/your_rights.html", reviewed=REVIEWED)
