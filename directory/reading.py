"""A listing from fields of text: a line of a sheet, or a form with the same names."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

import phonenumbers

from directory.hours import check_hours
from directory.model import Cost, Group, ListingDraft, ListingKind, Phone, Refused

Choice = TypeVar("Choice", bound=StrEnum)
PLAIN = ("name", "summary", "email", "web", "time_zone", "region", "source")
ANSWERS = ("works_with", "involvement", "priorities", "challenges")


def read_draft(
    fields: Mapping[str, str], *, areas: Mapping[str, str], home_region: str
) -> ListingDraft:
    """Return what the fields say; raises Refused with words for each that cannot be read."""
    errors: dict[str, str] = {}
    said = {name: value.strip() for name, value in fields.items()}
    country = said.get("country") or home_region
    draft = {
        "kinds": frozenset(_choices(said, "kinds", ListingKind, errors)),
        "groups": frozenset(_choices(said, "groups", Group, errors)),
        "phones": tuple(_phones(said, country, errors)),
        "hours": _hours(said, errors),
        "areas": frozenset(_known(said, areas, errors)),
        "languages": tuple(_several(said.get("languages", ""))),
        "cost": next(iter(_choices(said, "cost", Cost, errors)), Cost.UNKNOWN),
        "verified_on": _day(said, errors),
    }
    if errors:
        raise Refused(errors)
    plain = {name: said.get(name, "") for name in (*PLAIN, *ANSWERS)}
    return ListingDraft(country=country, **plain, **draft)  # type: ignore[arg-type] # as named above


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _choices(
    said: Mapping[str, str], name: str, choices: type[Choice], errors: dict[str, str]
) -> Iterable[Choice]:
    known = set(choices)
    for each in _several(said.get(name, "")):
        if each in known:
            yield choices(each)
        else:
            errors[name] = f"{each} is none of: {', '.join(choices)}"


def _phones(said: Mapping[str, str], country: str, errors: dict[str, str]) -> Iterable[Phone]:
    for each in _several(said.get("phones", "")):
        number, _, purpose = each.rstrip(")").partition("(")
        try:
            parsed = phonenumbers.parse(number, country)
        except phonenumbers.NumberParseException:
            errors["phones"] = f"{number} is no phone number"
            continue
        e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        yield Phone(number=number.strip(), e164=e164, purpose=purpose.strip())


def _hours(said: Mapping[str, str], errors: dict[str, str]) -> str:
    try:
        return check_hours(said.get("hours", ""))
    except ValueError as error:
        errors["hours"] = str(error)
        return ""


def _known(
    said: Mapping[str, str], areas: Mapping[str, str], errors: dict[str, str]
) -> Iterable[str]:
    for each in _several(said.get("areas", "")):
        if each in areas:
            yield each
        else:
            errors["areas"] = f"{each} is no area of this instance"


def _day(said: Mapping[str, str], errors: dict[str, str]) -> date:
    try:
        return date.fromisoformat(said.get("verified_on", ""))
    except ValueError:
        errors["verified_on"] = "write the day as 2026-11-28"
        return date.min
