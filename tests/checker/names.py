"""Usernames and registrations as people may paste them, made by chance."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from checker import identifiers
from checker.identifiers.platforms import BY_WORD, PLATFORMS, Platform
from checker.identifiers.registrations import COUNTRIES, WORDS, collapsed
from tests.checker.entries import BETWEEN, JOINS, NOISE, REGIONS

HOMES = ("GB", "GB", "GB", "IE", "NL", "DE", "FR", "ES", "IT", "BE", "IN", "NZ", "AU", "US")
SIGNS = "abcxyz019._-"
ODD = (
    "@ : . _ - / , ( ) O 0 I 1 "
    "\u0430 \u0456 \u00e9 \u0130 \u017f \u212a \u0660 \u0336 \u00d6 \U0001f618"
).split()
AROUND = (
    "{on}: {name}|{on} @{name}|{on}: @{name}|@{name} on {on}|@{name} ({on})|{name} ({on})|"
    "{name} on {on}|{on} {name}|{on} - {name}|{on} username {name}|{on} {name}, @{name}x|"
    "{on}/{other}: {name}|{on} and {other} @{name}|@{name}|u/{name}|{on}={name}|{name} {on}|"
    "{on}:{name}?call|{name}|{on} name is {name}"
).split("|")
BESIDE = (
    "{plate}|{word} {plate}|{word}: {plate}|{word} no {plate}|{word} {country} {plate}|"
    "{country} {word} {plate}|{word} {country}: {plate}|{word} ({country}) {plate}|"
    "red {plate}|{word} red {plate} now|{country}:{plate}|{plate}/2|{plate}@a.org"
).split("|")
BESIDES = ("07700 900123", "+33 1 70 18 99 00", "joe@example.org", "07700", "0906 123 4567", "")
SHAPES = json.loads(
    Path(identifiers.__file__).with_name("plates.json").read_text(encoding="ascii")
)["countries"]


def named_entries(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Return entries with usernames and plates among other things, and where they are read."""
    chance = Random(seed)  # noqa: S311 - the same entries each time
    for _ in range(count):
        parts = [_part(chance) for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))]
        text = parts[0] + "".join(chance.choice(BETWEEN) + part for part in parts[1:])
        for _ in range(chance.choice((0, 0, 0, 1, 2))):
            at = chance.randint(0, len(text))
            text = text[:at] + chance.choice(ODD) + text[at + chance.randint(0, 1) :]
        yield text[:1000], chance.choice((*HOMES, chance.choice(REGIONS)))


def _part(chance: Random) -> str:
    make = chance.choices((_username, _link, _plate, _beside), (5, 2, 6, 2))[0]
    text = make(chance)
    return text.upper() if chance.random() < 0.2 else text


def a_name(chance: Random, platform: Platform) -> str:
    """Return a name that a platform may have, and at times one that it may not."""
    size = chance.randint(1, min(platform.longest, 12))
    name = "".join(chance.choice(SIGNS) for _ in range(size))
    return name + chance.choice(("", "", "amber", ".01"))


def _username(chance: Random) -> str:
    word, other = (chance.choice(list(BY_WORD)) for _ in range(2))
    name = a_name(chance, BY_WORD[word])
    return chance.choice(AROUND).format(on=word, other=other, name=name)


def _link(chance: Random) -> str:
    platform = chance.choice([each for each in PLATFORMS if each.hosts])
    before = chance.choice(
        ("", "https://", "http://www.", "www.", "m.", "HTTPS://en-gb.", "a.b.c.")
    )
    path = chance.choice((*platform.paths, "/", "/@"))
    name = chance.choice((a_name(chance, platform), *sorted(platform.reserved), "%40joe"))
    return before + chance.choice(platform.hosts) + path + name + chance.choice(("", "/", "?a=1"))


def _plate(chance: Random) -> str:
    country = chance.choice(list(COUNTRIES))
    value = a_value(chance, country) if chance.random() < 0.8 else _any_value(chance)
    for _ in range(chance.randint(0, 2)):
        at = chance.randint(0, len(value))
        value = value[:at] + chance.choice((" ", "-", *JOINS)) + value[at:]
    if chance.random() < 0.5:
        value = value.replace("0", chance.choice("0Oo")).replace("1", chance.choice("1Il"))
    word = chance.choice(WORDS)
    return chance.choice(BESIDE).format(plate=value, word=word, country=country)


def a_value(chance: Random, country: str) -> str:
    """Return a registration of one of the formats of a country, as it is stored."""
    formats = SHAPES[country]["formats"]
    return collapsed(_like(chance, chance.choice(formats)["shape"]))


def _any_value(chance: Random) -> str:
    return "".join(chance.choice("ABXZ0123") for _ in range(chance.randint(1, 11)))


def _beside(chance: Random) -> str:
    return chance.choice((*BESIDES, *NOISE))


def _like(chance: Random, shape: str) -> str:
    """Return a text of a shape: groups of classes and alternatives, each perhaps repeated."""
    text = shape
    while innermost := re.search(r"\((?:\?:)?([^()]*)\)(\?)?", text):
        options = innermost[1].split("|") + ([""] if innermost[2] else [])
        text = text[: innermost.start()] + chance.choice(options) + text[innermost.end() :]
    return re.sub(
        r"(\[[^]]+\]|[A-Z0-9])(?:\{(\d)(?:,(\d))?\}\??|(\?))?",
        lambda atom: "".join(chance.choice(_signs(atom[1])) for _ in range(_times(chance, atom))),
        text,
    )


def _signs(atom: str) -> list[str]:
    pattern = re.compile(atom)
    return [sign for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" if pattern.fullmatch(sign)]


def _times(chance: Random, atom: re.Match[str]) -> int:
    if atom[4]:
        return chance.randint(0, 1)
    least = int(atom[2] or 1)
    return chance.randint(least, int(atom[3] or least))
