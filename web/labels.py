"""The names of what a private check can be answered with, for a phone to write the answer."""

from collections.abc import Mapping
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from checker.identifiers.refusals import MESSAGES
from checker.model import Band, HarmKind, Note
from web import words

SOME_YEAR = 2033
YEAR = "{year}"


def labels(names: words.Areas) -> Mapping[str, object]:
    """Return them in the language of this request; what stands in braces is filled in there."""
    return {
        "kinds": [[each.value, words.kind(each)] for each in HarmKind],
        "not_said": words.kinds(()),
        "months": [_month(number) for number in range(1, 13)],
        "areas": dict(names),
        "everywhere": words.areas((), names),
        "and_more": _("and more"),
        "bands": {each.value: words.band(each) for each in Band},
        "notes": {each.value: str(words.NOTES[each]) for each in Note},
        "refusals": {code.value: _(text) for code, text in MESSAGES.items()},
        "too_many": _("That is a lot at once. Enter at most %(most)s.", most="{most}"),
        "spent": _(
            "That is as many checks as we can do for now. Try again at %(time)s.", time="{time}"
        ),
        "question": _(
            "Question %(place)s of %(total)s. The answers come when all of them are settled.",
            place="{place}",
            total="{total}",
        ),
    }


def _month(number: int) -> str:
    year = format_date(date(SOME_YEAR, 1, 1), "yyyy")
    return format_date(date(SOME_YEAR, number, 1), "LLLL yyyy").replace(year, YEAR)
