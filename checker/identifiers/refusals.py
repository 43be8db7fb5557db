"""Why an entry is refused, and the words a person can act on; never what they typed."""

from enum import StrEnum

from checker.model import NotAnIdentifier


class Refusal(StrEnum):
    """The code of each reason; stable, for programs to tell them apart."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    UNDECODABLE = "undecodable"
    NO_IDENTIFIER = "no_identifier"
    NAME = "name"
    USERNAME = "username"
    LINK = "link"
    WITHHELD = "withheld"
    HALF_NUMBER = "half_number"
    TOO_MANY_DIGITS = "too_many_digits"
    IMPOSSIBLE = "impossible"
    PREMIUM = "premium"
    SHORT_CODE = "short_code"
    EMAIL_WITHOUT_DOMAIN = "email_without_domain"
    EMAIL_BAD = "email_bad"
    LOOK_ALIKE = "look_alike"


MESSAGES = {
    Refusal.EMPTY: (
        "There is nothing here yet. Type or paste a phone number, an email address, a username or "
        "a number plate."
    ),
    Refusal.TOO_LONG: (
        "That is more than 1,000 characters. Paste only the number, the address, the username or "
        "the number plate."
    ),
    Refusal.CONTROL_CHARACTERS: (
        "There are hidden characters in it that cannot be read. Type it by hand instead of "
        "pasting it."
    ),
    Refusal.UNDECODABLE: "This line is not UTF-8 text. Save the file as UTF-8 and try again.",
    Refusal.NO_IDENTIFIER: (
        "There is no phone number, email address, username or number plate in it. Type or paste "
        "one of those."
    ),
    Refusal.NAME: (
        "That reads like a name or a word. Names cannot be checked, because many people share "
        "them. For a username, write the app before it, such as instagram: amber.f. For a number "
        "plate, write reg before it."
    ),
    Refusal.USERNAME: (
        "That is not a username that this app can have. Check each sign, and write the app "
        "before it, such as instagram: amber.f."
    ),
    Refusal.LINK: (
        "That is a link without a phone number or a username in it. Open it, copy the number or "
        "the username itself and paste that."
    ),
    Refusal.WITHHELD: (
        "A withheld number cannot be checked: your phone was never told it. Before you agree to "
        "anything, ask them to ring again with their number showing. You never have to answer "
        "somebody who hides theirs."
    ),
    Refusal.HALF_NUMBER: (
        "Some digits are missing. Enter the whole number with its area code, or with + and the "
        "country code if it is from another country."
    ),
    Refusal.TOO_MANY_DIGITS: (
        "That is too many digits for one phone number. Put several numbers on separate lines. "
        "A number from another country starts with + and its country code."
    ),
    Refusal.IMPOSSIBLE: (
        "There is no such phone number anywhere. Check each digit, and the country code after "
        "the + if there is one."
    ),
    Refusal.PREMIUM: (
        "That is a premium-rate or service number: calling it costs extra, and nobody has one as "
        "their own phone. Do not ring or text it back. Ask them for an ordinary number."
    ),
    Refusal.SHORT_CODE: (
        "That is a short number of a company or an emergency service, not somebody's own phone. "
        "Enter the whole number of the person who contacted you."
    ),
    Refusal.EMAIL_WITHOUT_DOMAIN: (
        "The part after the @ is missing or cut off. A whole address looks like name@example.org."
    ),
    Refusal.EMAIL_BAD: (
        "There is a mistake in the email address. Check each sign, and put several addresses on "
        "separate lines."
    ),
    Refusal.LOOK_ALIKE: (
        "Some letters in it only look like ordinary ones. That is a trick used to hide who "
        "somebody is. Type it by hand as you would say it, and be careful."
    ),
}


def refused(code: Refusal) -> NotAnIdentifier:
    """Return the exception for a reason."""
    return NotAnIdentifier(code, MESSAGES[code])
