"""Identifiers that were read, shown to a person: as they write them, and what is unusual."""

from phonenumbers import PhoneNumberFormat, format_number

from checker.identifiers.numbers import Number, is_known, phone_number
from checker.identifiers.plans import code_of
from checker.identifiers.plates import plain_format
from checker.identifiers.platforms import BY_SLUG
from checker.identifiers.registrations import in_groups
from checker.model import Identifier, IdentifierKind, Note


def as_written(identifier: Identifier, *, home: str) -> str:
    """Return an identifier as people read it, somebody in the home country (ISO 3166-1 alpha-2).

    A number in groups, an address as it is, `amber.f on Instagram`, a plate as at home, or with
    its country. What is shown reads as the same identifier again.
    """
    match identifier.kind:
        case IdentifierKind.PHONE:
            number = phone_number(_number(identifier))
            return format_number(number, PhoneNumberFormat.INTERNATIONAL)
        case IdentifierKind.EMAIL:
            return identifier.value
        case IdentifierKind.USERNAME:
            slug, _, name = identifier.value.partition(":")
            return f"{name} on {BY_SLUG[slug].label}"
        case IdentifierKind.VEHICLE:
            country, _, value = identifier.value.partition(":")
            plate = in_groups(country, value)
            plain = country == home and plain_format(country, plate.replace("-", " "))
            return plate if plain else f"{country} plate: {plate}"


def note_on(identifier: Identifier) -> Note | None:
    """Say what is unusual about an identifier.

    A number of a possible length in no range that the metadata knows, or an address at a domain
    beyond ASCII.
    """
    if identifier.kind is IdentifierKind.PHONE:
        return None if is_known(_number(identifier)) else Note.UNKNOWN_RANGE
    if identifier.kind is not IdentifierKind.EMAIL:
        return None
    labels = identifier.value.rpartition("@")[2].split(".")
    beyond = any(label.startswith("xn--") for label in labels)
    return Note.INTERNATIONAL_DOMAIN if beyond else None


def _number(identifier: Identifier) -> Number:
    digits = identifier.value[1:]
    code = code_of(digits)
    return Number(code, digits[len(str(code)) :])
