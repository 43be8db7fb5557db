"""Phone numbers within text: runs of digits, and how many numbers each run is."""

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from checker.identifiers.numbers import Number, readings, why_not
from checker.identifiers.refusals import Refusal
from checker.identifiers.spelling import with_letters_as_digits, with_words_of_zeros

# What may stand between two digits of one number: anything but letters and these.
JOINS = r'(?:[^\w+,;:|&=<>?!@%#"£€$\n]|_)'
RUN = re.compile(rf"(?:\+{JOINS}{{0,3}})?\d(?:{JOINS}*\d)*")
NOT_DIGITS = re.compile(r"\D+")
EXTENSION = re.compile(
    r"(?<=\d)[ .,;()]*(?:ext(?:n|ension)?|x|poste|#)[ .:=]*\d{1,6}(?!\d)", re.IGNORECASE
)
DATE = re.compile(
    r"(?<![\d/.+-])(?:[0-3]?\d(?P<by>[/.-])[0-3]?\d(?P=by)(?:19|20)\d\d"
    r"|(?:19|20)\d\d(?P<to>[/.-])[01]?\d(?P=to)[0-3]?\d)(?![\d/-])"
)
NOISE = re.compile(
    r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"  # a time
    r"|[£€$] ?\d+(?:[.,]\d+)*"  # a price
    r"|(?<!\S)\d{1,4}(?:am|pm|st|nd|rd|th|yo|yrs?|mins?|hrs?|h|km|cm|kg|k|x)\b"  # 10pm, 25yo
    r"|^[ \t]*(?:[1-9]|1\d)[.)][ \t]+(?=\(?[+0])",  # a bullet, 1. or 2)
    re.IGNORECASE | re.MULTILINE,
)
SHORT = 5  # digits: an age, a year, a house number; no number unless it stands alone
MOST_GROUPS = 40
LONGEST = 22  # digits: the 15 of E.164 with 011, a trunk zero and a slip or two


class Found(NamedTuple):
    """What one run of digits holds, and where it begins."""

    start: int
    certain: tuple[Number, ...]
    candidates: tuple[Number, ...]


def find_phones(text: str, region: str, *, alone: bool) -> tuple[list[Found], Refusal | None]:
    """Return the numbers in text prepared by `spelling.for_phones`, or why a run of it is none.

    `alone` says that nothing else was found, so a short run of digits is meant as a number.
    """
    typed = _blanked(EXTENSION, text)
    text = with_letters_as_digits(typed)
    found, refusal = _find(text, typed, region, alone=alone)
    if refusal and (zeros := with_words_of_zeros(text)) != text:
        second, still = _find(zeros, typed, region, alone=alone)
        return (found, refusal) if still else (second, None)
    return found, refusal


def digits_of(run: str) -> str:
    """Return the digits of a run, with "+" before them where it begins with one."""
    digits = NOT_DIGITS.sub("", run)
    return "+" + digits if run.startswith("+") else digits


def _find(text: str, typed: str, region: str, *, alone: bool) -> tuple[list[Found], Refusal | None]:
    """Find the numbers of a text whose letters were read as digits; `typed` still has them."""
    runs = [
        (match.start(), match.group())
        for match in RUN.finditer(_blanked(NOISE, _blanked(DATE, text)))
    ]
    long = [(start, run) for start, run in runs if len(NOT_DIGITS.sub("", run)) > SHORT]
    found = []
    for start, run in long or (runs if alone else []):
        certain, candidates = _read_run(run, region)
        if run[0] == "1" and typed[start] != "1":
            certain, candidates = _with_a_stroke(run, region, (*certain, *candidates))
        if not certain and not candidates:
            return [], why_not(digits_of(run), region)
        found.append(Found(start, certain, candidates))
    return found, None


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: "\n" * len(match.group()), text)


def _read_run(run: str, region: str) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
    """Read a run as one number, else as several between slashes, else as several in a row."""
    found = _read_one(digits_of(run), region)
    if found and run[0] not in "0+":
        found = tuple(dict.fromkeys((*found, *_after_other_digits(run, region))))
    if found:
        return (found, ()) if len(found) == 1 else ((), found)
    between_slashes = [_read_one(digits_of(part.strip(" (")), region) for part in run.split("/")]
    if all(len(part) == 1 for part in between_slashes):
        return tuple(part[0] for part in between_slashes), ()
    return _in_a_row(run, region), ()


def _with_a_stroke(
    run: str, region: str, as_one: tuple[Number, ...]
) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
    """Read an l or I before a number as the digit 1, and as a stroke that means nothing."""
    found = tuple(dict.fromkeys((*as_one, *_read_one(digits_of(run[1:]), region))))
    return (found, ()) if len(found) == 1 else ((), found)


def _after_other_digits(run: str, region: str) -> Iterator[Number]:
    """Return the numbers that a run ends with if its first digits are something else.

    "3 07700 900123" may be Greek (30...), or the third of a list.
    """
    groups = _groups_of(run)
    for at in range(1, len(groups)):
        if len("".join(groups[:at])) > SHORT:
            return
        if groups[at].startswith("0"):
            yield from _read_one("".join(groups[at:]), region)


def _groups_of(run: str) -> list[str]:
    groups = NOT_DIGITS.sub(" ", run).split()
    return ["+" + groups[0], *groups[1:]] if run.startswith("+") else groups


def _read_one(digits: str, region: str) -> tuple[Number, ...]:
    too_long = len(digits) > LONGEST
    return () if too_long or not digits else readings(digits, region)


def _in_a_row(run: str, region: str) -> tuple[Number, ...]:
    """Cut a run into numbers that each begin with a zero or plus, if there is one way to.

    A few digits before the first are taken for a bullet or an age; none may be left after.
    """
    groups = _groups_of(run)
    if len(groups) > MOST_GROUPS:
        return ()
    before = list(accumulate(map(len, groups), initial=0))
    starts = [at for at in range(1, len(groups)) if before[at] <= SHORT] + [0]
    ways = [way for at in starts for way in _ways(groups, at, region)]
    return ways[0] if len(ways) == 1 else ()


def _ways(groups: list[str], at: int, region: str) -> list[tuple[Number, ...]]:
    """Return every way to cut the groups from one on into numbers without doubt."""
    ways: dict[int, list[tuple[Number, ...]]] = {len(groups): [()]}
    for start in range(len(groups) - 1, at - 1, -1):
        ways[start] = [
            (number, *rest)
            for end, number in _numbers_from(groups, start, region)
            for rest in ways[end][:2]
        ]
    return ways[at]


def _numbers_from(groups: list[str], start: int, region: str) -> list[tuple[int, Number]]:
    if groups[start][0] not in "0+":
        return []
    found = []
    for end in range(start + 1, len(groups) + 1):
        digits = "".join(groups[start:end])
        if len(digits) > LONGEST:
            break
        if len(one := _read_one(digits, region)) == 1:
            found.append((end, one[0]))
    return found
