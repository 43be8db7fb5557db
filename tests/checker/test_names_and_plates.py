"""Usernames and vehicle registrations: what collides, what is asked, what is shown."""

import re
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checker.identifiers import as_written, note_on, read
from checker.identifiers.platforms import BY_SLUG, BY_WORD, PLATFORMS, Platform
from checker.identifiers.registrations import COUNTRIES
from checker.model import Identifier, IdentifierKind, NotAnIdentifier
from tests.checker.comparing import SPELLINGS
from tests.checker.names import HOMES, a_value, named_entries

LONG_RUN = re.compile(r"[0-9oil](?:[._-]*[0-9oil]){5}")  # may be a phone number as well
BARE_DIGITS = re.compile(r":[0-9]+\Z")  # are a phone number's, where there is such a number
patient = settings(deadline=None)  # the metadata of a country is loaded when it is first met


@st.composite
def usernames(draw: st.DrawFn) -> Identifier:
    """Draw a name that a platform may have, and no phone number within it."""
    platform = draw(st.sampled_from(PLATFORMS))
    name = platform.named(draw(st.from_regex(platform.name, fullmatch=True)))
    assume(name and not LONG_RUN.search(name))
    return Identifier(IdentifierKind.USERNAME, f"{platform.slug}:{name}")


@st.composite
def plates(draw: st.DrawFn) -> Identifier:
    """Draw a registration of a format that is known, without a phone number at its end."""
    country = draw(st.sampled_from(sorted(set(HOMES) & COUNTRIES.keys())))
    value = a_value(Random(draw(st.integers(0, 10_000))), country)  # noqa: S311 - drawn
    assume(not LONG_RUN.search(value) and not value.isdigit())
    return Identifier(IdentifierKind.VEHICLE, f"{country}:{value}")


any_plate = st.builds(
    "{}:{}{}".format,
    st.sampled_from(("GB", "PL", "BE", "NO", "IS", "US")),
    st.sampled_from("ABXZ"),
    st.from_regex(r"[ABXZ01]{0,3}[0-9][ABXZ01]{0,4}", fullmatch=True),
).map(lambda value: Identifier(IdentifierKind.VEHICLE, value))


@patient
@given(st.one_of(usernames(), plates(), any_plate), st.sampled_from(HOMES))
def test_what_is_shown_and_what_is_stored_read_as_the_same_again(
    identifier: Identifier, home: str
) -> None:
    shown = as_written(identifier, home=home)

    assert read(shown, region=home).identifiers == (identifier,)
    assert read(identifier.value, region=home).identifiers == (identifier,)
    assert note_on(identifier) is None


def test_everything_that_is_read_by_chance_reads_again_from_what_is_shown() -> None:
    seen = set()
    for text, region in named_entries(11, 3000):
        try:
            reading = read(text, region=region)
        except NotAnIdentifier:
            continue
        for each in (*reading.identifiers, *reading.candidates):
            named = each.kind in {IdentifierKind.USERNAME, IdentifierKind.VEHICLE}
            if named and not BARE_DIGITS.search(each.value):
                again = read(as_written(each, home=region), region=region)
                assert each in again.identifiers
                seen.add(each)
    assert len(seen) > 1000


@pytest.mark.parametrize(
    ("value", "home", "shown"),
    [
        ("instagram:amber.f", "GB", "amber.f on Instagram"),
        ("x:amber_f", "GB", "amber_f on X"),
        ("GB:AB12CDE", "GB", "AB12 CDE"),
        ("GB:AB12C0E", "GB", "AB12 COE"),
        ("GB:A123BCD", "GB", "A123 BCD"),
        ("GB:ABC123D", "GB", "ABC 123D"),
        ("GB:AB12CDE", "IE", "GB plate: AB12 CDE"),
        ("GB:X1", "GB", "GB plate: X 1"),
        ("PL:WX12345", "GB", "PL plate: WX12345"),
        ("NL:12BTX3", "NL", "12-BTX-3"),
        ("IE:080Y123", "IE", "08-OY-123"),
        ("FR:AB123CD", "FR", "AB-123-CD"),
    ],
)
def test_a_name_is_shown_on_its_platform_and_a_plate_as_it_stands_on_the_car(
    value: str, home: str, shown: str
) -> None:
    kind = IdentifierKind.USERNAME if value[0].islower() else IdentifierKind.VEHICLE

    assert as_written(Identifier(kind, value), home=home) == shown


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.slug)
def test_every_word_and_link_of_a_platform_leads_to_it(platform: Platform) -> None:
    name = "amber_f.01" if platform.slug == "signal" else "amberf"
    expected = (Identifier(IdentifierKind.USERNAME, f"{platform.slug}:{name}"),)

    for word in (*platform.words, *platform.marked):
        for text in (
            f"{word}: {name}",
            f"{word} @{name}",
            f"@{name} on {word}",
            f"{name} on {word}",
        ):
            assert read(text, region="GB").identifiers == expected
    for word in platform.words:
        assert read(f"{word} {name}", region="GB").identifiers == expected
    for host in platform.hosts:
        for path in platform.paths:
            assert read(f"https://www.{host}{path}{name}/?a=1", region="GB").identifiers == expected
    assert read(as_written(expected[0], home="GB"), region="GB").identifiers == expected


def test_no_two_platforms_share_a_word_or_a_host() -> None:
    words = [word for each in PLATFORMS for word in (*each.words, *each.marked)]
    hosts = [host for each in PLATFORMS for host in each.hosts]

    assert len(words) == len(set(words)) == len(BY_WORD)
    assert len(hosts) == len(set(hosts))
    assert len(BY_SLUG) == len(PLATFORMS) >= 15


def test_a_bare_name_is_asked_about_among_the_platforms_that_may_have_it() -> None:
    (choice,) = read("@amber.smith", region="GB").choices
    offered = {each.value.partition(":")[0] for each in choice}

    assert {"instagram", "tiktok", "facebook", "snapchat"} <= offered
    assert not offered & {"x", "reddit", "telegram", "signal"}  # none of these knows a dot there


def test_beside_a_number_a_bare_name_is_not_asked_about() -> None:
    reading = read("07700 900123 @amber", region="GB")

    assert reading.choices == ()
    assert [each.value for each in reading.identifiers] == ["+447700900123"]


def test_the_shared_file_has_many_of_both() -> None:
    kinds = [each["kind"] for row in SPELLINGS for each in row.get("identifiers", [])]

    assert kinds.count("username") >= 100
    assert kinds.count("vehicle") >= 80


def test_letters_and_digits_that_look_the_same_on_a_plate_collide() -> None:
    spellings = ("AB12 COE", "AB12 C0E", "ABI2 COE", "ab-12-coe", "reg abi2c0e")

    assert {each.value for text in spellings for each in read(text, region="GB").identifiers} == {
        "GB:AB12C0E"
    }


@pytest.mark.parametrize("region", ["GB", "FR", "NL", "US"])
@pytest.mark.parametrize(
    "text", ["SW1A 1AA", "john1990", "10pm", "25yo", "Room 12B", "12/12/2024", "I am 19", "M25 now"]
)
def test_postcodes_names_times_and_rooms_are_no_plates(text: str, region: str) -> None:
    with pytest.raises(NotAnIdentifier):
        read(text, region=region)
