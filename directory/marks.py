"""What a listing can be found by, and where it stands in the order of names; no I/O.

A word is found by its beginning. Its first three and its first six letters are marks of their own,
`start:nig`, so that a search walks the listings of a mark that is there as it is; what is between
those lengths is looked for among the words of each, `word:night`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from directory.model import Group, ListingDraft, Wanted

ALL = "all"  # a mark of every listing that is shown
STARTS = (3, 6)  # letters
LONGEST_WORD = 74  # octets; a mark has at most 80
MOST_WORDS = 8  # of those that somebody typed
LONGEST_ORDERED = 120  # characters of a name, before the id
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sought:
    """The marks that a listing must have, and what a mark of its words must begin with."""

    marks: frozenset[str]
    beginnings: frozenset[str]


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a text once each, as they are compared: small letters, no accents."""
    return tuple(dict.fromkeys(_cut(word) for word in WORD.findall(_plain(text))))


def order_key(name: str, listing_id: UUID) -> str:
    """Return what listings are ordered by: the name as it is compared, then the id."""
    return f"{' '.join(WORD.findall(_plain(name)))[:LONGEST_ORDERED]}\t{listing_id.hex}"


def marks_of(listing: ListingDraft, area_names: Mapping[str, str]) -> frozenset[str]:
    """Return all marks of a listing.

    `area_names` are those of the instance. Their codes begin with their country: a listing without
    areas fits each area of its own country, and one without groups fits each group.
    """
    areas = listing.areas or {code for code in area_names if code.startswith(f"{listing.country}-")}
    places = [area_names[code] for code in listing.areas if code in area_names]
    return frozenset(
        {
            ALL,
            f"country:{listing.country}",
            *(f"kind:{kind}" for kind in listing.kinds),
            *(f"area:{area}" for area in areas),
            *(language_mark(code) for code in listing.languages),
            *(f"group:{group}" for group in listing.groups or Group),
            *_of_words(words_in(" ".join((listing.name, listing.summary, *places)))),
        }
    )


def sought_by(wanted: Wanted) -> Sought:
    """Return what a listing must have, to be what somebody looks for."""
    words = words_in(wanted.words)[:MOST_WORDS]
    marks = {
        f"kind:{wanted.kind}": wanted.kind,
        f"area:{wanted.area}": wanted.area,
        f"country:{wanted.country}": wanted.country,
        language_mark(wanted.language): wanted.language,
        f"group:{wanted.group}": wanted.group,
    }
    starts = {
        word: max((each for each in STARTS if each <= len(word)), default=0) for word in words
    }
    return Sought(
        marks=frozenset(
            {mark for mark, asked in marks.items() if asked}
            | {f"start:{word[:length]}" for word, length in starts.items() if length}
        ),
        beginnings=frozenset(
            f"word:{word}" for word, length in starts.items() if length < len(word)
        ),
    )


def language_mark(code: str) -> str:
    """Return the mark of a language (BCP 47), wherever and however it is written."""
    return f"language:{code.partition('-')[0].lower()}"


def _of_words(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        yield f"word:{word}"
        yield from (f"start:{word[:length]}" for length in STARTS if length <= len(word))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def _cut(word: str) -> str:
    return word.encode()[:LONGEST_WORD].decode(errors="ignore")
