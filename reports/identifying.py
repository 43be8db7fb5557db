"""Words in a warning that might give somebody away: digits, names, places, addresses."""

import re
from collections.abc import Iterable

DIGITS = re.compile(r"\d[\d\s./:-]*\d|\d")
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|@\w+", re.IGNORECASE)
CAPITALISED = re.compile(r"(?<![.!?]\s)(?<!^)(?<=\s)[^\W\d_a-z][\w'-]+", re.MULTILINE)
HARMLESS = {"I", "I'm", "I'd", "I'll", "I've", "PEP", "SARC", "CCTV", "WhatsApp"}


def identifying_words(text: str, places: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the parts of a text that may identify somebody, in order, each once.

    Digits (times, flat and plate numbers), addresses and handles, words with a capital inside a
    sentence (names, streets) and the given place names. It points; a caseworker decides.
    """
    found = [
        *DIGITS.findall(text),
        *ADDRESS.findall(text),
        *(word for word in CAPITALISED.findall(text) if word not in HARMLESS),
        *(place for place in places if re.search(rf"\b{re.escape(place)}\b", text, re.IGNORECASE)),
    ]
    once = dict.fromkeys(part.strip(" .,;:!?") for part in found)
    return tuple(sorted(filter(None, once), key=text.find))
