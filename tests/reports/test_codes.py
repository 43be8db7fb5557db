import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.codes import (
    ALPHABET,
    CODE_LENGTH,
    fingerprint,
    in_groups,
    new_receipt_code,
    new_reference,
    read_receipt_code,
)
from reports.refusals import NoSuchReceipt
from storage.keys import Sealers

codes = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
SPELLINGS = {"0": "0Oo", "1": "1IiLl"}
gaps = st.sampled_from(["", " ", "-", "\N{EN DASH}", ". ", "\u00a0", "\n", "_"])


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a code and one way in which somebody may type it."""
    code = draw(codes)
    typed = "".join(
        draw(gaps) + draw(st.sampled_from(SPELLINGS.get(each, each + each.lower())))
        for each in code
    )
    return code, typed


@given(spellings())
@settings(deadline=None)
def test_every_spelling_of_a_code_is_read_as_that_code(spelling: tuple[str, str]) -> None:
    code, typed = spelling
    assert read_receipt_code(typed) == code


@given(codes)
@settings(deadline=None)
def test_a_code_as_it_is_written_down_is_read_back(code: str) -> None:
    assert read_receipt_code(in_groups(code)) == code
    assert in_groups(code).count("-") == 5


@given(st.text(max_size=80))
@settings(deadline=None)
def test_anything_else_is_refused_with_the_same_exception(typed: str) -> None:
    try:
        code = read_receipt_code(typed)
    except NoSuchReceipt:
        return
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)


@given(codes, codes)
@settings(max_examples=30, deadline=None)
def test_codes_share_a_fingerprint_only_when_they_are_equal(
    sealers: Sealers, one: str, other: str
) -> None:
    same = fingerprint(sealers.reports, one) == fingerprint(sealers.reports, other)
    assert same is (one == other)


def test_a_new_code_carries_120_bits() -> None:
    drawn = {new_receipt_code() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(len(code) == 24 and set(code) <= set(ALPHABET) for code in drawn)
    assert 2 ** (5 * CODE_LENGTH) >= 2**112


def test_a_reference_says_what_it_is_of() -> None:
    reference = new_reference("R")
    assert reference[0] == "R"
    assert len(reference) == 8
    assert set(reference) <= set(ALPHABET)


@pytest.mark.parametrize("letter", "ILOU")
def test_the_alphabet_leaves_out_what_can_be_mistaken(letter: str) -> None:
    assert letter not in ALPHABET
    assert set(ALPHABET) <= set(string.ascii_uppercase + string.digits)


def test_a_code_of_the_wrong_length_is_refused() -> None:
    code = new_receipt_code()
    for wrong in (code[1:], code + "2", "", "U" * 24, "2" * 100_000):
        with pytest.raises(NoSuchReceipt):
            read_receipt_code(wrong)
