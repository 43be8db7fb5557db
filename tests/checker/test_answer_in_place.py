"""What an open page asks for: the answer alone, which its script puts under the field."""

import re

import pytest

from checker.pages import ANSWER, SWAP
from tests.checker.asking import LISTED, NOTHING
from tests.members.visits import Visitor
from tests.reports.browser import Page
from tests.servers import ValkeyServer
from tests.whole import Whole


def asked(visitor: Visitor, entry: str, wanted: str = ANSWER) -> tuple[int, str]:
    """Ask as the script of an open page does; return the status and the markup."""
    fields = visitor.open("/check").form("/check").fields
    reply = visitor.client.post("/check", data={**fields, "entry": entry}, headers={SWAP: wanted})
    return reply.status_code, reply.get_data(as_text=True)


def without_filler(markup: str) -> str:
    return re.sub("<!--[^-]*-->", "", markup).strip()


def without_token(markup: str) -> str:
    """A form's token holds the second it was made in."""
    return re.sub('(name="csrf_token" value=)"[^"]*"', r'\1""', markup)


def is_the_answer_alone(markup: str) -> bool:
    markup = without_filler(markup)
    return markup.startswith('<div id="answer"') and markup.endswith("</div>")


ENTRIES = {
    "a warning": (LISTED, 200, "Physical assault"),
    "nothing found": ("07700 900124", 200, NOTHING),
    "a name": ("Dave from Salford", 422, "name"),
    "an ambiguous one": ("49 30 901820", 200, "Which one do you mean?"),
}


@pytest.mark.parametrize(("entry", "status", "words"), ENTRIES.values(), ids=ENTRIES)
def test_a_page_that_is_open_gets_the_answer_alone(
    house: Whole, member: Visitor, entry: str, status: int, words: str
) -> None:
    house.published()
    found, markup = asked(member, entry)
    assert found == status
    assert is_the_answer_alone(markup)
    assert words in Page(markup).text


def test_the_answer_alone_says_what_the_whole_page_says(house: Whole, member: Visitor) -> None:
    house.published()
    (_, alone), (_, whole) = asked(member, LISTED), asked(member, LISTED, wanted="")
    assert without_token(without_filler(alone)) in without_token(whole)
    assert "<html" in whole


def test_a_register_that_is_away_is_said_in_place_too(
    house: Whole, member: Visitor, valkey: ValkeyServer
) -> None:
    house.published()
    valkey.client.flushall()
    status, markup = asked(member, LISTED)
    assert status == 503
    assert is_the_answer_alone(markup)
    assert "Cannot check now" in markup
    assert "No warning" not in markup


def test_another_element_than_the_answer_is_not_cut_out(member: Visitor) -> None:
    _, markup = asked(member, LISTED, wanted="#main")
    assert "<html" in markup
