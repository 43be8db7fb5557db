"""One case at the desk: what was asked for, what was said, and a section for each kind of work."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from flask import render_template
from werkzeug.datastructures import MultiDict

from casework.pages import worked
from casework.pages.blueprint import caseworkers, pages
from casework.pages.complaint import complaint
from casework.pages.lines import lines
from casework.pages.opened import Opened, opened_case
from casework.pages.passed_on import load_disclosures
from casework.pages.person import person
from members.typed import TypedForm

# By name: that of its template, `casework/_NAME.html`, and of the variable that it gets there.
SECTIONS: Mapping[str, Callable[[Opened], object]] = {
    "person": person,
    "lines": lines,
    "notes": worked.notes,
    "tasks": worked.tasks,
    "referrals": worked.referrals,
    "reports": worked.reports,
    "complaint": complaint,
    "disclosures": load_disclosures,
}


@pages.get("/desk/cases/<uuid:case_id>")
@caseworkers
def read_case(case_id: UUID) -> str:
    """Show a case."""
    return case_page(case_id, TypedForm(form=MultiDict()))


def case_page(case_id: UUID, typed: TypedForm) -> str:
    """Return the page of a case; what was typed stays in the form it came from."""
    opened = opened_case(case_id, typed)
    return render_template(
        "casework/case.html",
        found=opened.case,
        typed=typed.form,
        errors=typed.errors,
        sections=list(SECTIONS),
        now=datetime.now(UTC),
        **{name: load(opened) for name, load in SECTIONS.items()},
    )
