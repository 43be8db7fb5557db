"""Identifiers as people read them, and what is unusual about them."""

import phonenumbers
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.identifiers import as_written, note_on, read
from checker.model import Identifier, IdentifierKind, Note

patient = settings(deadline=None)  # the metadata of a country is loaded when it is first met


def test_a_number_in_no_known_range_is_read_with_a_note() -> None:
    (fictitious_mobile,) = read("07700 900123", region="GB").identifiers
    (example,) = read("020 7946 0123", region="GB").identifiers

    assert note_on(fictitious_mobile) is Note.UNKNOWN_RANGE
    assert note_on(example) is None


def test_an_address_at_an_internationalised_domain_is_read_with_a_note() -> None:
    (beyond,) = read("joe@b\u00fccher.example", region="GB").identifiers
    (plain,) = read("joe@example.org", region="GB").identifiers

    assert note_on(beyond) is Note.INTERNATIONAL_DOMAIN
    assert note_on(plain) is None


@patient
@given(
    code=st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)),
    national=st.text("0123456789", min_size=4, max_size=12),
)
def test_ranges_and_groups_are_the_librarys(code: int, national: str) -> None:
    value = f"+{code}{national}"
    number = _parsed(value)
    if number is None:
        return
    identifier = Identifier(IdentifierKind.PHONE, value)

    assert (note_on(identifier) is None) == phonenumbers.is_valid_number(number)
    assert as_written(identifier, home="GB") == phonenumbers.format_number(
        number, phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )


def _parsed(value: str) -> phonenumbers.PhoneNumber | None:
    """Return a number that stands for itself."""
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return None
    same = f"+{number.country_code}{phonenumbers.national_significant_number(number)}" == value
    return number if same else None
