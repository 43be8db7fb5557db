"""Reading numbers and addresses: the shared file of spellings, and properties of any input."""

import json
import traceback
from collections.abc import Callable
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checker.identifiers import read
from checker.identifiers.reading import read_carefully
from checker.identifiers.refusals import MESSAGES, Refusal
from checker.model import Identifier, IdentifierKind, NotAnIdentifier, Reading

SPELLINGS = json.loads((Path(__file__).parents[1] / "spellings.json").read_text(encoding="utf-8"))
REGIONS = ("GB", "IE", "FR", "NL", "US", "CA", "IT", "AR", "MX", "BR", "SG", "TH", "DE", "PL", "GG")

patient = settings(deadline=None)  # the metadata of a country is loaded when it is first met

Spelling = Callable[[str], str]


def _result(text: str, region: str, *, how: Callable[..., Reading] = read) -> dict[str, object]:
    try:
        reading = how(text, region=region)
    except NotAnIdentifier as error:
        return {"error": error.code}
    result: dict[str, object] = {"identifiers": _as_rows(reading.identifiers)}
    if reading.ambiguous:
        result |= {"ambiguous": True, "candidates": _as_rows(reading.candidates)}
    return result


def _as_rows(identifiers: tuple[Identifier, ...]) -> list[dict[str, str]]:
    return [{"kind": each.kind, "value": each.value} for each in identifiers]


def _value(text: str, region: str = "GB") -> str:
    (identifier,) = read(text, region=region).identifiers
    return identifier.value


def _all_values(text: str, region: str) -> set[str]:
    reading = read(text, region=region)
    return {each.value for each in (*reading.identifiers, *reading.candidates)}


@pytest.mark.parametrize(
    "row", SPELLINGS, ids=[f"{row['region']} {line}" for line, row in enumerate(SPELLINGS)]
)
def test_every_spelling_of_the_shared_file_reads_as_it_says(row: dict[str, object]) -> None:
    expected = {name: row[name] for name in row.keys() - {"input", "region"}}

    assert _result(str(row["input"]), str(row["region"])) == expected
    assert _result(str(row["input"]), str(row["region"]), how=read_carefully) == expected


def test_the_shared_file_has_every_kind_of_result() -> None:
    spellings = [row for row in SPELLINGS if row.get("identifiers")]

    assert len(SPELLINGS) >= 900
    assert {row["error"] for row in SPELLINGS if "error" in row} == set(Refusal) - {"undecodable"}
    assert len({row["input"] for row in spellings if "+447700900123" in str(row)}) >= 150
    assert any(row.get("ambiguous") for row in SPELLINGS)


# Fifty ways to write one number, as functions of its ten digits

BETWEEN = [" ", "-", ".", "/", "\u00a0", "\u2009", "\u2013", "\u2011", " - ", "\u200b", "_"]
BEFORE = ["0", "+44", "+44 ", "0044", "0044 ", "+44 (0)", "+44(0)", "44", "(+44) ", "011 44 "]
AROUND: list[Spelling] = [
    lambda n: f"tel:+44{n}",
    lambda n: f"https://wa.me/44{n}",
    lambda n: f"https://api.whatsapp.com/send?phone=44{n}&text=hi",
    lambda n: f"https://t.me/+44{n}",
    lambda n: f"ring 0{n} please",
    lambda n: f"\u202a+44{n}\u202c",
    lambda n: f"O{n}".replace("1", "l"),
    lambda n: f"0{n}".replace("0", "O", 2).replace("1", "I"),
    lambda n: "".join(chr(0x660 + int(digit)) for digit in "0" + n),
    lambda n: "".join(chr(0xFF10 + int(digit)) for digit in "0" + n),
    lambda n: "".join(f"{digit}\ufe0f\u20e3" for digit in "0" + n),
    lambda n: f"0{n} ext 5",
    lambda n: f"TEL;TYPE=CELL:+44{n}",
    lambda n: f"0{n}, +44 {n}",
    lambda n: n,
]


def _grouped(before: str, between: str) -> Spelling:
    return lambda n: f"{before}{n[:4]}{between}{n[4:]}"


FIFTY: list[Spelling] = [
    *(_grouped(before, between) for before in BEFORE for between in BETWEEN[:5]),
    *(_grouped("0", between) for between in BETWEEN[5:]),
    *AROUND,
]
fictitious = st.one_of(
    st.integers(0, 999).map("7700900{:03}".format), st.integers(0, 999).map("1632960{:03}".format)
)


@patient
@given(fictitious)
def test_fifty_spellings_of_one_number_collide(number: str) -> None:
    spellings = {spelling(number) for spelling in FIFTY}

    assert len(spellings) >= 50
    assert {_value(spelling) for spelling in spellings} == {f"+44{number}"}


@patient
@given(fictitious, fictitious, st.sampled_from(FIFTY), st.sampled_from(FIFTY))
def test_distinct_numbers_never_collide(one: str, other: str, how: Spelling, too: Spelling) -> None:
    assume(one != other)

    assert _value(how(one)) != _value(too(other))


# Any number of any country, against libphonenumber itself


@st.composite
def numbers_of_the_world(draw: st.DrawFn) -> phonenumbers.PhoneNumber:
    """Draw a number like the library's examples, the last three digits any."""
    region = draw(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
    kinds = phonenumbers.PhoneNumberType
    kind = draw(st.sampled_from([kinds.MOBILE, kinds.FIXED_LINE]))
    example = phonenumbers.example_number_for_type(region, kind)
    assume(example is not None)
    assert example is not None
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    number = phonenumbers.parse(e164[:-3] + draw(st.from_regex(r"\A[0-9]{3}\Z")))
    assume(phonenumbers.is_valid_number(number))
    premium = phonenumbers.number_type(number) == kinds.PREMIUM_RATE
    assume(not premium)
    return number


@patient
@given(numbers_of_the_world(), st.sampled_from(REGIONS))
def test_a_known_number_of_any_country_reads_as_libphonenumber_writes_it(
    number: phonenumbers.PhoneNumber, region: str
) -> None:
    formats = phonenumbers.PhoneNumberFormat
    e164 = phonenumbers.format_number(number, formats.E164)
    home = phonenumbers.region_code_for_number(number) or region

    assert _value(e164, region) == e164
    assert _value(phonenumbers.format_number(number, formats.INTERNATIONAL), region) == e164
    assert _value(phonenumbers.format_number(number, formats.RFC3966), region) == e164
    assert e164 in _all_values(f"00{e164[1:]}", region)
    assert e164 in _all_values(phonenumbers.format_number(number, formats.NATIONAL), home)


entries = st.one_of(
    st.text(max_size=60),
    st.text("0123456789+OolI ().-/,;:@\n\u00a0\u200b\u0660\u0967\ufe0f\u20e3ext", max_size=40),
    st.from_regex(r"\A(00|011|\+|\+0|0|)[0-9]{3,15}\Z"),
    st.from_regex(r"\A[\w.+%'-]{1,12}@[\w.-]{1,12}\.[\w]{2,6}\Z"),
)


@patient
@given(entries, st.sampled_from(REGIONS))
def test_any_text_is_read_or_refused_and_reading_again_changes_nothing(
    text: str, region: str
) -> None:
    try:
        reading = read(text, region=region)
    except NotAnIdentifier:
        return

    assert reading.identifiers or reading.candidates
    for identifier in reading.identifiers:
        assert read(identifier.value, region=region).identifiers == (identifier,)
    for candidate in reading.candidates:
        if _result(candidate.value, region) != {"error": Refusal.PREMIUM}:
            assert read(candidate.value, region=region).identifiers == (candidate,)


@patient
@given(entries, st.sampled_from(REGIONS))
def test_the_short_way_for_plain_numbers_gives_what_the_long_way_gives(
    text: str, region: str
) -> None:
    assert _result(text, region) == _result(text, region, how=read_carefully)


@patient
@given(st.from_regex(r"\A(\+|\+44|\+1|0|00|)[0-9]{3,13}\Z"), st.sampled_from(REGIONS))
def test_the_shape_of_a_possible_number_is_e164(text: str, region: str) -> None:
    try:
        reading = read(text, region=region)
    except NotAnIdentifier:
        return

    for identifier in (*reading.identifiers, *reading.candidates):
        assert phonenumbers.is_possible_number(phonenumbers.parse(identifier.value))


# Numbers that can be meant in two ways


def test_each_ambiguous_number_is_a_choice_of_its_own_and_one_written_twice_is_one() -> None:
    reading = read("6555501234, 49 30 901820, 65 5550 1234", region="GB")

    first, second = (
        tuple(Identifier(IdentifierKind.PHONE, value) for value in values)
        for values in (("+446555501234", "+6555501234"), ("+444930901820", "+4930901820"))
    )
    assert reading.choices == (first, second)
    assert reading.candidates == (*first, *second)


def test_a_choice_holds_for_its_own_number_only_and_in_turn() -> None:
    reading = read("6555501234, 49 30 901820", region="GB")
    (_, singapore), (_, berlin) = reading.choices

    assert reading.chosen([singapore.value, berlin.value]) == (singapore, berlin)
    assert reading.chosen([singapore.value]) == (singapore,)
    assert reading.chosen([singapore.value, singapore.value]) == (singapore,)
    assert reading.chosen([berlin.value]) == ()
    assert reading.chosen([berlin.value, berlin.value]) == ()


# Nothing that was typed goes anywhere


@patient
@given(entries)
def test_a_refusal_holds_nothing_of_what_was_typed(text: str) -> None:
    assume("error" in _result(text, "GB"))

    with pytest.raises(NotAnIdentifier) as caught:
        read(text, region="GB")

    error = caught.value
    assert error.args == (error.message,) == (MESSAGES[Refusal(error.code)],)
    assert error.__context__ is None
    assert error.__cause__ is None


def test_a_traceback_of_a_refusal_does_not_show_the_entry() -> None:
    entry = "joe..secret@example.org"

    with pytest.raises(NotAnIdentifier) as caught:
        read(entry, region="GB")

    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_an_identifier_hides_its_value_when_it_is_shown() -> None:
    identifier = Identifier(IdentifierKind.PHONE, "+447700900123")

    for shown in (
        repr(identifier),
        str(identifier),
        repr(Reading((identifier,), ((identifier,),))),
    ):
        assert "900123" not in shown
    assert repr(identifier) == "Identifier(phone, ***)"


# Refusals in general


def test_every_reason_has_a_message_of_its_own() -> None:
    assert set(MESSAGES) == set(Refusal)
    assert len(set(MESSAGES.values())) == len(Refusal)


def test_an_unknown_region_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="region"):
        read("call 07700 900123", region="ZZ")
