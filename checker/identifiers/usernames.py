"""Usernames within text: links to profiles, names beside a platform's, and a bare @name."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from checker.identifiers.platforms import (
    BY_HOST,
    BY_WORD,
    FILLERS,
    NO_NAMES,
    PLATFORMS,
    Platform,
    why_no_name,
)
from checker.identifiers.refusals import Refusal
from checker.identifiers.spelling import in_place
from checker.model import Identifier, IdentifierKind

# Signs of names: letters, digits and _ . - of ASCII, and all beyond; of words, the same but . and -
SIGN = r"[^\x00-,/:-@\[-^`{-\x7f]"
OF_WORD = r"[^\x00-/:-@\[-^`{-\x7f]"
BLANK, BLANKS = r"[ \t]*", r"[ \t]+"
NAME = rf"{SIGN}+(?!{SIGN}|@|:{SIGN})"
BEFORE_WORD = rf"(?<!{SIGN}|@)"
BEFORE_LINK = rf"(?<!{SIGN}|[@/])"
AFTER_WORD = rf"(?!{OF_WORD}|@|[.-]{OF_WORD})"
AND = rf"(?:{BLANK}[,/&+]{BLANK}|{BLANKS}(?:(?:and|or){BLANKS})?)"
AT = r"(?<![^ \t\n,;<(\[{\"|:/'`])@"
APART = r"\n,;|&/()\[\]"  # what stands around an entry of its own
ALONE = rf"(?:(?<![^{APART}]){BLANK}|(?<=[0-9]){BLANKS}|{BEFORE_WORD}(?:and|or){BLANKS})"
END = rf"(?=[ \t.!?]*(?:[{APART}]|$)|{BLANKS}(?:[0-9+]|(?:and|or){BLANKS}))"


def word(words: Iterable[str]) -> str:
    """Return the pattern of any of some words on their own."""
    return rf"{BEFORE_WORD}(?:{_any_of(words)}){AFTER_WORD}"


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))


def fillers(words: Iterable[str]) -> str:
    """Return the pattern of fillers after a word."""
    return rf"(?:{BLANKS}{word(words)})*"


def everywhere(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that knows case in ASCII alone, as browsers do."""
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


def _platforms(words: Iterable[str]) -> str:
    """Return the pattern of one platform, or of several in a row."""
    one = word(words)
    return rf"{one}(?:{AND}{one}){{0,3}}"


ON_ANY = _platforms(BY_WORD)
ON = _platforms(each for platform in PLATFORMS for each in platform.words)
WORD = everywhere(word(BY_WORD))
FIRST_NAME = everywhere(NAME)
LINK = everywhere(
    rf"{BEFORE_LINK}(?:https?://)?(?:[a-z0-9-]{{1,20}}\.){{0,2}}"
    rf"(?P<host>{_any_of(BY_HOST)})(?P<path>/[^ \t\n<>\"|]*)"
)
IN_LINK = everywhere(rf"{SIGN}+(?!{SIGN}|[:@%+=])")
OTHER_LINK = everywhere(r"[^ \t\n]*(?:://|www\.)[^ \t\n]*")
MARKED = everywhere(
    rf"(?P<on>{ON_ANY}){fillers(FILLERS)}{BLANK}(?:[:=]{BLANK}@?|@)(?:/?u/)?"
    rf"(?P<names>{NAME}(?:{AND}@{NAME})*)"
    rf"|{AT}(?P<name>{NAME})(?:{BLANK}[(\[-]{BLANK}|{BLANKS}(?:on{BLANKS})?)(?P<then>{ON_ANY})"
    rf"|{BEFORE_LINK}/?u/(?P<reddit>{NAME})"
)
IN_WORDS = everywhere(
    rf"{ALONE}(?:(?P<names>{NAME})(?:{BLANKS}on{BLANKS}|{BLANK}[(\[]{BLANK})(?P<on>{ON_ANY})"
    rf"|(?P<first>{ON}){fillers(FILLERS)}(?:{BLANKS}-)?{BLANKS}(?P<name>{NAME}){END})"
)
BARE = everywhere(rf"{AT}(?P<name>{NAME})")
NO_BEGINNING = re.compile(r"[0-9.-]")  # @7pm is no name


@dataclass(slots=True)
class Usernames:
    """What an entry holds of usernames, and why a name is none."""

    certain: list[Identifier] = field(default_factory=list)
    choices: list[tuple[Identifier, ...]] = field(default_factory=list)
    refusal: Refusal | None = None


def find_usernames(text: str) -> tuple[Usernames, str]:
    """Return the usernames in cleaned text, and the text with commas in their place."""
    found = Usernames()
    whole = in_place(text)
    unlinked = _replaced(whole, LINK, _of_link, found)
    text = without(text, whole, unlinked)
    view = left = spaced(unlinked, OTHER_LINK)
    for pattern, taken in ((MARKED, _marked), (IN_WORDS, _in_words), (BARE, _asked)):
        left = _replaced(left, pattern, taken, found)
    return found, without(text, view, left)


def without(text: str, view: str, left: str) -> str:
    """Return text with a comma wherever a view of it, sign for sign, was changed."""
    signs = zip(text, view, left, strict=True)
    return "".join(sign if before == after else "," for sign, before, after in signs)


def spaced(text: str, pattern: re.Pattern[str]) -> str:
    """Return text with spaces in place of what is not looked at."""
    return pattern.sub(lambda match: " " * len(match.group()), text)


def _replaced(
    text: str,
    pattern: re.Pattern[str],
    taken: Callable[[re.Match[str], Usernames], bool],
    found: Usernames,
) -> str:
    return pattern.sub(
        lambda match: "," * len(match.group()) if taken(match, found) else match.group(), text
    )


def _of_link(match: re.Match[str], found: Usernames) -> bool:
    platform, path = BY_HOST[match["host"].lower()], match["path"]
    start = next((each for each in platform.paths if path.lower().startswith(each)), "")
    held = IN_LINK.match(path, len(start)) if start else None
    name = held.group() if held else ""
    if name.lower() in platform.reserved:
        return False
    if not platform.named(name) and why_no_name(name) is Refusal.USERNAME:
        return False  # a link like any other
    return _added([platform], [name], found)


def _marked(match: re.Match[str], found: Usernames) -> bool:
    on = _platforms_of(match["on"] or match["then"] or "reddit")
    first, *others = (match["names"] or match["name"] or match["reddit"]).split("@")
    names = [(FIRST_NAME.match(each) or [""])[0] for each in (first, *others)]
    return _added(on, names, found)


def _in_words(match: re.Match[str], found: Usernames) -> bool:
    """Take a name without any sign, but no other word that may follow a platform."""
    if (match["name"] or "").lower() in NO_NAMES:
        return False
    on = _platforms_of(match["on"] or match["first"])
    return _added(on, [match["names"] or match["name"]], found, doubtful=True)


def _platforms_of(on: str) -> list[Platform]:
    return [BY_WORD[each.lower()] for each in WORD.findall(on)]


def _added(
    on: list[Platform], names: list[str], found: Usernames, *, doubtful: bool = False
) -> bool:
    """Add every name on every platform, or why one is none."""
    pairs = [(platform, name) for name in names for platform in on]
    wrong = next((name for platform, name in pairs if not platform.named(name)), None)
    if wrong is not None and not doubtful:
        found.refusal = found.refusal or why_no_name(wrong)
    if wrong is not None:
        return False
    found.certain += [_identifier(platform, name) for platform, name in pairs]
    return True


def _asked(match: re.Match[str], found: Usernames) -> bool:
    """Offer the platforms that may have a name."""
    name = match["name"]
    may = [each for each in PLATFORMS if not NO_BEGINNING.match(name) and each.named(name)]
    if may:
        found.choices.append(tuple(_identifier(each, name) for each in may))
    elif why_no_name(name) is Refusal.LOOK_ALIKE:
        found.refusal = Refusal.LOOK_ALIKE
    return False


def _identifier(platform: Platform, name: str) -> Identifier:
    return Identifier(IdentifierKind.USERNAME, f"{platform.slug}:{platform.named(name)}")
