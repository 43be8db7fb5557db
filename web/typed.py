"""What somebody typed into a form, in the words of the page it stood on.

Names of fields and codes of choices mean nothing to people, and some hurt to read.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from casework import professional_wording as professional
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
    "phone": N_("Your phone number"),
    "safe-times": N_("When is it safe?"),
    "called": N_("What shall we call you?"),
    "speaks": N_("Language"),
    "words": N_("What is it about?"),
    "reach": N_("How may we answer?"),
    "address": N_("Mobile number or email address"),
    "tell": N_("Where may we say that there is an answer?"),
    "apart": N_("Keep it out of my account"),
    "sheet": N_("The sheet"),
    "suggestion": N_("What should we know?"),
    "suggestion-contact": N_("How can we reach you?"),
    "sector": N_("Where do they work?"),
    "their-role": N_("What do they do there?"),
    "their-organisation": N_("Which one?"),
    "their-number": N_("A number that they have"),
    "done": N_("Was it any of these?"),
    "when-words": N_("In your own words"),
    "where-words": N_("The place"),
    "nation": N_("Which part of the United Kingdom?"),
    "witnesses": N_("Who was there, or knows of it?"),
    "wanted": N_("What would you like to come of it?"),
    "wanted-words": N_("Or in your own words"),
    "handled-by": N_("Who should handle it?"),
    "reach-address": N_("Your number or email address"),
    "complaint-body": N_("Who it goes to"),
    "complaint-stage-": N_("Where it stands"),
    "complaint-outcome-": N_("How it ended"),
    "complaint-reply-": N_("What they answered"),
    "complaint-tell": N_("Tell them"),
    "complaint-tell-": N_("Tell them what changed"),
    "line-kind": N_("It is"),
    "line-next": N_("Somebody looks at the case"),
    "state": N_("Where it stands"),
    "state-next": N_("Somebody looks at it"),
    "hand-to": N_("Hand it over to"),
    "hand-stay": N_("Whoever has it now stays in it"),
    "let-in": N_("Let a colleague in"),
    "outcome": N_("How did it end?"),
    "with-code": N_("Show me a code to read out"),
    "consent-switch": N_("They said yes to"),
    "consent-how": N_("How they said it"),
    "passed-switch": N_("Under which consent"),
    "passed-recipient": N_("Who gets it"),
    "passed-words": N_("Exactly what is passed on"),
    "recipient": N_("Who gets it"),
    "text-": N_("In words"),
    "people-": N_("What they were like"),
    "identifiers-": N_("Numbers and addresses"),
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
        "sector": {each.value: words.label for each, words in professional.SECTORS.items()},
        "done": {each.value: words.label for each, words in professional.KINDS.items()},
        "nation": {each.value: label for each, label in professional.NATIONS.items()},
        "wanted": {each.value: words.label for each, words in professional.OUTCOMES.items()},
        "reach": {each.value: words.label for each, words in professional.REACHES.items()},
        "complaint-stage-": {each.value: label for each, label in professional.STAGES.items()},
        "complaint-outcome-": {each.value: label for each, label in professional.STATES.items()},
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
    "complaint-seen-",
    "credential",
    "digest",
    "reports",
    "step",
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
