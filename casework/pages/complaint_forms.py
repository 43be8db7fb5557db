"""The forms of the complaints of a case, read; fields end in the place of the complaint there."""

from datetime import UTC, date, datetime

import svcs
from flask_babel import gettext as _

from casework.actions.complaining import Change
from casework.complaints import ENDS, LONGEST_REPLY, ComplaintState, Reply, Stage
from config.settings import Settings
from members.typed import TypedForm
from reports.dates import STILL_TO_COME, NotADay, local_day, read_day

FIRST_YEAR = 2000  # with two digits somebody means this century
NEVER = datetime.min.replace(tzinfo=UTC)


def read_change(typed: TypedForm, place: str) -> Change | None:
    """Return where a complaint stands now; what is wrong goes to the form."""
    stage = typed.one_of(f"complaint-stage-{place}", Stage)
    state = typed.one_of(f"complaint-outcome-{place}", ComplaintState)
    if stage is None:
        typed.errors[f"complaint-stage-{place}"] = _("Choose where it stands.")
        return None
    if stage is not Stage.ENDED:
        state = ComplaintState.RUNNING
    elif state not in ENDS:
        typed.errors[f"complaint-outcome-{place}"] = _("Choose how it ended.")
    due_on = read_due(typed, f"complaint-due-{place}")
    return Change(
        stage=stage,
        state=state or ComplaintState.RUNNING,
        due_on=None if stage is Stage.ENDED else due_on,
        reply=_read_reply(typed, place),
        seen_at=_read_seen(typed.line(f"complaint-seen-{place}")),
    )


def read_due(typed: TypedForm, name: str) -> date | None:
    """Return the day by when something is due, or None: it may be far ahead, so with its year."""
    parts = typed.parts(name)
    if not any(map(str.strip, parts.values())):
        return None
    try:
        due_on = date(*(int(parts[part]) for part in ("year", "month", "day")))
    except ValueError:
        due_on = date.min
    if due_on.year < FIRST_YEAR:
        typed.errors[name] = _("Please write day, month and year in numbers, such as 27 3 2027.")
    return due_on


def _read_reply(typed: TypedForm, place: str) -> Reply | None:
    words = typed.words(f"complaint-reply-{place}", longest=LONGEST_REPLY)
    if not words:
        return None
    name, today = f"complaint-replied-{place}", _today()
    parts = typed.parts(name)
    if not any(map(str.strip, parts.values())):
        return Reply(on=today, words=words)
    try:
        return Reply(on=read_day(parts, today=today), words=words)
    except NotADay as error:
        typed.errors[name] = (
            _("This date has not come yet. Please look at it again.")
            if str(error) == STILL_TO_COME
            else _("Please write the day and the month in numbers, such as 27 3 2026.")
        )
        return None


def _read_seen(typed: str) -> datetime:
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return NEVER


def _today() -> date:
    return local_day(datetime.now(UTC), svcs.flask.get(Settings).time_zone)
