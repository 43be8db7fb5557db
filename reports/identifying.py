"""Words in a warning that might give somebody away: digits, names, places, addresses."""

import re
from collections.abc import Iterable

DIGITS = re.compile(r"\d[\d\s./:-]*\d|\d")
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|@\w+", re.IGNORECASE)
CAPITALISED = re.compile(r"(?<![.!?]\s)(?<!^)(?<=\s)[^\W\d_a-z][\w'-]+", re.MULTILINE)
BEGINNING = re.compile(r"(?:^|[.!?]\s+)([^\W\d_a-z][\w'-]+)", re.MULTILINE)
HARMLESS = {"I", "I'm", "I'd", "I'll", "I've", "PEP", "SARC", "CCTV", "WhatsApp"}


def names_in(text: str) -> frozenset[str]:
    """Return the words that have a capital inside a sentence: names of people, streets, shops."""
    return frozenset(_whose(word) for word in CAPITALISED.findall(text)) - HARMLESS


def identifying_words(
    text: str, places: Iterable[str] = (), names: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return the parts of a text that may identify somebody, in order, each once.

    Digits (times, flat and plate numbers), addresses and handles, words with a capital inside a
    sentence (names, streets) and the given place names. At its beginning every word has a capital:
    there it takes `names`, those of the report, to tell. It points; a caseworker decides.
    """
    found = [
        *DIGITS.findall(text),
        *ADDRESS.findall(text),
        *names_in(text),
        *(names & {_whose(word) for word in BEGINNING.findall(text)}),
        *(place for place in places if re.search(rf"\b{re.escape(place)}\b", text, re.IGNORECASE)),
    ]
    once = dict.fromkeys(part.strip(" .,;:!?") for part in found)
    return tuple(sorted(filter(None, once), key=text.find))


def _whose(word: str) -> str:
    return word.removesuffix("'s")
