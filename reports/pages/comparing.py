"""What differs between a warning that was typed and the one that stands."""

from flask_babel import gettext as _

from reports.model import WarningDraft


def differing(mine: WarningDraft, theirs: WarningDraft) -> list[str]:
    """Return the labels of the fields that differ, in the form's order."""
    labels = {
        "severity": _("Severity"),
        "kinds": _("Kinds of harm"),
        "month": _("Month"),
        "areas": _("Areas"),
        "settings": _("Settings"),
        "description": _("What members read"),
        "advice": _("Advice, in a few words"),
        "show_month": _("Show the month"),
        "show_band": _("Show how many reports: 1, 2 to 4, 5 or more"),
        "to_alert": _("Alert the members at risk"),
    }
    return [label for name, label in labels.items() if _of(mine, name) != _of(theirs, name)]


def _of(draft: WarningDraft, name: str) -> object:
    """Return a field of a draft; the order in which boxes were ticked says nothing."""
    value = getattr(draft, name)
    return frozenset(value) if isinstance(value, tuple) else value
