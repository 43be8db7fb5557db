"""Phone numbers and email addresses of members."""

from contextlib import suppress

import pytest
from hypothesis import given as over
from hypothesis import strategies as some

from members import addresses
from members.refusals import ContactRefused
from messages.model import Channel


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900-123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("\u0660\u0667\u0667\u0660\u0660 \u0669\u0660\u0660\u0661\u0662\u0663", "+447700900123"),
        ("+1 202 555 0123", "+12025550123"),
    ],
)
def test_a_mobile_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert addresses.normalised(Channel.SMS, typed, region="GB") == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Enter a mobile"),
        ("   ", "Enter a mobile"),
        ("12", "too short"),
        ("07700", "too short"),
        ("07700 90012", "too short"),
        ("+44 900", "too short"),
        ("07700 900 1234", "too short or too long"),
        ("07700 900123 ext 4", "not a phone"),
        ("O7700 900123", "not a phone"),
        ("call me", "not a phone"),
        ("0800 123456", "Texts do not reach"),
        ("0161 496 0123", "Texts do not reach"),
        ("07700 900123 07700 900124", "not a phone"),
        ("1" * 300, "too long"),
    ],
)
def test_what_takes_no_texts_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(ContactRefused, match=reason):
        addresses.normalised(Channel.SMS, typed, region="GB")


def test_an_address_is_kept_as_mail_knows_it() -> None:
    assert addresses.normalised(Channel.EMAIL, " Ana@Example.ORG ", region="GB") == (
        "Ana@example.org"
    )


@pytest.mark.parametrize("typed", ["ana", "ana@", "@example.org", "ana@localhost", "a b@c.org"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ContactRefused, match="not an email"):
        addresses.normalised(Channel.EMAIL, typed, region="GB")


@over(some.text(max_size=300), some.sampled_from(Channel))
def test_whatever_is_typed_is_an_address_or_refused_in_words(typed: str, channel: Channel) -> None:
    with suppress(ContactRefused):
        assert addresses.normalised(channel, typed, region="GB")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+447700900123", "+44 7700 900123"),
        ("+12025550123", "+1 202-555-0123"),
        ("ana+work@example.org", "ana+work@example.org"),
    ],
)
def test_an_address_is_shown_as_its_owner_knows_it(address: str, shown: str) -> None:
    assert addresses.as_people_write(address) == shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0161 496 0123", "+441614960123"),
        ("07700 900123", "+447700900123"),
        ("0800 123456", "+44800123456"),
        ("01632 960123", "+441632960123"),
        ("0800 1111", "+448001111"),
        ("+49 30 901820", "+4930901820"),
    ],
)
def test_a_number_to_ring_may_be_of_any_kind(typed: str, kept: str) -> None:
    assert addresses.to_ring(typed, region="GB") == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Enter a phone number"),
        ("999", "too short"),
        ("07700 90012", "too short"),
        ("496 0123", "too short"),  # without the code of the area
        ("0161 496 0123 ext 4", "not a phone"),
        ("0161 496 0123 #4", "too short or too long"),
        ("call me", "not a phone"),
        ("1" * 300, "not a phone"),
    ],
)
def test_what_nobody_can_ring_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(ContactRefused, match=reason):
        addresses.to_ring(typed, region="GB")
