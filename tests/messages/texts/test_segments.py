"""Segments of text messages, against cases worked out by hand from 3GPP TS 23.038."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.texts.segments import BASIC, EXTENDED, is_gsm, segments

CURLY = "\N{RIGHT SINGLE QUOTATION MARK}"
GOLDEN = [
    ("", 1),
    ("a", 1),
    ("a" * 160, 1),
    ("a" * 161, 2),
    ("a" * 306, 2),
    ("a" * 307, 3),
    ("a" * 459, 3),
    ("a" * 460, 4),
    ("€" * 80, 1),  # two septets each
    ("€" * 81, 2),
    ("€" * 152, 2),  # 153 is odd: only 76 pairs fit a part
    ("€" * 153, 3),
    ("a" * 152 + "€" + "a" * 6, 1),
    ("a" * 152 + "€" + "a" * 7, 2),
    ("a" * 152 + "€" + "a" * 151, 2),  # the pair moves whole into the second part
    ("a" * 152 + "€" + "a" * 152, 3),  # 306 septets, and yet three parts
    ("a" * 153 + "€" + "a" * 151, 2),
    ("[{~^|}]\\\f", 1),
    ("é£ñΩ" * 40, 1),
    ("ą" * 70, 1),  # Polish: not in the alphabet
    ("ą" * 71, 2),
    ("ą" * 134, 2),
    ("ą" * 135, 3),
    (CURLY + "a" * 69, 1),  # a typographer's apostrophe costs the alphabet
    (CURLY + "a" * 70, 2),
    ("😀" * 35, 1),  # two UTF-16 code units each
    ("😀" * 36, 2),
    ("😀" * 66, 2),  # 67 is odd: only 33 pairs fit a part
    ("😀" * 67, 3),
    ("ą" * 66 + "😀" + "ą" * 66, 3),  # 134 units, and yet three parts
    ("ą" * 67 + "😀" + "ą" * 65, 2),
    ("ç" * 70, 1),  # only the capital is in the alphabet
    ("Ç" * 160, 1),
    ("`", 1),
]


@pytest.mark.parametrize(("body", "expected"), GOLDEN)
def test_a_text_counts_as_the_standard_says(body: str, expected: int) -> None:
    assert segments(body) == expected


def test_the_alphabet_has_all_its_characters() -> None:
    assert len(BASIC) == 127  # 128 places, one of them the escape
    assert len(EXTENDED) == 10
    assert not BASIC & EXTENDED


@pytest.mark.parametrize("each", ["`", "ç", "\t", CURLY, "\x1b", "ą"])
def test_what_is_not_in_the_alphabet_needs_ucs2(each: str) -> None:
    assert not is_gsm(each)


@given(st.text(alphabet=sorted(BASIC | EXTENDED), max_size=700), st.sampled_from(sorted(BASIC)))
def test_a_longer_text_never_takes_fewer_segments(body: str, more: str) -> None:
    assert segments(body) <= segments(body + more) <= segments(body) + 1


@given(st.text(max_size=400))
def test_a_segment_never_holds_more_than_it_can(body: str) -> None:
    room = 160 if is_gsm(body) else 70
    units = len(body.encode("utf-16-le", "surrogatepass")) // 2
    assert segments(body) * room >= (len(body) if is_gsm(body) else units)
