"""What listings are found by, and how they are ordered."""

from uuid import UUID

import pytest

from directory.marks import MOST_WORDS, marks_of, order_key, sought_by, words_in
from directory.model import Group, Wanted
from tests.directory.listings import AREAS, a_draft

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Night-time outreach", ("night", "time", "outreach")),
        ("Élan ÉLAN elan", ("elan",)),
        ("Straße", ("strasse",)),
        ("\uff12\uff14/7", ("24", "7")),
        ("ทดสอบ", ("ทดสอบ",)),
        ("!?", ()),
    ],
)
def test_words_are_compared_without_accents_and_capitals(text: str, words: tuple[str, ...]) -> None:
    assert words_in(text) == words


def test_no_mark_is_longer_than_its_column() -> None:
    listing = a_draft(name="ว" * 120, summary="x" * 600)
    assert max(len(mark.encode()) for mark in marks_of(listing, AREAS)) <= 80


def test_a_name_comes_before_those_that_it_begins() -> None:
    keys = [order_key(name, ONE) for name in ("aid", "Aid to all", "aide", "Äie")]
    assert keys == sorted(keys)


def test_two_of_one_name_stand_apart_within_the_column() -> None:
    keys = {order_key("ﷺ" * 120, each) for each in (ONE, OTHER)}
    assert len(keys) == 2
    assert max(map(len, keys)) <= 160


def test_a_listing_without_areas_fits_those_of_its_country() -> None:
    here = marks_of(a_draft(), AREAS)
    assert {f"area:{code}" for code in AREAS} <= here
    assert not any(mark.startswith("area:") for mark in marks_of(a_draft(country="US"), AREAS))


def test_a_listing_without_groups_fits_each() -> None:
    assert {f"group:{group}" for group in Group} <= marks_of(a_draft(), AREAS)
    men = marks_of(a_draft(groups=frozenset({Group.MEN})), AREAS)
    assert [mark for mark in men if mark.startswith("group:")] == ["group:men"]


def test_a_listing_is_found_by_the_name_of_its_place() -> None:
    placed = marks_of(a_draft(areas=frozenset({"GB-GMP"})), AREAS)
    assert {"word:manchester", "area:GB-GMP"} <= placed
    assert "area:GB-MET" not in placed


def test_whatever_is_sought_of_a_word_is_a_mark_of_it() -> None:
    marks = marks_of(a_draft(name="Counselling"), AREAS)
    for length in range(1, len("counselling") + 1):
        sought = sought_by(Wanted(words="counselling"[:length]))
        assert sought.marks <= marks
        for beginning in sought.beginnings:
            assert any(mark.startswith(beginning) for mark in marks)


def test_only_so_many_words_are_looked_for() -> None:
    typed = " ".join(f"{number}word" for number in range(50))
    assert len(sought_by(Wanted(words=typed)).beginnings) == MOST_WORDS
