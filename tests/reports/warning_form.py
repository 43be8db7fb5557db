"""The warning's form, as a caseworker fills it in."""

from uuid import UUID

from tests.members.visits import Visitor
from tests.whole import open_report

SAID = "Line one.\nLine two & <b>more</b>."
FILLED: dict[str, str | list[str]] = {
    "severity": "risk",
    "kinds": ["non_payment", "robbery_or_theft"],
    "month": "2026-02",
    "areas": ["GB-GMP", "GB-MET"],
    "settings": ["street"],
    "description": SAID,
    "advice": "Be paid first.",
}


def form_of(visitor: Visitor, report_id: UUID) -> Visitor:
    """Open the form of a report's warning."""
    open_report(visitor, report_id)
    visitor.open(f"/desk/reports/{report_id}/warning")
    return visitor


def fill(visitor: Visitor, answers: dict[str, str | list[str]], button: str = "hand over") -> None:
    """Fill in the warning's form; its answers replace what stands there."""
    form = visitor.page.forms[1]
    for name in ("show_month", "show_band", "to_alert"):
        form.fields.poplist(name)
    visitor.page.forms = [form]
    form.action = visitor.path
    visitor.fill(visitor.path, **answers, step=button)


def kept(visitor: Visitor) -> dict[str, list[str]]:
    """Return what stands in the form, but for its token."""
    fields = visitor.page.forms[1].fields
    return {name: fields.getlist(name) for name in FILLED}
