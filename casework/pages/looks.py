"""When somebody looks at a case next: chosen among a few, which is quicker than a date."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from members.typed import TypedForm

LOOKS = (1, 3, 7, 14, 30, 0)  # days until then; 0 for no day
DAY = timedelta(days=1)


def next_look(typed: TypedForm, name: str, now: datetime) -> datetime | None:
    """Return when that is, None for no day; what is wrong goes to the form."""
    chosen = typed.form.get(name, "")
    if chosen not in {str(each) for each in LOOKS}:
        typed.errors[name] = _("Choose when somebody looks at it next.")
        return None
    return now + DAY * int(chosen) if int(chosen) else None


def looks() -> list[tuple[str, str]]:
    """Return the choices."""
    words = {
        1: _("tomorrow"),
        3: _("in three days"),
        7: _("in a week"),
        14: _("in two weeks"),
        30: _("in a month"),
        0: _("no day: when the person writes"),
    }
    return [(str(each), words[each]) for each in LOOKS]
