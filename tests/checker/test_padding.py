"""Trusted answers: nothing can be read from how long they are."""

from unittest.mock import patch

import pytest

from checker.pages.padding import ROUND, padded
from tests.members.visits import Visitor
from tests.whole import Whole
from web import words

ENTRIES = ("07700 900123", "07700 900124")


@pytest.mark.parametrize("length", [0, 1, ROUND - 8, ROUND - 7, ROUND - 6, ROUND, 3 * ROUND + 1])
def test_every_page_is_filled_up(length: int) -> None:
    page = "é" * (length // 2) + "x" * (length % 2)
    filled = padded(page)
    assert filled.startswith(f"{page}<!--")
    assert filled.endswith("-->")
    assert len(filled.encode()) % ROUND == 0
    assert len(filled.encode()) < length + 2 * ROUND


def test_the_filler_holds_nothing_that_ends_it_and_cannot_be_compressed() -> None:
    fillers = [padded("").removeprefix("<!--").removesuffix("-->") for _ in range(50)]
    assert len(set(fillers)) == len(fillers)
    assert not any("-" in each or ">" in each for each in fillers)


@pytest.mark.parametrize("headers", [{}, {"X-Swap": "#answer"}], ids=["page", "part"])
def test_a_warning_and_none_are_as_long(
    house: Whole, member: Visitor, headers: dict[str, str]
) -> None:
    house.published()
    fields = member.open("/check").form("/check").fields
    answers = [
        member.client.post("/check", data={**fields, "entry": entry}, headers=headers)
        for entry in ENTRIES
    ]
    assert "Danger" in answers[0].text
    assert "Danger" not in answers[1].text
    assert len({len(answer.data) for answer in answers}) == 1


def test_a_miss_writes_a_card_as_a_hit_does(house: Whole, member: Visitor) -> None:
    house.published()
    fields = member.open("/check").form("/check").fields
    for entry in ENTRIES:
        with patch.object(words, "payload_facts", wraps=words.payload_facts) as written:
            answer = member.client.post("/check", data={**fields, "entry": entry})
        assert written.call_count == 1, entry
        assert "A decoy that nobody reads." not in answer.text
