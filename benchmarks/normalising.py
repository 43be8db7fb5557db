"""Normalising against `phonenumbers` alone on the same lines, and the cost of each step."""

import random
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from time import perf_counter
from typing import TypeVar

import phonenumbers
from email_validator import validate_email
from rich.console import Console

from benchmarks.tables import Row, show
from checker.identifiers.emails import find_emails
from checker.identifiers.links import with_links_opened
from checker.identifiers.numbers import Number, is_known, is_premium, readings
from checker.identifiers.phones import find_phones
from checker.identifiers.reading import PLAIN, PUNCTUATION, read
from checker.identifiers.spelling import cleaned, for_phones
from checker.model import Identifier, IdentifierKind, NotAnIdentifier, Reading

LINES = 2_000
ROUNDS = 9
SEED = 20
REGION = "GB"
MICRO = 1e6

T = TypeVar("T")

# How people write 07700 900123, and how many in a hundred do so: our estimate, not a survey.
SPELLINGS: dict[Callable[[str], str], int] = {
    lambda n: f"0{n}": 26,
    lambda n: f"0{n[:4]} {n[4:]}": 20,
    lambda n: f"0{n[:4]} {n[4:7]} {n[7:]}": 10,
    lambda n: f"+44{n}": 12,
    lambda n: f"+44 {n[:4]} {n[4:]}": 10,
    lambda n: f"+44 (0){n[:4]} {n[4:]}": 3,
    lambda n: f"0{n[:4]}-{n[4:7]}-{n[7:]}": 3,
    lambda n: f"0044{n}": 3,
    lambda n: f"44{n}": 3,
    lambda n: n: 3,
    lambda n: f"0{n[:4]}\u00a0{n[4:]}": 2,
    lambda n: f"\u202a+44 {n[:4]} {n[4:]}\u202c": 2,
    lambda n: f"tel:+44{n}": 1,
    lambda n: f"https://wa.me/44{n}": 1,
    lambda n: f"O{n[:4]} {n[4:]}": 1,
}


def measure() -> list[Row]:
    """Return the comparisons, then the steps a plain line and an odd one go through."""
    phones, odd, emails = _phones(), _odd(), _emails()
    mixed = [line for pair in zip(phones, emails, strict=True) for line in pair]
    return [
        *_against("phone lines", phones, _phonenumbers),
        *_against("the same, and is_valid_number", phones, _phonenumbers_valid),
        *_against("odd spellings only", odd, _phonenumbers),
        *_against("phones and emails in turn", mixed, _both_libraries),
        *_steps(),
    ]


def _against(name: str, lines: Sequence[str], library: Callable[[str], object]) -> list[Row]:
    """Measure the libraries and Brolly in turn, so that a busy machine slows both."""
    for line in lines:  # what is compiled and cached once
        library(line)
        _brolly(line)
    rounds = [(_seconds(library, lines), _seconds(_brolly, lines)) for _ in range(ROUNDS)]
    theirs, ours = (median(each) / len(lines) for each in zip(*rounds, strict=True))
    return [
        _row(f"{name}: libraries alone", theirs, None),
        _row(f"{name}: Brolly", ours, median(their / our for their, our in rounds)),
    ]


def _row(what: str, seconds: float, ratio: float | None) -> Row:
    return {
        "what": what,
        "per second": 1 / seconds,
        "µs a line": seconds * MICRO,
        "of the libraries": ratio,
    }


def _steps() -> list[Row]:
    plain, odd = "07700 900123", "\u202aO7700 900 123\u202c"
    number = Number(44, "7700900123")
    steps: dict[str, Callable[[], object]] = {
        "step: recognise a plain line": partial(PLAIN.fullmatch, plain),
        "step: take off its punctuation": partial(plain.translate, PUNCTUATION),
        "step: digits to E.164 (common)": partial(readings, "07700900123", REGION),
        "step: digits to E.164 (by the parser)": partial(readings, "07781123456", "GG"),
        "step: premium or not": partial(is_premium, number),
        "step: the result": partial(_result, number),
        "step, odd: invisible marks, NFKC": partial(cleaned, odd),
        "step, odd: links": partial(with_links_opened, "https://wa.me/447700900123"),
        "step, odd: addresses": partial(find_emails, "Jo <jo@example.org>"),
        "step, odd: digits of any script": partial(for_phones, odd),
        "step, odd: letters, noise, runs": partial(
            find_phones, "O7700 900 123", REGION, alone=True
        ),
        "only when shown: the note": partial(is_known, number),
    }
    return [_row(what, _each(step), None) for what, step in steps.items()]


def _result(number: Number) -> Reading:
    return Reading((Identifier(IdentifierKind.PHONE, number.value),))


def _each(step: Callable[[], object]) -> float:
    times = LINES // 4
    return median(_seconds(lambda _: step(), range(times)) / times for _ in range(ROUNDS))


def _seconds(function: Callable[[T], object], arguments: Sequence[T]) -> float:
    begun = perf_counter()
    for argument in arguments:
        function(argument)
    return perf_counter() - begun


def _brolly(line: str) -> Reading | None:
    try:
        return read(line, region=REGION)
    except NotAnIdentifier:
        return None


def _phonenumbers(line: str) -> str | None:
    try:
        number = phonenumbers.parse(line, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _phonenumbers_valid(line: str) -> tuple[str, bool] | None:
    try:
        number = phonenumbers.parse(line, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), valid


def _both_libraries(line: str) -> str | None:
    if "@" in line:
        return validate_email(line, check_deliverability=False).normalized
    return _phonenumbers(line)


def _phones() -> list[str]:
    """Return lines as people write them; mobiles and landlines kept for fiction, by seed."""
    draw = random.Random(SEED)  # noqa: S311 - the same lines each time
    spellings = draw.choices(list(SPELLINGS), weights=list(SPELLINGS.values()), k=LINES)
    return [spelling(_fictitious(draw)) for spelling in spellings]


def _odd() -> list[str]:
    draw = random.Random(SEED)  # noqa: S311 - the same lines each time
    return [draw.choice(list(SPELLINGS)[-5:])(_fictitious(draw)) for _ in range(LINES)]


def _emails() -> list[str]:
    return [f"Name.{number}@Example.org" for number in range(LINES)]


def _fictitious(draw: random.Random) -> str:
    return draw.choice(("7700900", "1632960")) + f"{draw.randrange(1000):03}"


if __name__ == "__main__":
    show(Console(), measure())
