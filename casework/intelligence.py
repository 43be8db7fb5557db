"""What of a report may leave without its reporter: one row, from which all that leaves is made.

Never the narrative, the reference, the day, the district or the reporter. What leaves under a
consent is at most what the reporter was shown when they gave it (reports.pages.previews).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TypeVar

from checker.identifiers import as_written
from checker.model import Identifier
from reports.model import AccountOfHarm, Consent, GivenIdentifier, PersonDescribed, Submission
from reports.wording import AGES, HARMS, N_, PERSON, SETTINGS

LONGEST_TEXT = 1_500
IN_A_ROW = 8  # words: so many of the reporter's own are theirs, whoever typed them
WORD = re.compile(r"\w+")
MAY_BE_SHARED = N_("may be shared, faked or passed on")
YES = N_("yes")

Say = Callable[[str], str]
Each = TypeVar("Each")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A row as it leaves: the columns of the file, the lines on paper and the ledger's words.

    `number` is random and says nothing; `month` is YYYY-MM.
    """

    number: str
    month: str = ""
    area: str = ""
    setting: str = ""
    harms: str = ""
    weapon: str = ""
    injury: str = ""
    people: str = field(default="", repr=False)
    identifiers: str = field(default="", repr=False)
    text: str = field(default="", repr=False)


LABELS: Mapping[str, str] = MappingProxyType(
    {
        "number": N_("Row"),
        "month": N_("Month"),
        "area": N_("Area"),
        "setting": N_("Setting"),
        "harms": N_("Kinds of harm"),
        "weapon": N_("A weapon"),
        "injury": N_("Somebody was hurt"),
        "people": N_("What they were like"),
        "identifiers": N_("Numbers and addresses"),
        "text": N_("In words"),
    }
)
COVERED: Mapping[Consent, frozenset[str]] = MappingProxyType(
    {
        Consent.ANONYMOUS_POLICE: frozenset(LABELS),
        Consent.PARTNERS: frozenset({"number", "month", "area", "harms", "identifiers"}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What whoever prepares it lets out of one report: their own words, and which by position."""

    text: str = field(default="", repr=False)
    people: frozenset[int] = frozenset()
    identifiers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How things are written: names of areas, the home country, the language."""

    areas: Mapping[str, str]
    home: str
    say: Say


def fields_of(
    said: Submission, chosen: Chosen, *, consent: Consent, number: str, manner: Manner
) -> Fields:
    """Return the row of a report as it leaves under a consent."""
    whole = {
        "number": number,
        "month": f"{said.when.from_day:%Y-%m}" if said.when else "",
        "area": manner.areas.get(said.area, said.area),
        "setting": manner.say(SETTINGS[said.setting]) if said.setting else "",
        "harms": "; ".join(manner.say(HARMS[harm.kind].label) for harm in said.harms),
        "weapon": _if_any(said.harms, "weapon", manner.say),
        "injury": _if_any(said.harms, "injury", manner.say),
        "people": " | ".join(
            say_person(each, manner) for each in _some(said.people, chosen.people)
        ),
        "identifiers": "; ".join(
            say_identifier(each, manner) for each in _some(said.identifiers, chosen.identifiers)
        ),
        "text": chosen.text,
    }
    return Fields(**{name: whole[name] for name in COVERED[consent]})


def pairs(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Return the labels and words of a row, in the order of the columns."""
    words: dict[str, str] = asdict(fields)
    return tuple((LABELS[name], words[name]) for name in LABELS)


def say_person(person: PersonDescribed, manner: Manner) -> str:
    """Return what was said of one person, in one line."""
    said = [(words.label, str(getattr(person, name))) for name, words in PERSON.items()]
    say = manner.say
    return "; ".join(f"{say(term)}: {say(AGES.get(words, words))}" for term, words in said if words)


def say_identifier(given: GivenIdentifier, manner: Manner) -> str:
    """Return an identifier as it was read, or as it was written."""
    if given.kind is None or given.value is None:
        written = given.raw
    else:
        written = as_written(Identifier(given.kind, given.value), home=manner.home)
    return f"{written} ({manner.say(MAY_BE_SHARED)})" if given.may_be_shared else written


def repeats(text: str, narrative: str) -> str:
    """Return the reporter's own words that a text repeats, or ""."""
    own = " ".join(WORD.findall(narrative.casefold()))
    words = WORD.findall(text.casefold())
    for start in range(len(words) - IN_A_ROW + 1):
        run = " ".join(words[start : start + IN_A_ROW])
        if f" {run} " in f" {own} ":
            return run
    return ""


def _if_any(harms: Iterable[AccountOfHarm], name: str, say: Say) -> str:
    return say(YES) if any(getattr(harm, name) for harm in harms) else ""


def _some(given: Iterable[Each], which: frozenset[int]) -> list[Each]:
    return [each for position, each in enumerate(given) if position in which]
