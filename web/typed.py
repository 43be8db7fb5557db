"""What somebody typed into a form, in the words of the page it stood on.

Names of fields and codes of choices mean nothing to people, and some hurt to read.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from reports.wording import (
    AGES,
    CERTAINTIES,
    CONSENTS,
    HARMS,
    N_,
    PARTS_OF_DAY,
    PERSON,
    SETTINGS,
    STRANDS,
)
from web.languages import sentence as _

NUMBERED = re.compile(r"-\d+\Z")
LABELS = {
    "entry": N_("Phone, email, username or number plate"),
    "entry-": N_("Phone, email, username or number plate"),
    "certainty-": N_("How sure are you of it?"),
    "shared-": N_("It may be shared, faked or passed on"),
    "first-contact": N_("How did they first get in touch?"),
    "story": N_("In your own words"),
    "kinds": N_("Was it any of these?"),
    "strands": N_("It was about my"),
    "when": N_("It was"),
    "day-day": N_("Day"),
    "day-month": N_("Month"),
    "day-year": N_("Year"),
    "until-day": N_("Until: day"),
    "until-month": N_("Until: month"),
    "until-year": N_("Until: year"),
    "part": N_("Time of day"),
    "time": N_("Or the time, if you know it"),
    "area": N_("Area"),
    "district": N_("Town or part of town"),
    "setting": N_("Kind of place"),
    "support": N_("I would like a caseworker to support me"),
    "how": N_("How can we reach you safely?"),
    "best-time": N_("When is it safe?"),
    "safe-word": N_("A safe word"),
    "no-message": N_("Never leave a message"),
    "consents": N_("What may we do with it?"),
    "line": N_("Add a line"),
    "note": N_("A note on a case"),
    "report": N_("Link a report by its reference"),
    "service": N_("Look for a service"),
    "task-due-day": N_("By when? Day"),
    "task-due-month": N_("By when? Month"),
    "task-due-year": N_("By when? Year"),
    "task-words": N_("What is to be done?"),
    **{name: words.label for name, words in PERSON.items()},
}
OF_EACH_HARM = {
    "weapon-": N_("There was a weapon, or something used as one"),
    "injury-": N_("I was hurt"),
}
CHOICES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "kinds": {kind.value: words.label for kind, words in HARMS.items()},
        "consents": {consent.value: words.label for consent, words in CONSENTS.items()},
        "certainty-": {certainty.value: label for certainty, label in CERTAINTIES.items()},
        "setting": {setting.value: label for setting, label in SETTINGS.items()},
        "strands": STRANDS,
        "part": PARTS_OF_DAY,
        "age_range": AGES,
        "when": {
            "today": N_("Today"),
            "yesterday": N_("Yesterday"),
            "day": N_("On the day below"),
            "about": N_("Around the day below"),
            "month": N_("In the month below, I do not know the day"),
            "unknown": N_("I do not know"),
        },
    }
)
UNSEEN = (
    "asked-",
    "add",
    "watch",
    "epoch",
    "place",
    "credential",
    "version",
    "task-for",
    "done",
    "from",
    "listing",
)  # what a page tells itself, or a button

Pairs = Sequence[tuple[str, str]]


def in_words(typed: Pairs) -> Pairs:
    """Return the fields that hold something as facts: what was asked, what was answered."""
    return [
        _in_words(name, value)
        for name, value in typed
        if value and NUMBERED.sub("-", name) not in UNSEEN
    ]


def _in_words(name: str, value: str) -> tuple[str, str]:
    for start, said in OF_EACH_HARM.items():
        kind = CHOICES["kinds"].get(name.removeprefix(start))
        if name.startswith(start) and kind:
            return _(kind), _(said)
    field = NUMBERED.sub("-", name)
    label = LABELS.get(field)
    term = _(label) if label else name.replace("_", " ").replace("-", " ")
    chosen = CHOICES.get(field, {}).get(value)
    if chosen:
        return term, _(chosen)
    return term, _("Yes") if value == "yes" else value
