"""A number from abroad whose plus was left out is never ruled out: it may be the one reported."""

from collections.abc import Iterator
from functools import cache

import phonenumbers
import pytest
from phonenumbers import PhoneMetadata, PhoneNumberType

from checker.identifiers.numbers import is_known, number_from, readings

HOMES = ("GB", "DE", "IT", "US", "MX", "BR", "FR", "AU")


@cache
def written() -> frozenset[str]:
    """Return numbers of every plan with their country code, as people write the rest of them."""
    return frozenset(f"{code}{rest}" for code, national in examples() for rest in spelt(national))


def examples() -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield the code of each plan, and a number of it with the plan's own trunk prefix."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        metadata = PhoneMetadata.metadata_for_region(region)
        for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example and metadata:
                number = phonenumbers.national_significant_number(example)
                yield example.country_code or 0, (number, metadata.national_prefix or "")


def spelt(national: tuple[str, str]) -> Iterator[str]:
    """Yield a number as it is, behind each kind of prefix, and one digit short."""
    number, trunk = national
    for prefix in ("", "0", trunk, "00", "1", "01", "044"):
        yield prefix + number
    yield number[:2] + number[3:]


@pytest.mark.parametrize("home", HOMES)
def test_both_readings_are_offered_where_digits_may_be_either(home: str) -> None:
    looked_at = 0
    for digits in written():
        here, abroad = number_from(digits, home), number_from(f"+{digits}", None)
        if here is None or abroad is None or here == abroad or digits.startswith("0"):
            continue
        if here.value == f"+{digits}" or (is_known(here) and not is_known(abroad)):
            continue
        looked_at += 1
        assert abroad in readings(digits, home), digits
    assert looked_at or home in {"FR", "AU"}
