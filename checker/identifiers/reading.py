"""Reading an entry: from what was pasted to identifiers, choices or a refusal."""

import re
from operator import itemgetter

from phonenumbers import SUPPORTED_REGIONS

from checker.identifiers.emails import FoundAddress, find_emails
from checker.identifiers.links import with_links_opened
from checker.identifiers.numbers import is_premium, readings
from checker.identifiers.phones import DATE, Found, find_phones
from checker.identifiers.refusals import Refusal, refused
from checker.identifiers.spelling import cleaned, for_phones, with_letters_as_digits
from checker.identifiers.withheld import says_withheld
from checker.model import Identifier, IdentifierKind, Reading

LONGEST_ENTRY = 1000  # characters
# One number as most people write it: the short way, past everything that odd spellings need.
# Beginning with 0 or +, or else without a group that begins with 0 and could be the number itself.
PLAIN = re.compile(
    r"[ (]{0,8}(?:\+[ (]{0,4}[1-9]|0|(?!.*[ ().-]0)[1-9])(?:[ ().-]{0,4}\d){5,21} {0,8}", re.ASCII
)
PUNCTUATION = str.maketrans("", "", " ().-")
FEW_DIGITS = 4  # as in john1990: a word, not a number cut short
HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?")


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
    opened, empty_link = with_links_opened(text)
    addresses, rest, username = find_emails(opened)
    view = for_phones(rest)
    phones, refusal = find_phones(view, region, alone=not addresses)
    if refusal and not _is_wordy(view):
        raise refused(refusal)
    if not addresses and not phones:
        raise refused(_why_nothing(text, refusal, empty_link=empty_link, username=username))
    return _together(addresses, phones)


def _entry(text: str) -> str:
    if len(text) > LONGEST_ENTRY:
        raise refused(Refusal.TOO_LONG)
    text = cleaned(text).strip()
    if not text:
        raise refused(Refusal.EMPTY)
    return text


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


def _together(addresses: list[FoundAddress], phones: list[Found]) -> Reading:
    """Return everything found, in the order of the entry, each once."""
    if any(is_premium(number) for found in phones for number in found.certain):
        raise refused(Refusal.PREMIUM)
    certain = [
        (found.start, Identifier(IdentifierKind.PHONE, number.value))
        for found in phones
        for number in found.certain
    ]
    certain += [(at, Identifier(IdentifierKind.EMAIL, value)) for at, value in addresses]
    certain.sort(key=itemgetter(0))
    choices = (
        tuple(Identifier(IdentifierKind.PHONE, number.value) for number in found.candidates)
        for found in phones
        if found.candidates
    )
    return Reading(
        tuple(dict.fromkeys(identifier for _, identifier in certain)),
        tuple(dict.fromkeys(choices)),
    )
