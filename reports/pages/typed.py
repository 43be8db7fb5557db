"""What somebody typed into one page of a report's forms, and what the instance knows of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from members.typed import TypedForm
from reports.dates import (
    INCOMPLETE,
    NO_SUCH_DAY,
    NO_SUCH_MONTH,
    NO_SUCH_YEAR,
    NOT_A_NUMBER,
    STILL_TO_COME,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed(TypedForm):
    """A form as it came, what the instance knows of, and what is wrong, by field."""

    areas: Mapping[str, str]
    region: str
    today: date
    number: int = 1  # which of several people described


def say_of_day(problem: str) -> str:
    """Return what to tell somebody whose date could not be read."""
    return {
        INCOMPLETE: _("Please give the day and the month, or skip this question."),
        NOT_A_NUMBER: _("Please write the date in numbers, such as 27 3 2026."),
        NO_SUCH_DAY: _("That month does not have this day. Please look at the date again."),
        NO_SUCH_MONTH: _("Months go from 1 to 12. Please look at the date again."),
        NO_SUCH_YEAR: _("We cannot read this year. Please write it with four digits."),
        STILL_TO_COME: _("This date has not come yet. Please look at it again."),
    }[problem]


def prose(form: MultiDict[str, str], name: str) -> str:
    """Return what was written in an area; browsers count a line break once and send two signs."""
    return form.get(name, "").replace("\r\n", "\n").strip()
