"""Identifiers that were read, shown to a person: as they write them, and what is unusual."""

from phonenumbers import PhoneNumberFormat, format_number

from checker.identifiers.numbers import Number, is_known, phone_number
from checker.identifiers.plans import code_of
from checker.model import Identifier, IdentifierKind, Note


def as_written(identifier: Identifier) -> str:
    """Return an identifier as people read it: a number in groups, an address as it is."""
    if identifier.kind is IdentifierKind.EMAIL:
        return identifier.value
    return format_number(phone_number(_number(identifier)), PhoneNumberFormat.INTERNATIONAL)


def note_on(identifier: Identifier) -> Note | None:
    """Say what is unusual about an identifier.

    A number of a possible length in no range that the metadata knows, or an address at a domain
    beyond ASCII.
    """
    if identifier.kind is IdentifierKind.PHONE:
        return None if is_known(_number(identifier)) else Note.UNKNOWN_RANGE
    labels = identifier.value.rpartition("@")[2].split(".")
    beyond = any(label.startswith("xn--") for label in labels)
    return Note.INTERNATIONAL_DOMAIN if beyond else None


def _number(identifier: Identifier) -> Number:
    digits = identifier.value[1:]
    code = code_of(digits)
    return Number(code, digits[len(str(code)) :])
