"""Formats of vehicle registrations, by country: how they are told, grouped and shown."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from checker.identifiers.platforms import listed

SOURCE = json.loads(Path(__file__).with_name("plates.json").read_text(encoding="ascii"))
WORDS = listed(SOURCE["words"])
FILLERS = listed(SOURCE["fillers"])
NO_COUNTRIES = listed(SOURCE["no_countries"])  # words, unless in capitals or before a colon
OTHER_NAMES: dict[str, str] = SOURCE["names"]
# Nobody can tell O and I from 0 and 1 on a plate, and dots over letters are left out abroad.
COLLIDING = str.maketrans("OI\u00c4\u00d6\u00dc", "01A0U")
LETTERS = str.maketrans("01", "OI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One of a country.

    `shape` is of the value, O and I as 0 and 1, a group for each run of letters or digits; `shown`
    has L or D for each group and what stands between them. `alone`: it is a plate without a word
    that says so, in an entry of its own; `within`: in a sentence too, if written as one word.
    """

    shape: re.Pattern[str]
    shown: str
    alone: bool
    within: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """The formats of a country, and what looks like one of them but is words."""

    formats: tuple[Format, ...]
    words: re.Pattern[str]

    def format_of(self, value: str) -> Format | None:
        """Return the first format that a value has."""
        return next((each for each in self.formats if each.shape.fullmatch(value)), None)


def collapsed(capitals: str) -> str:
    """Return letters and digits as they are in values: 0 for O and 1 for I."""
    return capitals.translate(COLLIDING)


def in_groups(country: str, value: str) -> str:
    """Return a value as it stands on the plate, where a format says which are letters."""
    found = country_of(country).format_of(value)
    if found is None:
        return value
    groups = iter(_groups(found, value))
    return "".join(
        next(groups).translate(LETTERS) if kind == "L" else next(groups) if kind == "D" else kind
        for kind in found.shown
    )


def country_of(code: str) -> Country:
    """Return what is known of a country (ISO 3166-1 alpha-2); of most there is nothing."""
    return COUNTRIES.get(code, NOWHERE)


def _groups(found: Format, value: str) -> tuple[str, ...]:
    match = found.shape.fullmatch(value)
    return match.groups() if match else ()


NOWHERE = Country(formats=(), words=re.compile(""))
COUNTRIES = {
    code: Country(
        formats=tuple(
            Format(
                shape=re.compile(each["shape"]),
                shown=each["shown"],
                alone=each.get("alone", False),
                within=each.get("within", False),
            )
            for each in said["formats"]
        ),
        words=re.compile(said.get("words", "")),
    )
    for code, said in SOURCE["countries"].items()
}
