"""Reading an entry: from what was pasted to identifiers, choices or a refusal."""

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from phonenumbers import SUPPORTED_REGIONS

from checker.identifiers.emails import FoundAddress, find_emails
from checker.identifiers.links import with_links_opened
from checker.identifiers.numbers import is_premium, readings
from checker.identifiers.phones import DATE, Found, find_phones
from checker.identifiers.plates import find_plates
from checker.identifiers.refusals import Refusal, refused
from checker.identifiers.spelling import cleaned, for_phones, with_letters_as_digits
from checker.identifiers.usernames import Usernames, find_usernames
from checker.identifiers.withheld import says_withheld
from checker.model import Identifier, IdentifierKind, NotAnIdentifier, Reading

LONGEST_ENTRY = 1000  # characters
# One number as most people write it: the short way, past everything that odd spellings need.
# Beginning with 0 or +, or else without a group that begins with 0 and could be the number itself.
PLAIN = re.compile(
    r"[ (]{0,8}(?:\+[ (]{0,4}[1-9]|0|(?!.*[ ().-]0)[1-9])(?:[ ().-]{0,4}\d){5,21} {0,8}", re.ASCII
)
PUNCTUATION = str.maketrans("", "", " ().-")
FEW_DIGITS = 4  # as in john1990: a word, not a number cut short
LETTERS = re.compile(r"[^\x00-@\[-`{-\x7f]")  # of usernames and plates; without any there are none
BARE_DIGITS = re.compile(r":[0-9]+\Z")
HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?")


class Numbers(NamedTuple):
    """The numbers and addresses of an entry, or why there are none.

    `slip`: something was meant as one of them, and nothing else is read before it is mended.
    """

    addresses: list[FoundAddress] = []  # noqa: RUF012 - a tuple's field, never changed
    phones: list[Found] = []  # noqa: RUF012 - the same
    refusal: Refusal | None = None
    slip: bool = False


def read(text: str, *, region: str) -> Reading:
    """Return what an entry holds, for somebody in a region (ISO 3166-1 alpha-2).

    Raises NotAnIdentifier, which says why and never what was typed.
    """
    if PLAIN.fullmatch(text) and not DATE.search(text):
        found = readings(text.translate(PUNCTUATION), region)
        if len(found) == 1 and not is_premium(found[0]):
            return Reading((Identifier(IdentifierKind.PHONE, found[0].value),))
    return read_carefully(text, region=region)


def read_carefully(text: str, *, region: str) -> Reading:
    """Do what `read` does without its short way for plain numbers."""
    if region not in SUPPORTED_REGIONS:
        message = "the region is not one that libphonenumber knows"
        raise ValueError(message)
    text = _entry(text)
    names, rest = find_usernames(text) if LETTERS.search(text) else (Usernames(), text)
    plates, rest = find_plates(rest, region) if LETTERS.search(text) else ([], rest)
    others = [*names.certain, *plates]
    lettered = [each for each in others if not BARE_DIGITS.search(each.value)]
    numbers = _numbers(text, region, alone=not lettered)
    if numbers.refusal is None:  # then bare digits are a number's, and no @ is asked about
        return _together(numbers, lettered)
    if names.refusal and not numbers.slip:
        raise refused(names.refusal)
    beside = _numbers(rest, region, alone=not others)
    nothing = not others and not names.choices
    if nothing or beside.slip:
        raise refused(numbers.refusal)
    return _together(beside, others, names.choices)


def _entry(text: str) -> str:
    if len(text) > LONGEST_ENTRY:
        raise refused(Refusal.TOO_LONG)
    text = cleaned(text).strip()
    if not text:
        raise refused(Refusal.EMPTY)
    return text


def _numbers(text: str, region: str, *, alone: bool) -> Numbers:
    """Read only the numbers and addresses; `alone` says that nothing else was found."""
    opened, empty_link = with_links_opened(text)
    addresses, rest, username, refusal = _emails(opened)
    if refusal:
        return Numbers(refusal=refusal, slip=True)
    view = for_phones(rest)
    phones, refusal = find_phones(view, region, alone=alone and not addresses)
    if any(is_premium(number) for found in phones for number in found.certain):
        refusal = Refusal.PREMIUM
    if refusal and (phones or not _is_wordy(view)):
        return Numbers(refusal=refusal, slip=True)
    if not addresses and not phones:
        why = _why_nothing(text, refusal, empty_link=empty_link, username=username)
        return Numbers(refusal=why)
    return Numbers(addresses=addresses, phones=phones)


def _emails(text: str) -> tuple[list[FoundAddress], str, bool, Refusal | None]:
    try:
        return *find_emails(text), None
    except NotAnIdentifier as error:
        return [], text, False, Refusal(error.code)


def _is_wordy(view: str) -> bool:
    """Tell of words with a digit or two, which are no number cut short."""
    digits = sum(sign.isdigit() for sign in with_letters_as_digits(view))
    return digits <= FEW_DIGITS and any(sign.isalpha() for sign in view)


def _why_nothing(
    text: str, refusal: Refusal | None, *, empty_link: bool, username: bool
) -> Refusal:
    if says_withheld(text):
        return Refusal.WITHHELD
    if empty_link or HOST.fullmatch(text):
        return Refusal.LINK
    if username:
        return Refusal.USERNAME
    if refusal is Refusal.SHORT_CODE:
        return refusal
    letters = sum(sign.isalpha() for sign in text)
    return Refusal.NAME if letters > 1 else Refusal.NO_IDENTIFIER


def _together(
    numbers: Numbers,
    others: Sequence[Identifier],
    choices: Sequence[tuple[Identifier, ...]] = (),
) -> Reading:
    """Return everything found, each once: numbers and addresses in their order, then the others."""
    certain = [
        (found.start, Identifier(IdentifierKind.PHONE, number.value))
        for found in numbers.phones
        for number in found.certain
    ]
    certain += [(at, Identifier(IdentifierKind.EMAIL, value)) for at, value in numbers.addresses]
    certain.sort(key=itemgetter(0))
    asked = (
        tuple(Identifier(IdentifierKind.PHONE, number.value) for number in found.candidates)
        for found in numbers.phones
        if found.candidates
    )
    return Reading(
        tuple(dict.fromkeys([*(identifier for _, identifier in certain), *others])),
        tuple(dict.fromkeys([*asked, *choices])),
    )
