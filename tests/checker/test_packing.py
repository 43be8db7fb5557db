"""Buckets: where entries lie, that none is lost, and that filler looks like entries."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.packing import FULL, BucketOverflow, Layout, find
from checker.payload import ENTRY_OCTETS

tags = st.binary(min_size=16, max_size=16)
layouts = st.builds(Layout, st.integers(min_value=0, max_value=32), st.just(120))


def an_entry(tag: bytes) -> bytes:
    return tag + os.urandom(ENTRY_OCTETS - len(tag))


@pytest.mark.parametrize(
    ("entries", "bits"),
    [(0, 0), (110, 0), (111, 1), (10_000, 7), (1_000_000, 14), (10_000_000, 17)],
)
def test_there_are_as_many_buckets_as_the_entries_need(entries: int, bits: int) -> None:
    assert Layout.of(entries).bits == bits


@given(st.integers(min_value=0, max_value=10**8))
def test_a_bucket_has_room_to_grow_and_wastes_little(entries: int) -> None:
    layout = Layout.of(entries)
    average = entries / layout.buckets
    assert average <= FULL
    assert layout.pad >= average + 5 * average**0.5
    assert layout.octets == layout.pad * 204
    assert entries < 1000 or layout.octets * layout.buckets / entries < 450


def test_ten_thousand_entries_take_128_buckets_of_29_kilobytes() -> None:
    layout = Layout.of(10_000)
    assert layout.buckets == 128
    assert layout.octets == 28_968


@given(layouts, tags)
def test_a_bucket_is_the_top_bits_of_the_tag(layout: Layout, tag: bytes) -> None:
    bits = f"{int.from_bytes(tag, 'big'):0128b}"
    assert layout.number(tag) == int("0" + bits[: layout.bits], 2)


@given(layouts, tags)
def test_a_span_holds_exactly_the_tags_of_its_buckets(layout: Layout, tag: bytes) -> None:
    number = layout.number(tag)
    low, high = layout.span(number, number)
    assert low <= tag <= high
    assert layout.number(low) == layout.number(high) == number
    assert layout.span(0, layout.buckets - 1) == (bytes(16), b"\xff" * 16)


@given(st.lists(tags, max_size=120, unique=True))
def test_every_entry_packed_is_found_and_no_other(listed: list[bytes]) -> None:
    layout = Layout(0, 120)
    entries = [an_entry(tag) for tag in listed]
    bucket = layout.pack(0, entries)
    assert len(bucket) == layout.octets
    assert [find(bucket, entry[:16]) for entry in entries] == entries
    assert find(bucket, os.urandom(16)) is None


def test_a_tag_within_an_entry_is_not_found() -> None:
    entry = an_entry(bytes(16))
    bucket = Layout(0, 120).pack(0, [entry])
    assert find(bucket, entry[1:17]) is None


def test_entries_do_not_stay_in_their_order() -> None:
    entries = [an_entry(os.urandom(16)) for _ in range(60)]
    bucket = Layout(0, 120).pack(0, entries)
    places = [bucket.index(entry) for entry in entries]
    assert places != sorted(places)


def test_filler_cannot_be_told_by_its_tag() -> None:
    layout = Layout(7, 142)
    bucket = layout.pack(77, [])
    found = {bucket[at : at + 16] for at in range(0, len(bucket), ENTRY_OCTETS)}
    assert len(found) == layout.pad
    assert {layout.number(tag) for tag in found} == {77}


def test_two_packings_have_nothing_in_common_but_their_entries() -> None:
    layout, entry = Layout(0, 120), an_entry(os.urandom(16))
    one, two = (
        {bucket[at : at + ENTRY_OCTETS] for at in range(0, len(bucket), ENTRY_OCTETS)}
        for bucket in (layout.pack(0, [entry]), layout.pack(0, [entry]))
    )
    assert one & two == {entry}


def test_a_bucket_refuses_more_than_its_pad() -> None:
    layout = Layout(0, 2)
    entries = [an_entry(os.urandom(16)) for _ in range(3)]
    with pytest.raises(BucketOverflow):
        layout.pack(0, entries)
    assert len(layout.roomier().pack(0, entries)) == 4 * ENTRY_OCTETS
