"""What the pages of reports share: the form of a request, and the page that asks for a code."""

from datetime import UTC, datetime

import svcs
from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from config.areas import load_areas
from config.settings import Settings
from reports.dates import local_day
from reports.pages.kept import kept_code
from reports.pages.typed import Typed
from reports.refusals import NoSuchReceipt


def typed_form(form: MultiDict[str, str] | None = None, *, number: int = 1) -> Typed:
    """Return the form of this request, or one that is filled from what was said."""
    settings = svcs.flask.get(Settings)
    return Typed(
        form=request.form if form is None else form,
        areas=load_areas(settings),
        region=settings.home_region,
        today=local_day(datetime.now(UTC), settings.time_zone),
        number=number,
    )


def ask_for_code(*, wrong: bool = False, line: str = "") -> str:
    """Return the page that asks for the code; `line` is kept for after it."""
    error = ""
    if wrong:
        error = _(
            "Nothing opens with this code. Please compare each character. A report that was never "
            "sent is deleted after 30 days."
        )
    return render_template("reports/return.html", error=error, line=line, again=holds_code())


def holds_code() -> bool:
    """Whether this browser holds a code, however old."""
    try:
        kept_code()
    except NoSuchReceipt:
        return False
    return True
