"""Vehicle registrations within text: after a word that says so, or unmistakable at home."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from phonenumbers import SUPPORTED_REGIONS

from checker.identifiers.registrations import (
    FILLERS,
    NO_COUNTRIES,
    OTHER_NAMES,
    WORDS,
    Format,
    collapsed,
    country_of,
)
from checker.identifiers.spelling import in_place
from checker.identifiers.usernames import (
    BLANK,
    BLANKS,
    OF_WORD,
    everywhere,
    fillers,
    spaced,
    without,
    word,
)
from checker.model import Identifier, IdentifierKind

MOST_TOKENS, IN_TWO = 6, 2
TOKEN = re.compile(rf"{OF_WORD}+")
OF_PLATES = re.compile(r"(?!(?:AND|OR)\Z)[A-Z0-9\u00c4\u00d6\u00dc]+")
TWO_LETTERS = re.compile(r"[A-Z]{2}")
# At least a digit, two to eleven signs in all, and no time of day or length of time.
ONE = re.compile(r"(?=.*[0-9])(?![0-9]{1,4}(?:AM|PM|ST|ND|RD|TH|YO|YRS?|MINS?|HRS?|KM?)\Z).{2,11}")
BOTH = re.compile(r"(?=.*[0-9]).*[^0-9OI]")  # a digit and a letter that were typed as such
JOIN = re.compile(r"[ \t]{0,2}(?:[.-][ \t]?)?")
AFTER_COUNTRY = re.compile(r"[ \t]*\)?[ \t]*[:-]?[ \t]*")
# The first digits of a phone number that follows, or a whole one.
PHONE = re.compile(r"[ \t]*(?:0[0-9]{4,}|[0-9]{6,})")
# What a plate is apart from: signs, a word, a phone number.
APART = re.compile(r"[^ \t.'-]")
ANOTHER = re.compile(r"[ \t]*[0-9]{3,}|[ \t.'-]*(?:AND|OR)")
MARK = re.compile(r"[:)]")
MORE_OF_IT = re.compile(r"[/:.,][0-9]")  # of a date, a time, an amount
# A plate within a link or an address is none.
OTHER = everywhere(r"[^ \t\n]*(?:@|://|www\.|\.[a-z]{2,}/)[^ \t\n]*")
VALUE = re.compile(
    rf"(?<!{OF_WORD})(?P<country>[A-Z]{{2}}):(?P<plate>[A-HJ-NP-Z0-9]{{2,11}})(?!{OF_WORD})"
)
AFTER_A_WORD = everywhere(
    rf"(?:(?<!{OF_WORD})(?P<before>[a-z]{{2}}){BLANKS})?{word(WORDS)}{fillers(FILLERS)}"
    rf"{BLANK}[:=#.-]?{BLANK}\(?"
)


class Token(NamedTuple):
    """A word in capitals, and where it is."""

    start: int
    end: int
    text: str


class Found(NamedTuple):
    """A registration, and where it was written."""

    start: int
    end: int
    identifier: Identifier


def find_plates(text: str, home: str) -> tuple[list[Identifier], str]:
    """Return the registrations in cleaned text, and the text with commas in their place."""
    view = left = spaced(in_place(text), OTHER)
    plates: list[Found] = []
    for find in (_values, _after_words, _on_their_own):
        found = list(find(left, home))
        for each in found:
            left = left[: each.start] + "," * (each.end - each.start) + left[each.end :]
        plates += found
    plates.sort(key=lambda each: each.start)
    return [each.identifier for each in plates], without(text, view, left)


def plain_format(country: str, spelled: str) -> Format | None:
    """Return the format of words that are read as a plate of this home country on their own.

    They are in capitals, a space between groups.
    """
    typed, known = spelled.replace(" ", ""), country_of(country)
    found = known.format_of(collapsed(typed))
    if not found or not found.alone or not BOTH.match(typed):
        return None
    return None if known.words.fullmatch(spelled) else found


def _values(view: str, home: str) -> Iterator[Found]:
    """Find registrations as they are stored."""
    del home
    for match in VALUE.finditer(view):
        if match["country"] in SUPPORTED_REGIONS and ONE.fullmatch(match["plate"]):
            value = Identifier(IdentifierKind.VEHICLE, match.group())
            yield Found(match.start(), match.end(), value)


def _after_words(view: str, home: str) -> Iterator[Found]:
    end = 0
    for match in AFTER_A_WORD.finditer(view):
        if match.start() < end:
            continue
        tokens = _tokens_from(view, match.end())
        country, rest = _country(view, match["before"] or "", tokens, home)
        picked = _pick(view, country, rest)
        if picked:
            end = picked[-1].end
            yield _found(picked, country, match.start())


def _found(tokens: Sequence[Token], country: str, start: int) -> Found:
    value = Identifier(IdentifierKind.VEHICLE, f"{country}:{_joined(tokens)}")
    return Found(start, tokens[-1].end, value)


def _tokens_from(view: str, start: int) -> list[Token]:
    """Return the words that may be of one plate, from a place on."""
    tokens: list[Token] = []
    for token in _tokens(view, start):
        gap = view[tokens[-1].end if tokens else start : token.start]
        follows = _follows(tokens, gap, token) if tokens else not gap
        if not follows or not OF_PLATES.fullmatch(token.text) or len(tokens) == MOST_TOKENS:
            break
        tokens.append(token)
    return tokens


def _follows(tokens: Sequence[Token], gap: str, token: Token) -> bool:
    beside_country = len(tokens) == 1 and TWO_LETTERS.fullmatch(tokens[0].text)
    joins = AFTER_COUNTRY if beside_country else JOIN
    return bool(joins.fullmatch(gap)) and not PHONE.fullmatch(gap + token.text)


def _tokens(view: str, start: int = 0) -> Iterator[Token]:
    for match in TOKEN.finditer(view, start):
        yield Token(match.start(), match.end(), match.group().upper())


def _country(view: str, before: str, tokens: list[Token], home: str) -> tuple[str, list[Token]]:
    """Return the country that is named beside a plate, else the home country, and the rest."""
    named = _code(before)
    country = _code(tokens[0].text) if len(tokens) > 1 else ""
    if named or not country:
        return named or home, tokens
    first, rest = tokens[0], tokens[1:]
    marked = MARK.search(view, first.end, rest[0].start)
    is_word = view[first.start : first.end] in NO_COUNTRIES
    if not marked and (is_word or _is_of(home, tokens)):
        return home, tokens
    return country, rest


def _code(typed: str) -> str:
    """Return a country's code, "" if there is none; only capitals are one."""
    code = OTHER_NAMES.get(typed, typed)
    return code if code in SUPPORTED_REGIONS else ""


def _is_of(country: str, tokens: Sequence[Token]) -> bool:
    """Tell whether all of some words are a plate of a country, or the first of them surely."""
    if country_of(country).format_of(_joined(tokens)):
        return True
    heads = (tokens[:size] for size in range(1, len(tokens)))
    return any(plain_format(country, _spelled(head)) for head in heads)


def _pick(view: str, country: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """Return the words of the plate: those of a format that is unmistakable, else all."""
    for start in range(len(tokens)):
        for end in range(len(tokens), start, -1):
            window = tokens[start:end]
            found = country_of(country).format_of(_joined(window))
            if found and found.alone and BOTH.match(_spelled(window)):
                return window
    if not tokens or MORE_OF_IT.match(view, tokens[-1].end):
        return []
    return tokens if ONE.fullmatch(_spelled(tokens).replace(" ", "")) else []


def _on_their_own(view: str, home: str) -> Iterator[Found]:
    """Find what is a plate of the home country without a word that says so."""
    tokens, at = list(_tokens(view)), 0
    while at < len(tokens):
        sizes = range(MOST_TOKENS, 0, -1)
        size = next((size for size in sizes if _stands(view, tokens, at, size, home)), 0)
        if size:
            yield _found(tokens[at : at + size], home, tokens[at].start)
        at += size or 1


def _stands(view: str, tokens: Sequence[Token], at: int, size: int, home: str) -> bool:
    """Tell whether some words in a row are a plate and stand apart from what is around."""
    window = tokens[at : at + size]
    found = plain_format(home, _spelled(window))
    if not found or len(window) < size or not _is_joined(view, window):
        return False
    if found.within and size == 1:
        return True
    before, after = tokens[at - 1 : at], tokens[at + size : at + size + 1]
    begins = found.within and size == IN_TWO
    if before and not begins and not _is_apart(view[before[0].end : window[0].start], before[0]):
        return False
    return not after or _is_apart(view[window[-1].end : after[0].start], after[0])


def _is_joined(view: str, tokens: Sequence[Token]) -> bool:
    gaps = (view[one.end : other.start] for one, other in pairwise(tokens))
    fits = all(OF_PLATES.fullmatch(token.text) for token in tokens)
    return fits and all(map(JOIN.fullmatch, gaps))


def _is_apart(gap: str, beside: Token) -> bool:
    return bool(APART.search(gap) or ANOTHER.fullmatch(gap + beside.text))


def _joined(tokens: Sequence[Token]) -> str:
    return collapsed(_spelled(tokens).replace(" ", ""))


def _spelled(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)
