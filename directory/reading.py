"""A listing from fields of text: a line of a sheet, or a form with the same names; no I/O.

Everything that is wrong is said at once, by field, so that nobody mends one thing after another.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale
from babel.core import parse_locale

from directory.addresses import read_email, read_web
from directory.hours import check_hours, region_exists
from directory.model import (
    LONGEST_HOURS,
    LONGEST_NAME,
    LONGEST_SUMMARY,
    LONGEST_WORDS,
    Cost,
    Group,
    ListingDraft,
    ListingKind,
    Phone,
    Refused,
)
from directory.phones import read_phones

LONGEST_SOURCE = 300
MANY = ";"
NEVER_KEPT = frozenset({"Cc", "Cs"})  # control characters, and halves of characters
TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
PROSE = ("works_with", "involvement", "priorities", "challenges")
FIELDS = (
    "name",
    "kinds",
    "summary",
    "phones",
    "email",
    "web",
    "hours",
    "time_zone",
    "country",
    "region",
    "areas",
    "languages",
    "groups",
    "cost",
    *PROSE,
    "source",
    "verified_on",
)

Choice = TypeVar("Choice", bound=StrEnum)
Kept = TypeVar("Kept")


def N_(source: str) -> str:  # noqa: N802 - what gettext looks for
    """Mark a sentence for translators; it is translated where it is shown."""
    return source


NO_PHONES: tuple[Phone, ...] = ()
NO_AREAS: frozenset[str] = frozenset()
NO_LANGUAGES: tuple[str, ...] = ()
TOO_LONG = N_("This is longer than we can take. Please shorten it.")
NEEDS = {
    "name": N_("Write what the service is called."),
    "summary": N_("Write in a sentence or two what it does."),
    "source": N_("Write where this is from, so that it can be looked at again."),
}


def read_draft(
    fields: Mapping[str, str],
    *,
    areas: Mapping[str, str],
    home_region: str,
    today: date = date.max,
) -> ListingDraft:
    """Return what the fields say; raises Refused with words for each that cannot be read.

    `areas` are those of the instance; a number or a listing without a country is of `home_region`.
    """
    said = _Said(fields)
    country = _country(said, home_region)
    hours, zone = said.read("hours", _hours, ""), said.read("time_zone", _zone, "")
    if hours and not zone and "time_zone" not in said.errors:
        said.errors["time_zone"] = N_("Say by which clock the hours are, such as Europe/London.")
    draft = {
        "kinds": frozenset(_chosen(said, "kinds", ListingKind)),
        "groups": frozenset(_chosen(said, "groups", Group)),
        "cost": next(iter(_chosen(said, "cost", Cost)), Cost.UNKNOWN),
        "phones": said.read("phones", lambda typed: read_phones(typed, country), NO_PHONES),
        "email": said.read("email", read_email, ""),
        "web": said.read("web", read_web, ""),
        "hours": hours,
        "time_zone": zone,
        "region": said.read("region", lambda typed: _region(typed, country), ""),
        "areas": said.read("areas", lambda typed: _areas(typed, areas), NO_AREAS),
        "languages": said.read("languages", _languages, NO_LANGUAGES),
        "verified_on": _day(said, today),
        "name": said.line("name", LONGEST_NAME),
        "summary": said.words("summary", LONGEST_SUMMARY),
        "source": said.line("source", LONGEST_SOURCE),
        **{name: said.words(name, LONGEST_WORDS) for name in PROSE},
    }
    _need(said)
    if said.errors:
        raise Refused({name: said.errors[name] for name in FIELDS if name in said.errors})
    return ListingDraft(country=country, **draft)  # type: ignore[arg-type] # as named above


@dataclass(frozen=True, slots=True)
class _Said:
    """The fields as they came, and what is wrong with them."""

    fields: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def line(self, name: str, longest: int) -> str:
        """Return what was said in one line."""
        return self._held(name, " ".join(clean(self.fields.get(name, "")).split()), longest)

    def words(self, name: str, longest: int) -> str:
        """Return what was said in several lines."""
        return self._held(name, clean(self.fields.get(name, "")), longest)

    def read(self, name: str, reader: Callable[[str], Kept], without: Kept) -> Kept:
        """Return what a reader makes of a field that says something; its refusal is an error."""
        said = " ".join(clean(self.fields.get(name, "")).split())
        if said:
            try:
                return reader(said)
            except ValueError as error:
                self.errors[name] = str(error)
        return without

    def _held(self, name: str, text: str, longest: int) -> str:
        if len(text) > longest:
            self.errors[name] = TOO_LONG
        return text


def clean(text: str) -> str:
    """Drop what cannot be seen but can mislead or break; line breaks become those of the house."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character
        for character in lines
        if character in "\n\t"
        or (character not in TURNS_TEXT and unicodedata.category(character) not in NEVER_KEPT)
    ).strip()


def several(text: str) -> Iterator[str]:
    """Yield the parts of a list, once each."""
    yield from dict.fromkeys(part.strip() for part in text.split(MANY) if part.strip())


def _need(said: _Said) -> None:
    for name, words in NEEDS.items():
        if name not in said.errors and not said.fields.get(name, "").strip():
            said.errors[name] = words
    if "kinds" not in said.errors and not any(several(said.fields.get("kinds", ""))):
        said.errors["kinds"] = N_("Say at least one thing that it does.")


def _chosen(said: _Said, name: str, choices: type[Choice]) -> list[Choice]:
    known = set(choices)
    typed = [*several(said.line(name, LONGEST_WORDS))]
    if not known.issuperset(typed):
        said.errors[name] = f"{N_('This can only be one of:')} {', '.join(choices)}"
        return []
    return [choices(each) for each in typed]


def _country(said: _Said, home_region: str) -> str:
    country = said.line("country", LONGEST_NAME).upper() or home_region
    if country not in phonenumbers.SUPPORTED_REGIONS:
        said.errors["country"] = N_("Write the two letters of the country, such as GB or NZ.")
        return home_region
    return country


def _region(typed: str, country: str) -> str:
    region = typed.upper()
    if not region_exists(region) or region.partition("-")[0] != country:
        words = N_("Write whose public holidays it keeps: the country, or a part such as GB-SCT.")
        raise ValueError(words)
    return region


def _zone(typed: str) -> str:
    if typed not in _zones():
        words = N_("We do not know this time zone. Write one such as Europe/London.")
        raise ValueError(words)
    return typed


@lru_cache(1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # it looks through a folder each time


def _hours(typed: str) -> str:
    hours = check_hours(typed)
    if len(hours) > LONGEST_HOURS:
        raise ValueError(TOO_LONG)
    return hours


def _areas(typed: str, areas: Mapping[str, str]) -> frozenset[str]:
    found = frozenset(several(typed))
    if not found <= areas.keys():
        words = N_("One of these is no area here. Write their codes, such as GB-MET.")
        raise ValueError(words)
    return found


def _languages(typed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_language, several(typed))))


def _language(typed: str) -> str:
    words = N_("Write languages by their codes, such as en, ro or pt-BR.")
    names = Locale("en")
    try:
        language, territory, script, *more = parse_locale(typed, sep="-")
    except ValueError:
        raise ValueError(words) from None
    known = (
        language in names.languages,
        script is None or script in names.scripts,
        territory is None or territory in names.territories,
    )
    if not all(known) or any(more):
        raise ValueError(words)
    return "-".join(filter(None, (language, script, territory)))


def _day(said: _Said, today: date) -> date:
    try:
        day = date.fromisoformat(said.line("verified_on", LONGEST_NAME))
    except ValueError:
        said.errors["verified_on"] = N_("Write the day it was last looked at as 2026-11-28.")
        return date.min
    if day > today:
        said.errors["verified_on"] = N_("This day has not come yet.")
    return day
