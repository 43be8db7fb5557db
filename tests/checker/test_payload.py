"""Entries: what they say survives the round trip, and whatever is too long gives way."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from checker.derivation import Derived
from checker.model import Band, HarmKind, Payload, Severity
from checker.payload import (
    BAND_CODES,
    CUT,
    ENTRY_OCTETS,
    KIND_CODES,
    PAYLOAD_OCTETS,
    SEVERITY_CODES,
    EntryUnreadable,
    merge,
    pack,
    seal,
    unpack,
    unseal,
)
from tests.checker.samples import WARNING, a_payload

DERIVED = Derived(tag=bytes(range(16)), key=bytes(range(32)), watch=bytes(32))
months = st.dates().map(lambda day: day.isoformat()[:7])
payloads = st.builds(
    Payload,
    severity=st.sampled_from(Severity),
    kinds=st.frozensets(st.sampled_from(HarmKind)),
    month=st.just("") | months,
    regions=st.lists(st.text(max_size=12), max_size=50).map(tuple),
    band=st.none() | st.sampled_from(Band),
    advice=st.text(max_size=400),
    references=st.lists(st.text(max_size=26), max_size=50).map(tuple),
)


def test_a_payload_is_a_length_compact_json_and_zeros() -> None:
    octets = pack(WARNING)
    length = int.from_bytes(octets[:2], "big")
    text = octets[2 : 2 + length].decode()
    assert len(octets) == PAYLOAD_OCTETS == 160
    assert text == (
        '{"s":"d","k":"pr","m":"2026-02","r":["GB-GMP"],"b":2,'
        '"a":"Arrives with a second person. Do not open.","w":["W-7KQ2M4"]}'
    )
    assert not any(octets[2 + length :])


def test_every_severity_kind_and_band_has_a_code_of_its_own() -> None:
    for codes, members in (
        (SEVERITY_CODES, Severity),
        (KIND_CODES, HarmKind),
        (BAND_CODES, Band),
    ):
        assert set(codes) == set(members)
        assert len(set(codes.values())) == len(list(members))


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("band", [None, *Band])
@pytest.mark.parametrize("kinds", [frozenset(), *(frozenset({k}) for k in HarmKind)])
def test_what_fits_comes_back_as_it_was(
    severity: Severity, band: Band | None, kinds: frozenset[HarmKind]
) -> None:
    payload = a_payload(severity=severity, band=band, kinds=kinds, month="", advice="", regions=())
    assert unpack(pack(payload)) == payload


@given(payloads)
def test_packing_never_fails_and_keeps_what_matters_most(payload: Payload) -> None:
    back = unpack(pack(payload))
    assert (back.severity, back.kinds, back.month, back.band) == (
        payload.severity,
        payload.kinds,
        payload.month,
        payload.band,
    )
    assert back.more_regions == (set(back.regions) != {one for one in payload.regions if one})
    assert back.more_references == (
        set(back.references) != {one for one in payload.references if one}
    )
    assert pack(back)[:2] == pack(payload)[:2]


@given(payloads)
def test_what_was_left_out_stays_marked(payload: Payload) -> None:
    marked = replace(payload, more_regions=True, more_references=True)
    back = unpack(pack(marked))
    assert back.more_regions
    assert back.more_references


def test_the_longest_real_warning_keeps_a_region_a_reference_and_its_advice() -> None:
    longest = Payload(
        severity=Severity.DANGER,
        kinds=frozenset(HarmKind),
        month="2026-02",
        regions=tuple(f"GB-REGION{n:03}" for n in range(50)),
        band=Band.MANY,
        advice="Żółć " * 100,
        references=tuple(f"W-{n:014}" for n in range(20)),
    )
    back = unpack(pack(longest))
    assert back.regions == ("GB-REGION000",)
    assert back.references == ("W-00000000000000",)
    assert back.more_regions
    assert back.more_references
    assert back.advice.startswith("Żółć")
    assert back.advice.endswith(CUT)
    assert len(back.advice) >= 20


def test_long_advice_is_shortened_before_anything_else() -> None:
    back = unpack(pack(a_payload(advice="Do not meet. " * 30)))
    assert back.regions == WARNING.regions
    assert back.references == WARNING.references
    assert back.advice.startswith("Do not meet. Do not meet. Do not meet.")
    assert back.advice.endswith(CUT)


def test_advice_is_put_on_one_line() -> None:
    assert unpack(pack(a_payload(advice=" Do not\n\tmeet "))).advice == "Do not meet"


def test_characters_that_no_encoding_has_do_not_stop_a_warning() -> None:
    assert unpack(pack(a_payload(advice="a lone \ud800 half"))).advice == "a lone ? half"


def framed(text: bytes, *, length: int | None = None) -> bytes:
    size = len(text) if length is None else length
    return (size.to_bytes(2, "big") + text).ljust(PAYLOAD_OCTETS, b"\0")


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        bytes(160),
        bytes(161),
        framed(b"{}"),
        framed(b"[1]"),
        framed(b'"s"'),
        framed(b'{"s":"z"}'),
        framed(b'{"s":"d","k":"?"}'),
        framed(b'{"s":"d","k":3}'),
        framed(b'{"s":"d","b":4}'),
        framed(b'{"s":["d"]}'),
        framed(b'{"s":"d","x":"?"}'),
        framed(b'{"s":"d"}', length=8),
        framed(b'{"s":"d"}', length=10),
        framed(b'{"s":"d"}', length=65535),
        framed(b'{"s":"d","a":"\xff"}'),
        framed(b'{"s":"d"}')[:-1] + b"x",
    ],
)
def test_what_is_not_a_payload_is_refused(octets: bytes) -> None:
    with pytest.raises(EntryUnreadable):
        unpack(octets)


def test_a_later_field_does_not_hide_a_warning() -> None:
    said = json.dumps({"s": "r", "k": "n", "later": 1}, separators=(",", ":")).encode()
    assert unpack(framed(said)).kinds == {HarmKind.NON_PAYMENT}


def test_an_entry_is_204_octets_and_different_each_time() -> None:
    one, two = seal(DERIVED, WARNING), seal(DERIVED, WARNING)
    assert len(one) == len(two) == ENTRY_OCTETS == 204
    assert one[:16] == two[:16] == DERIVED.tag
    assert one[16:] != two[16:]
    assert unseal(DERIVED, one) == unseal(DERIVED, two) == WARNING


def test_an_entry_is_aes_gcm_bound_to_version_and_tag() -> None:
    entry = seal(DERIVED, WARNING)
    opened = AESGCM(DERIVED.key).decrypt(entry[16:28], entry[28:], b"sv1" + DERIVED.tag)
    assert opened == pack(WARNING)


@given(st.integers(min_value=0, max_value=8 * (ENTRY_OCTETS - 16) - 1))
def test_an_entry_with_any_bit_changed_does_not_open(bit: int) -> None:
    entry = bytearray(seal(DERIVED, WARNING))
    entry[16 + bit // 8] ^= 1 << bit % 8
    with pytest.raises(EntryUnreadable):
        unseal(DERIVED, bytes(entry))


@pytest.mark.parametrize(
    "other",
    [replace(DERIVED, key=bytes(32)), replace(DERIVED, tag=bytes(16))],
    ids=["another key", "another tag as associated data"],
)
def test_an_entry_does_not_open_for_anything_else(other: Derived) -> None:
    with pytest.raises(EntryUnreadable):
        unseal(other, seal(DERIVED, WARNING))


@pytest.mark.parametrize("length", [0, 16, 27, 203, 205])
def test_an_entry_of_another_length_does_not_open(length: int) -> None:
    entry = (seal(DERIVED, WARNING) + bytes(1))[:length]
    with pytest.raises(EntryUnreadable):
        unseal(DERIVED, entry)


def test_warnings_about_one_identifier_are_merged_worst_first() -> None:
    older = a_payload(month="2025-01", regions=("GB-MET", "GB-GMP"), references=("W-1",))
    newer = a_payload(
        severity=Severity.RISK,
        kinds=frozenset({HarmKind.NON_PAYMENT}),
        month="2026-01",
        regions=("GB-WMP",),
        band=Band.MANY,
        advice="Ask for a deposit.",
        references=("W-2",),
    )
    merged = merge([newer, older])
    assert merged == merge([older, newer])
    assert merged == Payload(
        severity=Severity.DANGER,
        kinds=older.kinds | newer.kinds,
        month="2026-01",
        regions=("GB-MET", "GB-GMP", "GB-WMP"),
        band=Band.MANY,
        advice=older.advice,
        references=("W-1", "W-2"),
    )


@given(payloads)
def test_merging_one_warning_changes_nothing_of_it(payload: Payload) -> None:
    assert unpack(pack(merge([payload]))) == unpack(pack(payload))


@pytest.mark.parametrize(
    ("reports", "band"), [(1, "1"), (2, "2 to 4"), (4, "2 to 4"), (5, "5 or more")]
)
def test_reports_are_counted_in_bands(reports: int, band: str) -> None:
    assert Band.of(reports) == band
