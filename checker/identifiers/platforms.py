"""Platforms that people have names on, and what a name on each may be."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.identifiers.emails import looks_like_another
from checker.identifiers.refusals import Refusal
from checker.identifiers.spelling import for_phones

LETTER = re.compile(r"[a-z]")
SOURCE = json.loads(Path(__file__).with_name("platforms.json").read_text(encoding="ascii"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One of them, as platforms.json has it.

    `words` are what people call it, `marked` what says so only beside a sign; `paths` come before
    the name in a link to a profile, `reserved` are no names there. With `dots_ignored` the
    platform tells no two names apart by their dots.
    """

    slug: str
    label: str
    words: tuple[str, ...]
    marked: tuple[str, ...]
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    reserved: frozenset[str]
    name: re.Pattern[str]
    shortest: int
    longest: int
    dots_ignored: bool

    def named(self, typed: str) -> str:
        """Return a name as this platform has it, "" if it has no such name.

        A name of digits alone is none: it is rather a number.
        """
        name = plain_name(typed)
        if not LETTER.search(name) or not self.name.fullmatch(name):
            return ""
        name = name.replace(".", "") if self.dots_ignored else name
        return name if self.shortest <= len(name) <= self.longest else ""


def plain_name(typed: str) -> str:
    """Return a name in small letters, without marks and the full stop of a sentence."""
    return for_phones(typed).lower().rstrip(".")


def why_no_name(typed: str) -> Refusal:
    """Say why no platform has such a name: all of theirs are of ASCII letters."""
    name = plain_name(typed)
    return Refusal.LOOK_ALIKE if looks_like_another(name, "") else Refusal.USERNAME


def listed(said: str) -> tuple[str, ...]:
    """Return the words of a list with commas."""
    return tuple(said.split(", ")) if said else ()


def _platform(said: dict[str, Any]) -> Platform:
    """Read one; its slug is a word for it too, unless that says so only beside a sign."""
    slug, marked = said["slug"], listed(said.get("marked", ""))
    return Platform(
        slug=slug,
        label=said["label"],
        words=(*([] if slug in marked else [slug]), *listed(said.get("words", ""))),
        marked=marked,
        hosts=listed(said.get("hosts", "")),
        paths=listed(said.get("paths", "")),
        reserved=frozenset(RESERVED + listed(said.get("reserved", ""))),
        name=re.compile(said["name"]),
        shortest=said["shortest"],
        longest=said["longest"],
        dots_ignored=said.get("dots_ignored", False),
    )


FILLERS = listed(SOURCE["fillers"])
NO_NAMES = frozenset(FILLERS + listed(SOURCE["no_names"]))
RESERVED = listed(SOURCE["reserved"])
PLATFORMS = tuple(map(_platform, SOURCE["platforms"]))
BY_SLUG = {each.slug: each for each in PLATFORMS}
BY_WORD = {word: each for each in PLATFORMS for word in (*each.words, *each.marked)}
BY_HOST = {host: each for each in PLATFORMS for host in each.hosts}
