"""The sheet for a clinic after recent harm: what stands on it, in the words of two languages.

Its sentences are general guidance, in our own words: WHO's on care after sexual violence, BASHH's
on PEP and on tests, FSRH's on emergency contraception, FFLM's on forensic samples. They stand in a
file for each language; every file has every sentence, or it is refused when it is read. Nothing
that somebody chooses is kept.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from babel import Locale

WORDS = Path(__file__).parent / "medical_words"
SOURCE = "en"  # the others are its translations
REVIEWED = frozenset({SOURCE})  # and translations that a clinician who speaks them has read


class Part(StrEnum):
    """What somebody may need at a clinic."""

    HIV = "hiv"
    PREGNANCY = "pregnancy"
    INFECTIONS = "infections"
    EVIDENCE = "evidence"
    INJURIES = "injuries"
    MIND = "mind"


class Since(StrEnum):
    """About how long ago it was."""

    DAY = "day"
    THREE_DAYS = "three"
    FIVE_DAYS = "five"
    WEEK = "week"
    LONGER = "longer"


class Kind(StrEnum):
    """What a line of the sheet is."""

    SAID = "said"
    WANT = "want"  # with a square to tick
    WRITE = "write"  # with room to write on


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, by its key."""

    key: str
    kind: Kind = Kind.SAID


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a title, by its key."""

    title: str
    lines: tuple[Line, ...]


PARTS: Mapping[Part, tuple[str, ...]] = MappingProxyType(
    {
        Part.HIV: ("hiv_want", "hiv_time"),
        Part.PREGNANCY: ("pregnancy_want", "pregnancy_time", "pregnancy_medicines"),
        Part.INFECTIONS: ("infections_want", "infections_hepatitis_want", "infections_times"),
        Part.EVIDENCE: (
            "evidence_want",
            "evidence_store_want",
            "evidence_times",
            "evidence_keep",
        ),
        Part.INJURIES: ("injuries_neck_want", "injuries_head_want", "injuries_wounds_want"),
        Part.MIND: ("mind_talk_want", "mind_harm_want", "mind_safe_want"),
    }
)
LATE: Mapping[Part, tuple[frozenset[Since], tuple[str, ...]]] = MappingProxyType(
    {  # when it is too late for a part, and what is said in its place
        Part.HIV: (frozenset({Since.FIVE_DAYS, Since.WEEK, Since.LONGER}), ("hiv_late",)),
        Part.PREGNANCY: (frozenset({Since.WEEK, Since.LONGER}), ("pregnancy_late",)),
        Part.EVIDENCE: (frozenset({Since.LONGER}), ("evidence_late",)),
    }
)
TO_WRITE = ("write_allergies", "write_medicines", "write_pregnant", "write_vaccinations")
OPENING = ("title", "about", "ask", "interpreter_want")
CLOSING = ("note", "unreviewed")
KEYS = frozenset(
    {
        *("name", "since", *(f"since_{each}" for each in Since)),
        *OPENING,
        *(f"{part}_title" for part in Part),
        *(key for keys in PARTS.values() for key in keys),
        *(key for _, keys in LATE.values() for key in keys),
        *("write_title", *TO_WRITE),
        *CLOSING,
    }
)


class MissingSentence(Exception):
    """A file has a sentence too few or too many, or an empty one; the text says which."""


def languages() -> tuple[str, ...]:
    """Return the languages that there is a file of (BCP 47), the source first."""
    found = sorted(path.stem for path in WORDS.glob("*.toml"))
    return (SOURCE, *(code for code in found if code != SOURCE))


@lru_cache
def sentences(language: str) -> Mapping[str, str]:
    """Return the sentences of a language by key; raises MissingSentence."""
    read = tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))
    return MappingProxyType(check(language, read))


def check(language: str, read: Mapping[str, object]) -> dict[str, str]:
    """Return the sentences of a file, if it has all of them; raises MissingSentence."""
    found = {key: text for key, text in read.items() if isinstance(text, str) and text.strip()}
    wrong = sorted(KEYS.symmetric_difference(found) | read.keys() - found.keys())
    if wrong:
        message = f"{language}: {', '.join(wrong)}"
        raise MissingSentence(message)
    return found


def direction(language: str) -> str:
    """Return `ltr` or `rtl`."""
    return Locale.parse(language, sep="-").text_direction


def sheet(parts: Collection[Part], since: Since | None) -> tuple[Section, ...]:
    """Return what stands on the sheet; without any part, all of them do."""
    chosen = [part for part in Part if part in parts] or [*Part]
    wanted = (Section(f"{part}_title", _lines(part, since)) for part in chosen)
    written = Section("write_title", tuple(Line(key, Kind.WRITE) for key in TO_WRITE))
    return (*wanted, written)


def _lines(part: Part, since: Since | None) -> tuple[Line, ...]:
    late, instead = LATE.get(part, (frozenset(), ()))
    keys = instead if since in late else PARTS[part]
    return tuple(Line(key, Kind.WANT if key.endswith("_want") else Kind.SAID) for key in keys)
