"""How somebody can be reached: phone numbers (E.164) that take texts or calls, and email."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberType

from members.refusals import ContactRefused
from messages.model import Channel

LONGEST_ENTRY = 254  # of an address in a mail's path, RFC 5321
WRONG_LENGTH = "That is too short or too long for a phone number. Check it and try again."
TAKES_TEXTS = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.UNKNOWN,  # plans change faster than metadata; the code shows if it arrives
    }
)


def channel_of(address: str) -> Channel:
    """Return by which channel an address is written to."""
    return Channel.EMAIL if "@" in address else Channel.SMS


def normalised(channel: Channel, entry: str, *, region: str) -> str:
    """Return the address to write to; raises ContactRefused. `region` reads local numbers."""
    entry = entry.strip()
    if not entry:
        message = "Enter a mobile number." if channel is Channel.SMS else "Enter an email address."
        raise ContactRefused(message)
    if len(entry) > LONGEST_ENTRY:
        message = "That is too long. Enter one number or address."
        raise ContactRefused(message)
    return _phone(entry, region) if channel is Channel.SMS else _email(entry)


def to_ring(entry: str, *, region: str) -> str:
    """Return the number to ring, of whatever kind; raises ContactRefused."""
    entry = entry.strip()
    if not entry:
        message = "Enter a phone number."
        raise ContactRefused(message)
    number = _parsed(entry[:LONGEST_ENTRY], region)
    # Plans change faster than metadata: what is in no known range has at least all its digits.
    whole = phonenumbers.is_valid_number(number) or _as_long_as_a_mobile(number)
    if not whole or number.extension:
        raise ContactRefused(WRONG_LENGTH)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def as_people_write(address: str) -> str:
    """Return an address as its owner knows it: a phone number with its spaces."""
    if not address.startswith("+"):
        return address
    number = phonenumbers.parse(address)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _phone(entry: str, region: str) -> str:
    number = _parsed(entry, region)
    if phonenumbers.number_type(number) not in TAKES_TEXTS:
        message = "Texts do not reach this kind of number. Enter a mobile number."
        raise ContactRefused(message)
    if not _as_long_as_a_mobile(number) or number.extension:
        raise ContactRefused(WRONG_LENGTH)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _as_long_as_a_mobile(number: phonenumbers.PhoneNumber) -> bool:
    """Tell a whole number from what can be dialled without the area code, or misses a digit."""
    reason = phonenumbers.is_possible_number_for_type_with_reason(number, PhoneNumberType.MOBILE)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


def _parsed(entry: str, region: str) -> phonenumbers.PhoneNumber:
    message = "That is not a phone number. Enter its digits, with the country code if it is abroad."
    if any(character.isalpha() for character in entry):  # letters would be read as keys
        raise ContactRefused(message)
    try:
        return phonenumbers.parse(entry, region)
    except NumberParseException:
        raise ContactRefused(message) from None


def _email(entry: str) -> str:
    try:
        return validate_email(entry, check_deliverability=False).normalized
    except EmailNotValidError:
        message = "That is not an email address. It looks like name@example.org."
        raise ContactRefused(message) from None
